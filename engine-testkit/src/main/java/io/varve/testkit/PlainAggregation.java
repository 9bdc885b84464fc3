package io.varve.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.TimeBucket;
import io.varve.query.Value;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Aggregations computed row by row over plain Java values and checked against results. */
public final class PlainAggregation {

  private static final BigDecimal TOLERANCE = new BigDecimal("1e-12");

  private final Aggregation aggregation;
  private final Schema schema;
  private final PlainFilter filters;
  private final TreeMap<List<Value>, List<@Nullable Object[]>> groups =
      new TreeMap<>(PartialRow.KEY_ORDER);

  /** Groups the rows that an aggregation wants. */
  public PlainAggregation(Aggregation aggregation, Schema schema, List<@Nullable Object[]> rows) {
    this.aggregation = aggregation;
    this.schema = schema;
    this.filters = new PlainFilter(schema);
    for (Object[] row : rows) {
      if (filters.isTrue(aggregation.filter(), row)) {
        groups.computeIfAbsent(keysOf(row), keys -> new ArrayList<>()).add(row);
      }
    }
    if (aggregation.keys().isEmpty() && groups.isEmpty()) {
      groups.put(List.of(), List.of());
    }
  }

  private List<Value> keysOf(@Nullable Object[] row) {
    List<Value> keys = new ArrayList<>();
    for (GroupKey key : aggregation.keys()) {
      if (key instanceof GroupKey.OfTime time) {
        Object point = Objects.requireNonNull(row[schema.indexOf("time")]);
        keys.add(new Value.OfLong(bucket(point, time.bucket())));
      } else {
        int index = schema.indexOf(key.name());
        Value value = finished(row[index], index);
        boolean zero = value instanceof Value.OfDouble floating && floating.value() == 0;
        keys.add(zero ? new Value.OfDouble(0.0) : value);
      }
    }
    return keys;
  }

  private long bucket(Object time, TimeBucket bucket) {
    ZoneId zone = time instanceof Instant ? aggregation.timeZone() : ZoneOffset.UTC;
    ZonedDateTime local =
        time instanceof Instant instant
            ? instant.atZone(zone)
            : ((LocalDateTime) time).atZone(zone);
    LocalDate date = local.toLocalDate();
    ZonedDateTime start =
        switch (bucket) {
          case MINUTE -> local.truncatedTo(ChronoUnit.MINUTES);
          case HOUR -> local.truncatedTo(ChronoUnit.HOURS);
          case DAY -> date.atStartOfDay(zone);
          case WEEK ->
              date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay(zone);
          case MONTH -> date.withDayOfMonth(1).atStartOfDay(zone);
        };
    return nanos(start.toInstant());
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
  }

