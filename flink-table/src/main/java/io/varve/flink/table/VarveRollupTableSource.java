package io.varve.flink.table;

import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsAggregatePushDown;
import org.apache.flink.table.expressions.AggregateExpression;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A scan that takes GROUP BY and aggregates too. It is a class of its own since merely having the
 * ability changes how Flink plans an average of decimals.
 */
final class VarveRollupTableSource extends VarveTableSource implements SupportsAggregatePushDown {

  VarveRollupTableSource(ScanTable table, ReadableConfig options, ScanRequest request) {
    super(table, options, request);
  }

  @Override
  public boolean applyAggregates(
      List<int[]> groupingSets, List<AggregateExpression> calls, DataType producedDataType) {
    if (request().limit() != ScanRequest.UNLIMITED || mayHideExpressions(groupingSets, calls)) {
      return false;
    }
    Optional<PushedAggregation> pushed =
        PushedAggregation.of(
            groupingSets, calls, request().columns(), (RowType) producedDataType.getLogicalType());
    pushed.ifPresent(aggregation -> replaceRequest(request().withAggregation(aggregation)));
    return pushed.isPresent();
  }

  /**
   * Returns whether keys and arguments may be other than what the planner says. Where all functions
   * are COUNT, its rule does not look at the projection between scan and aggregation: it would hand
   * over GROUP BY UPPER(c) as if it were GROUP BY c, and COUNT(NULLIF(c, 0)) as COUNT(c).
   */
  private static boolean mayHideExpressions(
      List<int[]> groupingSets, List<AggregateExpression> calls) {
    boolean countsOnly =
        calls.stream().allMatch(call -> AggregateTranslation.isCount(call.getFunctionDefinition()));
    boolean bare =
        groupingSets.stream().allMatch(set -> set.length == 0)
            && calls.stream().allMatch(call -> call.getArgs().isEmpty());
    return countsOnly && !bare;
  }

  @Override
  public DynamicTableSource copy() {
    return new VarveRollupTableSource(table(), options(), request());
  }
}
