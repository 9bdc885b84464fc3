package io.varve.flink.table;

import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.expressions.AggregateExpression;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * An aggregation that the planner has handed to the scan. Immutable.
 *
 * @param keys what rows are grouped by
 * @param measures what is computed for each group
 * @param produced the rows that the planner expects: keys, then measures
 */
record PushedAggregation(
    List<ScanColumn> keys, List<AggregateTranslation.Pushed> measures, RowType produced)
    implements Serializable {

  PushedAggregation {
    keys = List.copyOf(keys);
    measures = List.copyOf(measures);
  }

  /**
   * Translates an aggregation, all or nothing.
   *
   * @param columns what the scan gives, by index
   */
  static Optional<PushedAggregation> of(
      List<int[]> groupingSets,
      List<AggregateExpression> calls,
      List<ScanColumn> columns,
      RowType produced) {
    if (groupingSets.size() != 1) {
      return Optional.empty();
    }
    List<ScanColumn> keys = new ArrayList<>();
    for (int index : groupingSets.get(0)) {
      if (columns.get(index).origin() != null) {
        return Optional.empty();
      }
      keys.add(columns.get(index));
    }
    List<AggregateTranslation.Pushed> measures = new ArrayList<>();
    for (AggregateExpression call : calls) {
      Optional<AggregateTranslation.Pushed> pushed = AggregateTranslation.translate(call, columns);
      if (pushed.isEmpty()) {
        return Optional.empty();
      }
      measures.add(pushed.get());
    }
    return Optional.of(new PushedAggregation(keys, measures, produced));
  }

  /** Returns what the engine computes. */
  Aggregation toAggregation(Filter filter, ZoneId zone) {
    Aggregation.Builder builder = Aggregation.builder().where(filter).timeZone(zone);
    for (ScanColumn key : keys) {
      BucketColumn bucket = key.bucket();
      if (bucket == null) {
        builder.groupBy(key.name());
      } else {
        TimeBucket span = bucket.bucket();
        builder.groupBy(span);
      }
    }
    measures.forEach(measure -> builder.measure(measure.measure()));
    return builder.build();
  }

  LogicalType typeOf(int column) {
    return produced.getTypeAt(column);
  }

  /** Returns what a column of the result is, for messages. */
  String nameOf(int measure) {
    Measure what = measures.get(measure).measure();
    return what.toString();
  }
}