  /** Returns a plain value as a result shows it. */
  private Value finished(@Nullable Object value, int column) {
    if (value == null) {
      return Value.NULL;
    } else if (value instanceof Boolean truth) {
      return new Value.OfLong(truth ? 1 : 0);
    } else if (value instanceof Long integer) {
      return new Value.OfLong(integer);
    } else if (value instanceof Double floating) {
      return new Value.OfDouble(floating);
    } else if (value instanceof BigDecimal decimal) {
      return new Value.OfDecimal(decimal);
    } else if (value instanceof String text) {
      return new Value.OfBinary(text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof byte[] bytes) {
      return new Value.OfBinary(bytes);
    } else if (value instanceof LocalDate date) {
      return new Value.OfLong(date.toEpochDay());
    } else if (value instanceof LocalTime time) {
      return new Value.OfLong(time.toNanoOfDay());
    }
    Instant instant =
        value instanceof LocalDateTime dateTime
            ? dateTime.toInstant(ZoneOffset.UTC)
            : (Instant) value;
    if (schema.field(column).id() == schema.timeFieldId()) {
      return new Value.OfLong(nanos(instant));
    }
    return schema.field(column).type().precision() <= 3
        ? new Value.OfLong(instant.toEpochMilli())
        : new Value.OfPair(instant.toEpochMilli(), instant.getNano() % 1_000_000);
  }

  /** Checks results, which must be in order. */
  public void check(List<AggregateRow> results) {
    assertThat(results.stream().map(AggregateRow::keys).toList())
        .isEqualTo(List.copyOf(groups.keySet()));
    for (AggregateRow result : results) {
      List<@Nullable Object[]> rows = groups.getOrDefault(result.keys(), List.of());
      for (int i = 0; i < aggregation.measures().size(); i++) {
        check(aggregation.measures().get(i), rows, result.measures().get(i));
      }
    }
  }

  private void check(Measure measure, List<@Nullable Object[]> rows, Value actual) {
    List<@Nullable Object[]> wanted =
        rows.stream().filter(row -> filters.isTrue(measure.filter(), row)).toList();
    if (measure.function() == Measure.Function.COUNT_ROWS) {
      assertThat(actual).isEqualTo(new Value.OfLong(wanted.size()));
      return;
    }
    int column = schema.indexOf(measure.column());
    List<Object> values = new ArrayList<>();
    for (Object[] row : wanted) {
      Object value = row[column];
      if (value != null) {
        values.add(value);
      }
    }
    if (measure.function() == Measure.Function.COUNT) {
      assertThat(actual).isEqualTo(new Value.OfLong(values.size()));
    } else if (values.isEmpty()) {
      assertThat(actual).as(measure.toString()).isEqualTo(Value.NULL);
    } else if (measure.function() == Measure.Function.MIN) {
      assertThat(actual)
          .as(measure.toString())
          .isEqualTo(
              values.stream().map(value -> finished(value, column)).sorted().findFirst().get());
    } else if (measure.function() == Measure.Function.MAX) {
      assertThat(actual)
          .as(measure.toString())
          .isEqualTo(
              values.stream()
                  .map(value -> finished(value, column))
                  .max(Comparator.naturalOrder())
                  .get());
    } else {
      checkSum(measure, column, values, actual);
    }
  }

  private void checkSum(Measure measure, int column, List<Object> values, Value actual) {
    boolean average = measure.function() == Measure.Function.AVG;
    DataType type = schema.field(column).type();
    BigDecimal count = BigDecimal.valueOf(values.size());
    if (values.get(0) instanceof Double) {
      checkDoubles(values, average, ((Value.OfDouble) actual).value());
      return;
    }
    BigDecimal sum = BigDecimal.ZERO.setScale(type.scale());
    for (Object value : values) {
      sum =
          sum.add(value instanceof Long integer ? BigDecimal.valueOf(integer) : (BigDecimal) value);
    }
    if (!average) {
      assertThat(actual).as(measure.toString()).isEqualTo(new Value.OfDecimal(sum));
    } else if (type.kind() == TypeKind.DECIMAL) {
      int scale = Math.max(6, type.scale());
      assertThat(actual)
          .isEqualTo(new Value.OfDecimal(sum.divide(count, scale, RoundingMode.HALF_UP)));
    } else {
      double mean = sum.divide(count, MathContext.DECIMAL128).doubleValue();
      assertThat(actual).isEqualTo(new Value.OfDouble(mean));
    }
  }

  private static void checkDoubles(List<Object> values, boolean average, double actual) {
    double special = 0;
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal size = BigDecimal.ZERO;
    for (Object value : values) {
      double number = (Double) value;
      if (Double.isFinite(number)) {
        sum = sum.add(new BigDecimal(number));
        size = size.add(new BigDecimal(number).abs());
      } else {
        special += number;
      }
    }
    if (special != 0) {
      assertThat(new Value.OfDouble(actual)).isEqualTo(new Value.OfDouble(special));
      return;
    }
    BigDecimal count = average ? BigDecimal.valueOf(values.size()) : BigDecimal.ONE;
    BigDecimal exact = sum.divide(count, new MathContext(60));
    // Where values cancel each other to less than a billionth, to a part of their size instead.
    BigDecimal allowed =
        exact.abs().max(size.divide(count, new MathContext(60)).scaleByPowerOfTen(-9));
    assertThat(new BigDecimal(actual).subtract(exact).abs())
        .isLessThanOrEqualTo(allowed.multiply(TOLERANCE));
  }
}
