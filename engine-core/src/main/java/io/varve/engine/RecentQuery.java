package io.varve.engine;

import io.varve.column.RowBatch;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.NewestRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the newest events of a snapshot that meet a filter. Stateless. */
final class RecentQuery {

  private RecentQuery() {}

  /**
   * Returns the newest events.
   *
   * @param limit at least 1
   * @param before only events before this one; null for all
   */
  static RecentPage run(LogSnapshot snapshot, Filter filter, int limit, @Nullable RowKey before)
      throws IOException {
    NewestRows.Place end =
        before == null
            ? null
            : NewestRows.Place.of(before.time(), before.writer(), before.sequence());
    NewestRows newest =
        new NewestRows(snapshot.schema(), filter(snapshot, filter, before), limit, end);
    List<Part> parts = new ArrayList<>(snapshot.parts());
    parts.sort(Comparator.comparingLong(Part::maxTime).reversed());
    for (Part part : parts) {
      if (newest.isTooOld(part.maxTime())) {
        break;
      }
      if (before == null || part.minTime() <= before.time()) {
        newest.add(part.source(), part.isSorted());
      }
    }
    RowBatch batch = new RowBatch(snapshot.schema());
    newest.read(batch);
    List<StoredEvent> events = new ArrayList<>(batch.rowCount());
    for (int row = 0; row < batch.rowCount(); row++) {
      events.add(new StoredEvent(batch, row));
    }
    RowKey next = events.size() < limit ? null : events.get(events.size() - 1).key();
    return new RecentPage(events, next);
  }

  private static BoundFilter filter(LogSnapshot snapshot, Filter filter, @Nullable RowKey before) {
    String time = snapshot.schema().timeField().name();
    List<Filter> all = new ArrayList<>();
    all.add(filter);
    if (snapshot.floor() != Manifest.NO_FLOOR) {
      all.add(Filter.ge(time, snapshot.floor()));
    }
    if (before != null) {
      all.add(Filter.le(time, before.time()));
    }
    return BoundFilter.of(all.size() == 1 ? filter : Filter.and(all), snapshot.schema());
  }
}
