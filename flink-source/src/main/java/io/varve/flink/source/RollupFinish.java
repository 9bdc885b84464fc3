package io.varve.flink.source;

import io.varve.query.AggregateRow;
import io.varve.query.BoundAggregation;
import io.varve.query.PartialGroups;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Turns all partial rows of some groups into results. Confined to the task's thread. */
final class RollupFinish extends RichFlatMapFunction<PartialGroups, AggregateRow> {

  private static final long serialVersionUID = 1L;

  private final ScanTarget target;
  private final RollupPlan plan;
  private transient @Nullable BoundAggregation bound;

  RollupFinish(ScanTarget target, RollupPlan plan) {
    this.target = target;
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) throws IOException {
    bound = plan.bind(target.commit().of(target.openTable()).table().definition());
  }

  @Override
  public void flatMap(PartialGroups groups, Collector<AggregateRow> out) throws IOException {
    BoundAggregation aggregation = bound;
    if (aggregation == null) {
      throw new IllegalStateException("the function was not opened");
    }
    if (groups.rows() == 0) {
      out.collect(aggregation.finish(aggregation.empty())); // only without keys
    } else {
      groups.forEach(row -> out.collect(aggregation.finish(row)));
    }
  }
}
