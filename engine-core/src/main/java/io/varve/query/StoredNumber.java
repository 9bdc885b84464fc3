package io.varve.query;

import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A literal in the unit in which an integer-like column holds its values, exact and of any size: a
 * finite number, an infinity, or not a number. Immutable.
 *
 * @param value null if the literal is not finite
 * @param infinity 1, -1, or zero for a finite number or a NaN
 */
record StoredNumber(@Nullable BigDecimal value, int infinity) {

  private static final int NANOS_PER_MILLI = 1_000_000;

  /** Converts a literal for the column at an index, of storage LONG or PAIR. */
  static StoredNumber of(Schema schema, int index, Literal literal) {
    Field field = schema.field(index);
    TypeKind kind = field.type().kind();
    return switch (kind) {
      case BOOLEAN -> {
        if (literal instanceof Literal.OfBoolean truth) {
          yield of(BigDecimal.valueOf(truth.value() ? 1 : 0));
        }
        throw refuse(field, literal, "a boolean");
      }
      case INT8, INT16, INT32, INT64 -> number(field, literal, 0);
      case DECIMAL -> number(field, literal, field.type().scale());
      case DATE -> {
        if (literal instanceof Literal.OfDate date) {
          yield of(BigDecimal.valueOf(date.value().toEpochDay()));
        }
        yield held(field, literal, "a LocalDate");
      }
      case TIME -> {
        if (literal instanceof Literal.OfTime time) {
          yield of(BigDecimal.valueOf(time.value().toNanoOfDay()));
        }
        yield held(field, literal, "a LocalTime");
      }
      case TIMESTAMP, TIMESTAMP_LTZ -> time(schema, index, literal);
      case FLOAT, DOUBLE, STRING, BYTES ->
          throw new IllegalStateException(field.type() + " is not held as integers");
    };
  }

  private static StoredNumber of(BigDecimal value) {
    return new StoredNumber(value, 0);
  }

  private static StoredNumber number(Field field, Literal literal, int scale) {
    if (literal instanceof Literal.OfLong integer) {
      return of(BigDecimal.valueOf(integer.value()).scaleByPowerOfTen(scale));
    }
    if (literal instanceof Literal.OfDecimal decimal) {
      return of(decimal.value().scaleByPowerOfTen(scale));
    }
    if (literal instanceof Literal.OfDouble floating) {
      double value = floating.value();
      if (Double.isNaN(value)) {
        return new StoredNumber(null, 0);
      }
      if (Double.isInfinite(value)) {
        return new StoredNumber(null, value > 0 ? 1 : -1);
      }
      return of(new BigDecimal(value).scaleByPowerOfTen(scale));
    }
    throw refuse(field, literal, "a number");
  }

  private static StoredNumber held(Field field, Literal literal, String otherwise) {
    if (literal instanceof Literal.OfLong value) {
      return of(BigDecimal.valueOf(value.value()));
    }
    throw refuse(field, literal, otherwise);
  }

  private static StoredNumber time(Schema schema, int index, Literal literal) {
    Field field = schema.field(index);
    boolean local = field.type().kind() == TypeKind.TIMESTAMP;
    String wanted = local ? "a LocalDateTime" : "an Instant";
    Instant instant;
    if (local && literal instanceof Literal.OfDateTime dateTime) {
      instant = dateTime.value().toInstant(ZoneOffset.UTC);
    } else if (!local && literal instanceof Literal.OfInstant point) {
      instant = point.value();
    } else if (schema.storage(index) == Storage.LONG) {
      return held(field, literal, wanted);
    } else {
      throw refuse(field, literal, wanted);
    }
    BigInteger seconds = BigInteger.valueOf(instant.getEpochSecond());
    int nanos = instant.getNano();
    if (field.id() == schema.timeFieldId()) {
      BigDecimal fraction = BigDecimal.valueOf(nanos);
      return of(new BigDecimal(seconds).scaleByPowerOfTen(9).add(fraction));
    }
    if (schema.storage(index) == Storage.LONG) {
      return of(new BigDecimal(seconds).scaleByPowerOfTen(3).add(BigDecimal.valueOf(nanos, 6)));
    }
    BigInteger millis =
        seconds.multiply(BigInteger.valueOf(1000)).add(BigInteger.valueOf(nanos / NANOS_PER_MILLI));
    BigInteger rest = BigInteger.valueOf(nanos % NANOS_PER_MILLI);
    return of(new BigDecimal(millis.shiftLeft(64).add(rest)));
  }

  /** Returns the error of a literal that a column can't be compared with. */
  static IllegalArgumentException refuse(Field field, Literal literal, String wanted) {
    return new IllegalArgumentException(
        "column '"
            + field.name()
            + "' ("
            + field.type()
            + ") is compared with "
            + literal
            + "; give "
            + wanted);
  }

  /** Returns the integer that equals this number, null if none does. */
  @Nullable BigInteger exact() {
    BigDecimal number = value;
    if (number == null) {
      return null;
    }
    BigInteger floor = number.setScale(0, RoundingMode.FLOOR).unscaledValue();
    return new BigDecimal(floor).compareTo(number) == 0 ? floor : null;
  }

  /** Returns the integers between {@code least} and {@code greatest} that compare so with this. */
  Range range(Filter.Operator operator, BigInteger least, BigInteger greatest) {
    if (value == null) {
      boolean below = operator == Filter.Operator.LT || operator == Filter.Operator.LE;
      boolean above = operator == Filter.Operator.GT || operator == Filter.Operator.GE;
      boolean every = (infinity > 0 && below) || (infinity < 0 && above);
      return every ? new Range(least, greatest) : Range.EMPTY;
    }
    BigInteger floor = value.setScale(0, RoundingMode.FLOOR).unscaledValue();
    BigInteger ceiling = value.setScale(0, RoundingMode.CEILING).unscaledValue();
    Range range =
        switch (operator) {
          case EQ, NE -> new Range(ceiling, floor);
          case LT -> new Range(least, ceiling.subtract(BigInteger.ONE));
          case LE -> new Range(least, floor);
          case GT -> new Range(floor.add(BigInteger.ONE), greatest);
          case GE -> new Range(ceiling, greatest);
        };
    Range cut = new Range(range.first.max(least), range.last.min(greatest));
    return cut.first.compareTo(cut.last) > 0 ? Range.EMPTY : cut;
  }

  /** Integers from the first to the last, both included. */
  record Range(BigInteger first, BigInteger last) {

    /** No integer. */
    static final Range EMPTY = new Range(BigInteger.ONE, BigInteger.ZERO);
  }
}
