package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.ZoneMap;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Selection;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest events that meet a filter: looks at the newest parts and blocks first, and stops
 * where none can be newer than those it has. Confined to one thread.
 */
final class RecentQuery {

  private static final Comparator<Found> NEWEST_FIRST =
      Comparator.comparing(Found::key, Comparator.reverseOrder());

  private final LogSnapshot snapshot;
  private final BoundFilter filter;
  private final int limit;
  private final @Nullable RowKey before;
  private final PriorityQueue<Found> found =
      new PriorityQueue<>(Comparator.comparing(Found::key)); // the oldest on top
  private final Selection selection = new Selection();

  private RecentQuery(LogSnapshot snapshot, Filter filter, int limit, @Nullable RowKey before) {
    String time = snapshot.schema().timeField().name();
    List<Filter> all = new ArrayList<>();
    all.add(filter);
    if (snapshot.floor() != Manifest.NO_FLOOR) {
      all.add(Filter.ge(time, snapshot.floor()));
    }
    if (before != null) {
      all.add(Filter.le(time, before.time()));
    }
    this.snapshot = snapshot;
    this.filter = BoundFilter.of(all.size() == 1 ? filter : Filter.and(all), snapshot.schema());
    this.limit = limit;
    this.before = before;
  }

  /** A row that may be among the newest. */
  private record Found(RowKey key, Part part, int block, int row) {}

  /**
   * Returns the newest events.
   *
   * @param limit at least 1
   * @param before only events before this one; null for all
   */
  static RecentPage run(LogSnapshot snapshot, Filter filter, int limit, @Nullable RowKey before)
      throws IOException {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive, is " + limit);
    }
    return new RecentQuery(snapshot, filter, limit, before).run();
  }

  private RecentPage run() throws IOException {
    List<Part> parts = new ArrayList<>(snapshot.parts());
    parts.sort(Comparator.comparingLong(Part::maxTime).reversed());
    for (Part part : parts) {
      if (isTooOld(part.maxTime())) {
        break;
      }
      if (before == null || part.minTime() <= before.time()) {
        addPart(part);
      }
    }
    List<Found> newest = new ArrayList<>(found);
    newest.sort(NEWEST_FIRST);
    RowKey next = newest.size() < limit ? null : newest.get(newest.size() - 1).key();
    return new RecentPage(materialize(newest), next);
  }

  /** Returns whether nothing of a time can be among the newest. */
  private boolean isTooOld(long time) {
    Found oldest = found.peek();
    return oldest != null && found.size() == limit && time < oldest.key().time();
  }

  private void addPart(Part part) throws IOException {
    BlockSource source = part.source();
    int timeField = snapshot.schema().timeFieldId();
    for (int block = source.blockCount() - 1; block >= 0; block--) {
      boolean tooOld =
          source.zoneMap(block, timeField) instanceof ZoneMap.OfLong zone && isTooOld(zone.max());
      if (tooOld && part.isSorted()) {
        return;
      }
      if (!tooOld) {
        addBlock(part, new Block(source, block));
      }
    }
  }

  private void addBlock(Part part, Block block) throws IOException {
    filter.select(block, selection);
    if (selection.count() == 0) {
      return;
    }
    LongColumn times = (LongColumn) block.column(snapshot.schema().timeFieldId());
    LongColumn writers = (LongColumn) block.column(HiddenField.WRITER.id());
    LongColumn sequences = (LongColumn) block.column(HiddenField.SEQUENCE.id());
    for (int row = block.rowCount() - 1; row >= 0; row--) {
      if (!selection.contains(row)) {
        continue;
      }
      if (isTooOld(times.get(row))) {
        if (part.isSorted()) {
          return;
        }
        continue;
      }
      RowKey key = new RowKey(times.get(row), writers.get(row), sequences.get(row));
      if (before == null || key.compareTo(before) < 0) {
        add(new Found(key, part, block.index(), row));
      }
    }
  }

  private void add(Found candidate) {
    if (found.size() < limit) {
      found.add(candidate);
    } else if (candidate.key().compareTo(Objects.requireNonNull(found.peek()).key()) > 0) {
      found.remove();
      found.add(candidate);
    }
  }

  /** Reads the columns of the rows, each block once. */
  private List<StoredEvent> materialize(List<Found> newest) throws IOException {
    List<Found> byBlock = new ArrayList<>(newest);
    List<Part> parts = snapshot.parts();
    byBlock.sort(
        Comparator.<Found>comparingInt(row -> parts.indexOf(row.part()))
            .thenComparingInt(Found::block));
    RowBatch batch = new RowBatch(snapshot.schema());
    Map<Found, Integer> places = new IdentityHashMap<>();
    int from = 0;
    while (from < byBlock.size()) {
      Found first = byBlock.get(from);
      int to = from;
      while (to < byBlock.size()
          && byBlock.get(to).part() == first.part()
          && byBlock.get(to).block() == first.block()) {
        places.put(byBlock.get(to), to);
        to++;
      }
      copy(byBlock.subList(from, to), batch);
      from = to;
    }
    List<StoredEvent> events = new ArrayList<>(newest.size());
    for (Found row : newest) {
      events.add(new StoredEvent(batch, Objects.requireNonNull(places.get(row))));
    }
    return events;
  }

  private void copy(List<Found> rows, RowBatch batch) throws IOException {
    Block block = new Block(rows.get(0).part().source(), rows.get(0).block());
    Schema schema = snapshot.schema();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      for (Found row : rows) {
        batch.column(i).appendFrom(block.column(field.id()), row.row());
      }
    }
    for (HiddenField field : HiddenField.values()) {
      for (Found row : rows) {
        batch.hidden(field).appendFrom(block.column(field.id()), row.row());
      }
    }
  }
}
