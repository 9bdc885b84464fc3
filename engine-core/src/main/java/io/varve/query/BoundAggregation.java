package io.varve.query;

import io.varve.column.Int128;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * An aggregation that has been checked against a schema: makes aggregators and turns merged partial
 * rows into results. Immutable.
 *
 * <p>Types of results: counts are INT64; MIN and MAX have the type of their column; SUM of integers
 * is DECIMAL(38, 0), of DECIMAL(p, s) DECIMAL(38, s), of others DOUBLE; AVG of DECIMAL(p, s) is
 * DECIMAL(38, max(6, s)), rounded half up, of others DOUBLE, from the exact sum where the column
 * holds integers. A time bucket has the type of the time column and is held as it.
 */
public final class BoundAggregation {

  private static final int LEAST_AVERAGE_SCALE = 6;

  private final Aggregation aggregation;
  private final Schema schema;
  private final List<OutputColumn> keys = new ArrayList<>();
  private final List<OutputColumn> measures = new ArrayList<>();
  private final Set<Integer> fieldIds = new TreeSet<>();

  private BoundAggregation(Aggregation aggregation, Schema schema) {
    this.aggregation = aggregation;
    this.schema = schema;
    addFilter(aggregation.filter());
    for (GroupKey key : aggregation.keys()) {
      Field field =
          key instanceof GroupKey.OfTime
              ? schema.timeField()
              : schema.field(schema.indexOf(key.name()));
      fieldIds.add(field.id());
      keys.add(new OutputColumn(key.name(), field.type()));
    }
    for (Measure measure : aggregation.measures()) {
      addFilter(measure.filter());
      if (!measure.column().isEmpty()) {
        fieldIds.add(schema.field(schema.indexOf(measure.column())).id());
      }
      measures.add(new OutputColumn(measure.toString(), typeOf(measure)));
    }
  }

  private void addFilter(Filter filter) {
    fieldIds.addAll(BoundFilter.of(filter, schema).fieldIds());
  }

  private DataType typeOf(Measure measure) {
    return switch (measure.function()) {
      case COUNT_ROWS, COUNT -> DataType.int64();
      case MIN, MAX -> inputType(measure);
      case SUM -> {
        DataType type = numericType(measure);
        yield isFloating(type)
            ? DataType.float64()
            : DataType.decimal(DataType.MAX_DECIMAL_PRECISION, type.scale());
      }
      case AVG -> {
        DataType type = numericType(measure);
        yield type.kind() == TypeKind.DECIMAL
            ? DataType.decimal(
                DataType.MAX_DECIMAL_PRECISION, Math.max(LEAST_AVERAGE_SCALE, type.scale()))
            : DataType.float64();
      }
    };
  }

  private DataType inputType(Measure measure) {
    return schema.field(schema.indexOf(measure.column())).type();
  }

  private DataType numericType(Measure measure) {
    DataType type = inputType(measure);
    if (!type.isNumeric()) {
      throw new IllegalArgumentException(
          measure + ": column '" + measure.column() + "' (" + type + ") holds no numbers");
    }
    return type;
  }

  private static boolean isFloating(DataType type) {
    return type.kind() == TypeKind.FLOAT || type.kind() == TypeKind.DOUBLE;
  }

  /**
   * Binds an aggregation.
   *
   * @throws IllegalArgumentException if a column is not in the schema or is of the wrong type; the
   *     message names it
   */
  public static BoundAggregation of(Aggregation aggregation, Schema schema) {
    return new BoundAggregation(aggregation, schema);
  }

  /** Returns what was bound. */
  public Aggregation aggregation() {
    return aggregation;
  }

  /** Returns the schema that rows must have. */
  public Schema schema() {
    return schema;
  }

  /** Returns names and types of the group keys. */
  public List<OutputColumn> keys() {
    return List.copyOf(keys);
  }

  /** Returns names and types of the measures. */
  public List<OutputColumn> measures() {
    return List.copyOf(measures);
  }

  /** Returns the ids of all columns that may have to be read. */
  public Set<Integer> fieldIds() {
    return Set.copyOf(fieldIds);
  }

  /**
   * Returns a new aggregator.
   *
   * @param maxGroups hands groups over early when there are more
   * @param consumer takes partial rows, also several of one group
   */
  public Aggregator newAggregator(int maxGroups, Consumer<PartialRow> consumer) {
    return newAggregator(maxGroups, AnswerLevels.ALL, consumer);
  }

  /** Returns a new aggregator as above that uses some ways to answer only. */
  public Aggregator newAggregator(
      int maxGroups, AnswerLevels levels, Consumer<PartialRow> consumer) {
    return new Aggregator(this, maxGroups, levels, null, Aggregator.rowsTo(consumer));
  }

  /** Returns a new aggregator as above that hands groups over many at a time. */
  public Aggregator newGroupsAggregator(
      int maxGroups, AnswerLevels levels, Consumer<PartialGroups> consumer) {
    return new Aggregator(this, maxGroups, levels, null, new PartialGroupsWriter(consumer));
  }

