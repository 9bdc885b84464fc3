package io.varve.flink.source;

import io.varve.query.Aggregation;
import io.varve.query.BoundAggregation;
import io.varve.schema.TableDefinition;
import io.varve.table.ClosedTime;
import java.io.Serializable;
import java.time.ZoneId;

/**
 * What a rollup computes, of a table not yet seen. Immutable.
 *
 * @param aggregation groups, measures and filter
 * @param tableZone whether time is cut in the table's zone, not in the aggregation's
 * @param maxGroups how many groups a reader holds before it hands them over
 */
record RollupPlan(Aggregation aggregation, boolean tableZone, int maxGroups)
    implements Serializable {

  BoundAggregation bind(TableDefinition table) {
    return bind(table, Long.MAX_VALUE);
  }

  /**
   * Binds it.
   *
   * @param before only rows of an earlier event time count; {@link Long#MAX_VALUE} for all
   */
  BoundAggregation bind(TableDefinition table, long before) {
    Aggregation cut =
        new Aggregation(
            aggregation.keys(),
            aggregation.measures(),
            ClosedTime.before(aggregation.filter(), before, table.schema()),
            tableZone ? ZoneId.of(table.timeZone()) : aggregation.timeZone());
    return BoundAggregation.of(cut, table.schema());
  }
}
