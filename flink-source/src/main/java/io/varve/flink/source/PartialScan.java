package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.query.Aggregator;
import io.varve.query.AnswerLevels;
import io.varve.query.BoundAggregation;
import io.varve.query.PartialGroups;
import io.varve.query.PartialRow;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates the blocks of a split and gives the groups at its end, or earlier when there are too
 * many. Confined to the fetching thread.
 *
 * @param <T> a partial row, or many in one piece
 */
final class PartialScan<T> implements BlockScan<PartialBatch<T>> {

  /**
   * How groups are handed over.
   *
   * @param <T> a partial row, or many in one piece
   */
  interface Form<T> {

    /** Returns an aggregator that gives its groups to a consumer. */
    Aggregator newAggregator(
        BoundAggregation bound, int maxGroups, AnswerLevels levels, Consumer<T> consumer);

    /** Returns how many partial rows there are in one. */
    long rows(T partial);
  }

  /** One by one. */
  static final Form<PartialRow> ROWS =
      new Form<>() {
        @Override
        public Aggregator newAggregator(
            BoundAggregation bound,
            int maxGroups,
            AnswerLevels levels,
            Consumer<PartialRow> consumer) {
          return bound.newAggregator(maxGroups, levels, consumer);
        }

        @Override
        public long rows(PartialRow partial) {
          return 1;
        }
      };

  /** Those of one part together. */
  static final Form<PartialGroups> GROUPS =
      new Form<>() {
        @Override
        public Aggregator newAggregator(
            BoundAggregation bound,
            int maxGroups,
            AnswerLevels levels,
            Consumer<PartialGroups> consumer) {
          return bound.newGroupsAggregator(maxGroups, levels, consumer);
        }

        @Override
        public long rows(PartialGroups partial) {
          return partial.rows();
        }
      };

  private final RollupPlan plan;
  private final AnswerLevels levels;
  private final ScanMetrics metrics;
  private final Form<T> form;
  private final List<T> flushed = new ArrayList<>();
  private @Nullable Aggregator aggregator;
  private Set<Integer> fieldIds = Set.of();

  PartialScan(RollupPlan plan, AnswerLevels levels, ScanMetrics metrics, Form<T> form) {
    this.form = form;
    this.plan = plan;
    this.levels = levels;
    this.metrics = metrics;
  }

  @Override
  public void open(TableDirectory table, long before) {
    BoundAggregation bound = plan.bind(table.definition(), before);
    fieldIds = bound.fieldIds();
    aggregator = form.newAggregator(bound, plan.maxGroups(), levels, flushed::add);
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
  public Iterator<PartialBatch<T>> read(BlockSource source, int block, boolean last)
      throws IOException {
    opened().add(source, block);
    return flushed(block, last);
  }

  @Override
  public Iterator<PartialBatch<T>> leaveOut(int block, boolean last) throws IOException {
    return flushed(block, last);
  }

  private Aggregator opened() {
    Aggregator open = aggregator;
    if (open == null) {
      throw new IllegalStateException("the scan was not opened");
    }
    return open;
  }

  private Iterator<PartialBatch<T>> flushed(int block, boolean last) throws IOException {
    if (last) {
      opened().flush();
    }
    metrics.aggregated(opened().statistics());
    if (flushed.isEmpty()) {
      return Collections.emptyIterator();
    }
    long rows = flushed.stream().mapToLong(form::rows).sum();
    PartialBatch<T> batch = new PartialBatch<>(flushed, rows, block + 1);
    flushed.clear();
    return List.of(batch).iterator();
  }
}