  /**
   * Returns a new aggregator for the same rows as another one: {@link Aggregator#addToEach} adds
   * them to both.
   *
   * @param beside one whose aggregation has an equal filter
   */
  public Aggregator newAggregator(int maxGroups, Aggregator beside, Consumer<PartialRow> consumer) {
    return beside.newBeside(this, maxGroups, consumer);
  }

  /**
   * Returns the partial row of no rows, which is the result of an aggregation without keys over
   * nothing.
   *
   * @throws IllegalStateException if there are keys
   */
  public PartialRow empty() {
    if (!keys.isEmpty()) {
      throw new IllegalStateException("without rows there are no groups by " + keys);
    }
    AccumulatorPlan accumulators = new AccumulatorPlan(aggregation.measures(), schema);
    accumulators.reserve(1);
    return new PartialRow(List.of(), accumulators.states(0));
  }

  /**
   * Returns the results of merged partial rows; one if there are no keys, even of nothing.
   *
   * @throws ArithmeticException as {@link #finish(PartialRow)}
   */
  public List<AggregateRow> finish(PartialRows partials) {
    List<AggregateRow> rows = new ArrayList<>();
    for (PartialRow row : partials.rows()) {
      rows.add(finish(row));
    }
    if (keys.isEmpty() && rows.isEmpty()) {
      rows.add(finish(empty()));
    }
    return List.copyOf(rows);
  }

  /**
   * Returns the result of a partial row that holds all rows of its group.
   *
   * @throws ArithmeticException if a sum or average has more digits than its type; the message
   *     names the column and what to cast it to
   */
  public AggregateRow finish(PartialRow row) {
    List<Value> finishedKeys = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      finishedKeys.add(fromStored(row.keys().get(i), keys.get(i).type()));
    }
    List<Value> finished = new ArrayList<>();
    for (int i = 0; i < measures.size(); i++) {
      finished.add(finish(aggregation.measures().get(i), i, row.measures().get(i)));
    }
    return new AggregateRow(finishedKeys, finished);
  }

  private Value finish(Measure measure, int index, MeasureState state) {
    DataType type = measures.get(index).type();
    if (state instanceof MeasureState.Count count) {
      return new Value.OfLong(count.count());
    }
    if (state instanceof MeasureState.Minimum minimum) {
      return fromStored(minimum.value(), type);
    }
    if (state instanceof MeasureState.Maximum maximum) {
      return fromStored(maximum.value(), type);
    }
    boolean average = measure.function() == Measure.Function.AVG;
    if (state instanceof MeasureState.DoubleSum sum) {
      if (sum.count() == 0) {
        return Value.NULL;
      }
      return new Value.OfDouble(average ? sum.sum() / sum.count() : sum.sum());
    }
    int scale = inputType(measure).scale();
    long count;
    BigDecimal exact;
    if (state instanceof MeasureState.LongSum sum) {
      count = sum.count();
      exact =
          sum.sum().fitsLong()
              ? BigDecimal.valueOf(sum.sum().low(), scale)
              : new BigDecimal(sum.sum().toBigInteger(), scale);
    } else {
      MeasureState.WideSum sum = (MeasureState.WideSum) state;
      count = sum.count();
      exact = new BigDecimal(sum.sum(), scale);
    }
    if (count == 0) {
      return Value.NULL;
    }
    if (!average) {
      return fitting(measure, type, exact);
    }
    BigDecimal divisor = BigDecimal.valueOf(count);
    return type.kind() == TypeKind.DECIMAL
        ? fitting(measure, type, exact.divide(divisor, type.scale(), RoundingMode.HALF_UP))
        : new Value.OfDouble(exact.divide(divisor, MathContext.DECIMAL128).doubleValue());
  }

  private static Value fitting(Measure measure, DataType type, BigDecimal result) {
    if (result.precision() > type.precision()) {
      throw new ArithmeticException(
          measure
              + " of column '"
              + measure.column()
              + "' is "
              + result.toPlainString()
              + ", more digits than "
              + type
              + " has; aggregate CAST("
              + measure.column()
              + " AS DOUBLE), or as a decimal of fewer digits after the point");
    }
    return new Value.OfDecimal(result);
  }

  private static Value fromStored(Value value, DataType type) {
    if (type.kind() != TypeKind.DECIMAL || value.isNull()) {
      return value;
    }
    BigInteger unscaled =
        value instanceof Value.OfPair pair
            ? new Int128(pair.high(), pair.low()).toBigInteger()
            : BigInteger.valueOf(((Value.OfLong) value).value());
    return new Value.OfDecimal(new BigDecimal(unscaled, type.scale()));
  }

  /** Returns how the values of a key column are held. */
  Storage storageOf(GroupKey key) {
    return schema.storage(schema.indexOf(key.name()));
  }

  /** Name and type of a column of the result. */
  public record OutputColumn(String name, DataType type) {}
}
