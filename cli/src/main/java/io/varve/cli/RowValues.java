package io.varve.cli;

import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, read from text by the types of their columns, in memory that is used again
 * for the next row. Confined to one thread.
 */
final class RowValues {

  private static final int DATE_LENGTH = 10;
  private static final int MILLIS_PER_SECOND = 1000;
  private static final int NANOS_PER_MILLI = 1_000_000;

  /** So many digits fit into a long whatever they are. */
  private static final int MAX_LONG_DIGITS = 18;

  private final Field[] fields;
  private final boolean[] isSet;
  private final long[] longs;
  private final int[] nanosOfMilli;
  private final double[] doubles;
  private final @Nullable Object[] objects;

  RowValues(Schema schema) {
    int size = schema.size();
    this.fields = schema.fields().toArray(Field[]::new);
    this.isSet = new boolean[size];
    this.longs = new long[size];
    this.nanosOfMilli = new int[size];
    this.doubles = new double[size];
    this.objects = new Object[size];
  }

  void clear() {
    Arrays.fill(isSet, false);
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException if the text is none of the column's type; the message says of
   *     which
   */
  void parse(int column, char[] text, int from, int length) {
    DataType type = fields[column].type();
    switch (type.kind()) {
      case BOOLEAN -> longs[column] = bool(string(text, from, length)) ? 1 : 0;
      case INT8, INT16, INT32, INT64 -> longs[column] = integer(text, from, length);
      case FLOAT, DOUBLE -> doubles[column] = floating(string(text, from, length));
      case DECIMAL -> objects[column] = decimal(text, from, length, type);
      case STRING -> objects[column] = string(text, from, length);
      case BYTES -> objects[column] = bytes(string(text, from, length));
      case DATE -> longs[column] = date(string(text, from, length));
      case TIME -> longs[column] = time(string(text, from, length));
      case TIMESTAMP, TIMESTAMP_LTZ -> timestamp(column, text, from, length);
    }
    isSet[column] = true;
  }

  /** Reads a value. */
  void parse(int column, String text) {
    parse(column, text.toCharArray(), 0, text.length());
  }

  /** Sets what has been read. */
  void applyTo(RowSink sink) {
    for (int column = 0; column < fields.length; column++) {
      if (!isSet[column]) {
        continue;
      }
      switch (fields[column].type().kind()) {
        case BOOLEAN -> sink.setBoolean(column, longs[column] != 0);
        case INT8, INT16, INT32, INT64, DATE, TIME -> sink.setLong(column, longs[column]);
        case FLOAT, DOUBLE -> sink.setDouble(column, doubles[column]);
        case DECIMAL -> sink.setDecimal(column, (BigDecimal) object(column));
        case STRING -> sink.setString(column, (String) object(column));
        case BYTES -> sink.setBytes(column, (byte[]) object(column));
        case TIMESTAMP, TIMESTAMP_LTZ ->
            sink.setTimestamp(column, longs[column], nanosOfMilli[column]);
      }
    }
  }

  private Object object(int column) {
    Object value = objects[column];
    if (value == null) {
      throw new IllegalStateException("column " + column + " was not read");
    }
    return value;
  }

  private static String string(char[] text, int from, int length) {
    return new String(text, from, length);
  }

  private static long integer(char[] text, int from, int length) {
    int at = from;
    int end = from + length;
    boolean negative = at < end && text[at] == '-';
    if (negative || (at < end && text[at] == '+')) {
      at++;
    }
    if (at == end || end - at > MAX_LONG_DIGITS) {
      return wholeNumber(string(text, from, length));
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        return wholeNumber(string(text, from, length));
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  /** Reads a whole number that is written otherwise, such as 10.0, or has many digits. */
  private static long wholeNumber(String text) {
    try {
      BigInteger whole = new BigDecimal(text.strip()).toBigIntegerExact();
      return whole.longValueExact();
    } catch (ArithmeticException | NumberFormatException wrong) {
      throw new IllegalArgumentException("'" + text + "' is no whole number");
    }
  }

  private static boolean bool(String text) {
    return switch (text.strip().toLowerCase(java.util.Locale.ROOT)) {
      case "true", "t", "1", "yes" -> true;
      case "false", "f", "0", "no" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static double floating(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException("'" + text + "' is no number");
    }
  }

  /** Reads digits with a point among them by hand; whatever else is a decimal is left over. */
  private static BigDecimal decimal(char[] text, int from, int length, DataType type) {
    int end = from + length;
    int at = from < end && text[from] == '-' ? from + 1 : from;
    int point = -1;
    long unscaled = 0;
    boolean plain = at < end && end - at <= MAX_LONG_DIGITS;
    for (int i = at; plain && i < end; i++) {
      int digit = text[i] - '0';
      if (digit >= 0 && digit <= 9) {
        unscaled = unscaled * 10 + digit;
      } else {
        plain = text[i] == '.' && point < 0 && i > at && i + 1 < end;
        point = i;
      }
    }
    int missing = type.scale() - (point < 0 ? 0 : end - point - 1);
    if (!plain || missing < 0 || end - at + missing > MAX_LONG_DIGITS) {
      return decimal(string(text, from, length), type);
    }
    for (; missing > 0; missing--) {
      unscaled *= 10;
    }
    return BigDecimal.valueOf(at > from ? -unscaled : unscaled, type.scale());
  }

  private static BigDecimal decimal(String text, DataType type) {
    try {
      return new BigDecimal(text.strip()).setScale(type.scale());
    } catch (ArithmeticException | NumberFormatException wrong) {
      throw new IllegalArgumentException("'" + text + "' is no " + type);
    }
  }

  private static byte[] bytes(String text) {
    try {
      return text.startsWith("0x")
          ? HexFormat.of().parseHex(text, 2, text.length())
          : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("'" + text + "' is neither 0x and hexadecimal nor base64");
    }
  }

  private static long date(String text) {
    try {
      return LocalDate.parse(text.strip()).toEpochDay();
    } catch (DateTimeException wrong) {
      throw new IllegalArgumentException("'" + text + "' is no date such as 2024-02-29");
    }
  }

  private static long time(String text) {
    try {
      return LocalTime.parse(text.strip()).toNanoOfDay();
    } catch (DateTimeException wrong) {
      throw new IllegalArgumentException("'" + text + "' is no time of day such as 23:59:59");
    }
  }

  /** Reads the usual form by hand; whatever else is a time is left to the library. */
  private void timestamp(int column, char[] text, int from, int length) {
    if (length >= 19 && isPlain(text, from)) {
      long day = dayOf(text, from);
      int hour = two(text, from + 11);
      int minute = two(text, from + 14);
      int second = two(text, from + 17);
      int nanos = fraction(text, from + 19, from + length);
      if (nanos >= 0 && day != Long.MIN_VALUE && hour < 24 && minute < 60 && second < 60) {
        long ofDay = (hour * 60L + minute) * 60 + second;
        longs[column] = (day * 86_400 + ofDay) * MILLIS_PER_SECOND + nanos / NANOS_PER_MILLI;
        nanosOfMilli[column] = nanos % NANOS_PER_MILLI;
        return;
      }
    }
    Instant instant = instant(string(text, from, length).strip());
    longs[column] = instant.toEpochMilli();
    nanosOfMilli[column] = instant.getNano() % NANOS_PER_MILLI;
  }

  private static boolean isPlain(char[] text, int from) {
    char between = text[from + 10];
    return text[from + 4] == '-'
        && text[from + 7] == '-'
        && (between == ' ' || between == 'T')
        && text[from + 13] == ':'
        && text[from + 16] == ':'
        && areDigits(text, from, 4)
        && areDigits(text, from + 5, 2)
        && areDigits(text, from + 8, 2)
        && areDigits(text, from + 11, 2)
        && areDigits(text, from + 14, 2)
        && areDigits(text, from + 17, 2);
  }

  private static boolean areDigits(char[] text, int from, int count) {
    for (int at = from; at < from + count; at++) {
      if (text[at] < '0' || text[at] > '9') {
        return false;
      }
    }
    return true;
  }

  private static int two(char[] text, int at) {
    return (text[at] - '0') * 10 + text[at + 1] - '0';
  }

  private static long dayOf(char[] text, int from) {
    int year = two(text, from) * 100 + two(text, from + 2);
    int month = two(text, from + 5);
    int day = two(text, from + 8);
    if (month < 1 || month > 12 || day < 1 || day > 28) {
      return month >= 1 && month <= 12 && isDay(year, month, day)
          ? LocalDate.of(year, month, day).toEpochDay()
          : Long.MIN_VALUE;
    }
    // Days before the year, and days before the month in a year that begins in March.
    long y = month <= 2 ? year - 1L : year;
    long ofYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return y * 365
        + Math.floorDiv(y, 4)
        - Math.floorDiv(y, 100)
        + Math.floorDiv(y, 400)
        + ofYear
        - 719_468;
  }

  private static boolean isDay(int year, int month, int day) {
    return day >= 1 && day <= java.time.YearMonth.of(year, month).lengthOfMonth();
  }

  /**
   * Returns the nanoseconds of a fraction, with a Z behind or not; -1 if there is anything else.
   */
  private static int fraction(char[] text, int from, int to) {
    int end = to > from && text[to - 1] == 'Z' ? to - 1 : to;
    if (from == end) {
      return 0;
    }
    if (text[from] != '.' || end - from < 2 || end - from > 10) {
      return -1;
    }
    int nanos = 0;
    for (int i = from + 1; i < from + 10; i++) {
      int digit = i < end ? text[i] - '0' : 0;
      if (digit < 0 || digit > 9) {
        return -1;
      }
      nanos = nanos * 10 + digit;
    }
    return nanos;
  }

  private static Instant instant(String text) {
    String iso = text.replace(' ', 'T');
    try {
      if (iso.length() == DATE_LENGTH) {
        return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      int time = iso.indexOf('T');
      boolean zoned = iso.endsWith("Z") || iso.indexOf('+', time) > 0 || iso.indexOf('-', time) > 0;
      return zoned
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException wrong) {
      throw new IllegalArgumentException(
          "'" + text + "' is no time such as 2024-02-29 23:59:59.123");
    }
  }
}
