package io.varve.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;

/**
 * A value as columns hold it, read from text: the default of a column. Which of the parts counts
 * depends on the {@link Storage}. Immutable.
 */
public final class StoredValue {

  private static final int NANOS_PER_MILLI = 1_000_000;

  private final long first;
  private final long second;
  private final double number;
  private final byte[] bytes;

  private StoredValue(long first, long second, double number, byte[] bytes) {
    this.first = first;
    this.second = second;
    this.number = number;
    this.bytes = bytes;
  }

  /**
   * Reads a value.
   *
   * @param type of a column other than the time column
   * @param text {@code true}, a number, text as it is, bytes as hexadecimal digits, {@code
   *     2026-01-31}, {@code 23:59:59}, {@code 2026-01-31T23:59:59}, or that with {@code Z} for a
   *     point in time
   * @throws IllegalArgumentException if the text is no value of the type
   */
  public static StoredValue parse(DataType type, String text) {
    try {
      return switch (type.kind()) {
        case BOOLEAN -> ofLong(bool(text) ? 1 : 0);
        case INT8 -> ofLong(Byte.parseByte(text));
        case INT16 -> ofLong(Short.parseShort(text));
        case INT32 -> ofLong(Integer.parseInt(text));
        case INT64 -> ofLong(Long.parseLong(text));
        case FLOAT -> ofDouble(Float.parseFloat(text));
        case DOUBLE -> ofDouble(Double.parseDouble(text));
        case DECIMAL -> decimal(new BigDecimal(text), type);
        case STRING -> ofBytes(text.getBytes(StandardCharsets.UTF_8));
        case BYTES -> ofBytes(HexFormat.of().parseHex(text));
        case DATE -> ofLong(Math.toIntExact(LocalDate.parse(text).toEpochDay()));
        case TIME -> ofLong(LocalTime.parse(text).toNanoOfDay());
        case TIMESTAMP ->
            time(LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC), type);
        case TIMESTAMP_LTZ -> time(Instant.parse(text.replace(' ', 'T')), type);
      };
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException wrong) {
      throw new IllegalArgumentException(
          "'" + text + "' is no value of type " + type + ": " + wrong.getMessage(), wrong);
    }
  }

  private static boolean bool(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("expected true or false");
    }
    return text.equals("true");
  }

  private static StoredValue decimal(BigDecimal value, DataType type) {
    if ((long) value.precision() - value.scale() > type.precision() - type.scale()) {
      throw new IllegalArgumentException("it has too many digits");
    }
    BigInteger unscaled = value.setScale(type.scale(), RoundingMode.UNNECESSARY).unscaledValue();
    return type.precision() <= DataType.MAX_LONG_DECIMAL_PRECISION
        ? ofLong(unscaled.longValueExact())
        : new StoredValue(
            unscaled.shiftRight(64).longValueExact(), unscaled.longValue(), 0, none());
  }

  private static StoredValue time(Instant value, DataType type) {
    int step = BigInteger.TEN.pow(9 - type.precision()).intValueExact();
    if (value.getNano() % step != 0) {
      throw new IllegalArgumentException("it has more digits of a second");
    }
    return new StoredValue(value.toEpochMilli(), value.getNano() % NANOS_PER_MILLI, 0, none());
  }

  private static StoredValue ofLong(long value) {
    return new StoredValue(value, 0, 0, none());
  }

  private static StoredValue ofDouble(double value) {
    return new StoredValue(0, 0, value, none());
  }

  private static StoredValue ofBytes(byte[] value) {
    return new StoredValue(0, 0, 0, value);
  }

  private static byte[] none() {
    return new byte[0];
  }

  /** Returns the value of {@link Storage#LONG}, or the first half of {@link Storage#PAIR}. */
  public long first() {
    return first;
  }

  /** Returns the second half of a value of {@link Storage#PAIR}. */
  public long second() {
    return second;
  }

  /** Returns the value of {@link Storage#DOUBLE}. */
  public double number() {
    return number;
  }

  /** Returns a copy of the value of {@link Storage#BINARY}. */
  public byte[] bytes() {
    return bytes.clone();
  }
}
