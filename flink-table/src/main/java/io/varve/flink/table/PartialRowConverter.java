package io.varve.flink.table;

import io.varve.query.AggregateRow;
import io.varve.query.BoundAggregation;
import io.varve.query.PartialRow;
import io.varve.query.Value;
import io.varve.schema.Schema;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * Turns partial rows of a scan into rows as the planner's own partial aggregation would give them.
 * Confined to the task's thread.
 */
final class PartialRowConverter extends RichMapFunction<PartialRow, RowData> {

  private static final long serialVersionUID = 1L;
  private static final Value ZERO = new Value.OfDecimal(BigDecimal.ZERO);
  private static final Value ZERO_POINT = new Value.OfDouble(0);

  private final PushedAggregation pushed;
  private final Schema schema;
  private final ZoneId zone;
  private transient @Nullable BoundAggregation bound;

  PartialRowConverter(PushedAggregation pushed, Schema schema, ZoneId zone) {
    this.pushed = pushed;
    this.schema = schema;
    this.zone = zone;
  }

  @Override
  public void open(OpenContext context) {
    bound = BoundAggregation.of(pushed.toAggregation(io.varve.query.Filter.all(), zone), schema);
  }

  @Override
  public RowData map(PartialRow partial) {
    BoundAggregation aggregation = bound;
    if (aggregation == null) {
      throw new IllegalStateException("the function was not opened");
    }
    AggregateRow result = aggregation.finish(partial);
    List<ScanColumn> keys = pushed.keys();
    GenericRowData row = new GenericRowData(keys.size() + pushed.measures().size());
    for (int i = 0; i < keys.size(); i++) {
      row.setField(i, key(keys.get(i), result.keys().get(i)));
    }
    for (int i = 0; i < pushed.measures().size(); i++) {
      row.setField(keys.size() + i, measure(i, result.measures().get(i)));
    }
    return row;
  }

  private @Nullable Object key(ScanColumn key, Value value) {
    BucketColumn bucket = key.bucket();
    return bucket == null
        ? ResultValue.of(value, key.type(), key.name(), isTime(key.name()))
        : bucket.valueOf(((Value.OfLong) value).value(), zone);
  }

  private @Nullable Object measure(int index, Value value) {
    AggregateTranslation.Pushed measure = pushed.measures().get(index);
    Value known = value;
    if (value.isNull() && measure.zeroIfEmpty()) {
      boolean floating =
          bound != null
              && bound.measures().get(index).type().kind() == io.varve.schema.TypeKind.DOUBLE;
      known = floating ? ZERO_POINT : ZERO;
    }
    return ResultValue.of(
        known,
        pushed.typeOf(pushed.keys().size() + index),
        pushed.nameOf(index),
        isTime(measure.measure().column()));
  }

  private boolean isTime(String column) {
    return schema.timeField().name().equals(column);
  }
}
