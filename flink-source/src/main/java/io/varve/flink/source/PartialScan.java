package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.query.Aggregator;
import io.varve.query.AnswerLevels;
import io.varve.query.BoundAggregation;
import io.varve.query.PartialRow;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates the blocks of a split and gives the groups at its end, or earlier when there are too
 * many. Confined to the fetching thread.
 */
final class PartialScan implements BlockScan<PartialBatch> {

  private final RollupPlan plan;
  private final AnswerLevels levels;
  private final ScanMetrics metrics;
  private final List<PartialRow> flushed = new ArrayList<>();
  private @Nullable Aggregator aggregator;
  private Set<Integer> fieldIds = Set.of();

  PartialScan(RollupPlan plan, AnswerLevels levels, ScanMetrics metrics) {
    this.plan = plan;
    this.levels = levels;
    this.metrics = metrics;
  }

  @Override
  public void open(TableDirectory table, long before) {
    BoundAggregation bound = plan.bind(table.definition(), before);
    fieldIds = bound.fieldIds();
    aggregator = bound.newAggregator(plan.maxGroups(), levels, flushed::add);
    metrics.newAggregator();
  }

  /** Does nothing: the split before has been flushed, and batches end where blocks do. */
  @Override
  public void begin(VarveSplit split) {}

  @Override
  public Set<Integer> fieldIds() {
    return fieldIds;
  }

  @Override
  public Iterator<PartialBatch> read(BlockSource source, int block, boolean last)
      throws IOException {
    opened().add(source, block);
    return flushed(block, last);
  }

  @Override
  public Iterator<PartialBatch> leaveOut(int block, boolean last) throws IOException {
    return flushed(block, last);
  }

  private Aggregator opened() {
    Aggregator open = aggregator;
    if (open == null) {
      throw new IllegalStateException("the scan was not opened");
    }
    return open;
  }

  private Iterator<PartialBatch> flushed(int block, boolean last) throws IOException {
    if (last) {
      opened().flush();
    }
    metrics.aggregated(opened().statistics());
    if (flushed.isEmpty()) {
      return Collections.emptyIterator();
    }
    PartialBatch batch = new PartialBatch(flushed, block + 1);
    flushed.clear();
    return List.of(batch).iterator();
  }
}
