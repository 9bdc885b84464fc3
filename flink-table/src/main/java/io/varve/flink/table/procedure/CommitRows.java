package io.varve.flink.table.procedure;

import io.varve.column.BlockSource;
import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.BoundAggregation;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.PartialRows;
import io.varve.table.LeasedSnapshot;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Counts rows of a commit where no job runs, as for a DELETE. */
public final class CommitRows {

  private CommitRows() {}

  /**
   * Returns for how many rows of a table's newest commit a filter is true, without deleted ones.
   */
  public static long countNewest(TableDirectory table, Filter filter) throws IOException {
    try (LeasedSnapshot newest =
        LeasedSnapshot.latest(table, SqlAuthor.who(), System::currentTimeMillis)) {
      return count(newest.snapshot(), filter);
    }
  }

  private static long count(TableSnapshot snapshot, Filter filter) throws IOException {
    Aggregation aggregation =
        Aggregation.builder().measure(Measure.countRows()).where(filter).build();
    BoundAggregation bound = BoundAggregation.of(aggregation, snapshot.table().schema());
    List<PartialRow> partials = new ArrayList<>();
    Aggregator aggregator = bound.newAggregator(Aggregator.DEFAULT_MAX_GROUPS, partials::add);
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        aggregator.add(source);
      }
    }
    aggregator.flush();
    List<AggregateRow> rows = bound.finish(PartialRows.of(partials));
    return rows.get(0).getLong(0);
  }
}
