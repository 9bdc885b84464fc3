package io.varve.flink.source;

import io.varve.query.AggregateRow;
import io.varve.query.BoundAggregation;
import io.varve.query.PartialRow;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.jspecify.annotations.Nullable;

/** Turns merged partial rows into results. Confined to the task's thread. */
final class RollupFinish extends RichMapFunction<PartialRow, AggregateRow> {

  /** Stands for no rows in a rollup without keys, which has a result even then. */
  static final PartialRow NOTHING = new PartialRow(List.of(), List.of());

  private static final long serialVersionUID = 1L;

  private final ScanTarget target;
  private final RollupPlan plan;
  private transient @Nullable BoundAggregation bound;

  RollupFinish(ScanTarget target, RollupPlan plan) {
    this.target = target;
    this.plan = plan;
  }

  /** Returns whether a partial row is {@link #NOTHING}, or as good as it. */
  static boolean isNothing(PartialRow row) {
    return row.keys().isEmpty() && row.measures().isEmpty();
  }

  @Override
  public void open(OpenContext context) throws IOException {
    bound = plan.bind(target.commit().of(target.openTable()).table().definition());
  }

  @Override
  public AggregateRow map(PartialRow row) {
    BoundAggregation aggregation = bound;
    if (aggregation == null) {
      throw new IllegalStateException("the function was not opened");
    }
    return aggregation.finish(isNothing(row) ? aggregation.empty() : row);
  }
}
