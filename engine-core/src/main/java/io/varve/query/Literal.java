package io.varve.query;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A constant that a filter compares a column with. Which kinds a column takes depends on its type
 * and is checked when the filter is bound to a schema. Immutable.
 */
public sealed interface Literal extends Serializable {

  /** The most digits of a decimal number, and the farthest that its point may be moved. */
  int MAX_DECIMAL_DIGITS = 10_000;

  /**
   * Returns a constant.
   *
   * @param value a Byte, Short, Integer, Long, Float, Double, Boolean, String, byte[], BigDecimal,
   *     BigInteger, Instant, LocalDateTime, LocalDate, LocalTime or a Literal
   * @throws IllegalArgumentException for anything else, and for null
   */
  static Literal of(Object value) {
    if (value == null) {
      throw new IllegalArgumentException("nothing compares with null; use Filter.isNull");
    }
    if (value instanceof Literal literal) {
      return literal;
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return new OfLong(((Number) value).longValue());
    }
    if (value instanceof Double || value instanceof Float) {
      return new OfDouble(((Number) value).doubleValue());
    }
    if (value instanceof Boolean truth) {
      return new OfBoolean(truth);
    }
    if (value instanceof String text) {
      return new OfText(text);
    }
    if (value instanceof byte[] bytes) {
      return new OfBytes(bytes);
    }
    if (value instanceof BigDecimal decimal) {
      return new OfDecimal(decimal);
    }
    if (value instanceof BigInteger integer) {
      return new OfDecimal(new BigDecimal(integer));
    }
    return ofTime(value);
  }

  private static Literal ofTime(Object value) {
    if (value instanceof Instant instant) {
      return new OfInstant(instant);
    }
    if (value instanceof LocalDateTime dateTime) {
      return new OfDateTime(dateTime);
    }
    if (value instanceof LocalDate date) {
      return new OfDate(date);
    }
    if (value instanceof LocalTime time) {
      return new OfTime(time);
    }
    throw new IllegalArgumentException(
        "a filter can't compare with a " + value.getClass().getName() + "; see Literal.of");
  }

  /** An integer, or a value as a column of {@link io.varve.schema.Storage#LONG} holds it. */
  record OfLong(long value) implements Literal {}

  /** A floating-point number. */
  record OfDouble(double value) implements Literal {}

  /** True or false. */
  record OfBoolean(boolean value) implements Literal {}

  /** Text. */
  record OfText(String value) implements Literal {}

  /** Bytes, or text by its UTF-8. */
  @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
  record OfBytes(byte[] value) implements Literal {

    /** Copies the bytes. */
    public OfBytes {
      value = value.clone();
    }

    /** Returns a copy of the bytes. */
    @Override
    public byte[] value() {
      return value.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OfBytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "0x" + HexFormat.of().formatHex(value);
    }
  }

  /** An exact decimal number. */
  record OfDecimal(BigDecimal value) implements Literal {

    /** Checks that the number is of a size that can be computed with. */
    public OfDecimal {
      if (Math.abs((long) value.scale()) > MAX_DECIMAL_DIGITS
          || value.precision() > MAX_DECIMAL_DIGITS) {
        throw new IllegalArgumentException(
            "a decimal number has at most " + MAX_DECIMAL_DIGITS + " digits");
      }
    }
  }

  /** A point in time. */
  record OfInstant(Instant value) implements Literal {}

  /** A date and time without a zone. */
  record OfDateTime(LocalDateTime value) implements Literal {}

  /** A day. */
  record OfDate(LocalDate value) implements Literal {}

  /** A time of day. */
  record OfTime(LocalTime value) implements Literal {}
}
