package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.query.Aggregator;
import io.varve.query.PartialRow;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates the blocks of a split and gives the groups at its end, or earlier when there are too
 * many. Confined to the fetching thread.
 */
final class PartialScan implements BlockScan<PartialBatch> {

  private final RollupPlan plan;
  private final List<PartialRow> flushed = new ArrayList<>();
  private @Nullable Aggregator aggregator;

  PartialScan(RollupPlan plan) {
    this.plan = plan;
  }

  @Override
  public void open(TableDirectory table) {
    aggregator = plan.bind(table.definition()).newAggregator(plan.maxGroups(), flushed::add);
  }

  /** Does nothing: the split before has been flushed, and batches end where blocks do. */
  @Override
  public void begin(VarveSplit split) {}

  @Override
  public Iterator<PartialBatch> read(BlockSource source, int block, boolean last)
      throws IOException {
    Aggregator open = aggregator;
    if (open == null) {
      throw new IllegalStateException("the scan was not opened");
    }
    open.add(source, block);
    if (last) {
      open.flush();
    }
    if (flushed.isEmpty()) {
      return Collections.emptyIterator();
    }
    PartialBatch batch = new PartialBatch(flushed, block + 1);
    flushed.clear();
    return List.of(batch).iterator();
  }
}
