package io.varve.cli;

import io.varve.query.RowView;
import io.varve.query.Value;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.TypeKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Stored values as they are printed: numbers and booleans as such, times in ISO 8601, bytes as
 * hexadecimal digits after {@code 0x}.
 */
final class Cells {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long MILLIS_PER_SECOND = 1_000;

  private Cells() {}

  /** Returns a column of a row. */
  static @Nullable Object of(RowView row, int column, Field field) {
    if (row.isNull(column)) {
      return null;
    }
    return switch (field.type().kind()) {
      case BOOLEAN -> row.getBoolean(column);
      case INT8, INT16, INT32, INT64 -> row.getLong(column);
      case FLOAT, DOUBLE -> row.getDouble(column);
      case DECIMAL -> row.getDecimal(column);
      case STRING -> row.getString(column);
      case BYTES -> "0x" + HexFormat.of().formatHex(row.getBytes(column));
      case DATE -> LocalDate.ofEpochDay(row.getLong(column));
      case TIME -> LocalTime.ofNanoOfDay(row.getLong(column));
      case TIMESTAMP, TIMESTAMP_LTZ ->
          time(
              Instant.ofEpochMilli(row.getTimestampMillis(column))
                  .plusNanos(row.getTimestampNanosOfMilli(column)),
              field.type());
    };
  }

  /**
   * Returns a value of a result.
   *
   * @param ofTimeColumn whether it is one of the time column, which is held in nanoseconds
   */
  static @Nullable Object of(Value value, DataType type, boolean ofTimeColumn) {
    if (value.isNull()) {
      return null;
    }
    if (value instanceof Value.OfDouble floating) {
      return floating.value();
    }
    if (value instanceof Value.OfDecimal decimal) {
      return decimal.value();
    }
    if (value instanceof Value.OfBinary binary) {
      return type.kind() == TypeKind.STRING
          ? binary.text()
          : "0x" + HexFormat.of().formatHex(binary.value());
    }
    if (value instanceof Value.OfPair pair) {
      return time(Instant.ofEpochMilli(pair.high()).plusNanos(pair.low()), type);
    }
    long held = ((Value.OfLong) value).value();
    return switch (type.kind()) {
      case BOOLEAN -> held != 0;
      case DATE -> LocalDate.ofEpochDay(held);
      case TIME -> LocalTime.ofNanoOfDay(held);
      case TIMESTAMP, TIMESTAMP_LTZ -> {
        long unit = ofTimeColumn ? NANOS_PER_SECOND : MILLIS_PER_SECOND;
        long nanos = Math.floorMod(held, unit) * (NANOS_PER_SECOND / unit);
        yield time(Instant.ofEpochSecond(Math.floorDiv(held, unit), nanos), type);
      }
      case INT8, INT16, INT32, INT64, FLOAT, DOUBLE, DECIMAL, STRING, BYTES -> held;
    };
  }

  /** Returns a time in ISO 8601: a point in time with its zone, UTC, a local one without. */
  static Object time(Instant instant, DataType type) {
    return type.kind() == TypeKind.TIMESTAMP_LTZ
        ? instant
        : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  /** Returns a time in nanoseconds since 1970 as text. */
  static String nanos(long nanos) {
    return Instant.ofEpochSecond(
            Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND))
        .toString();
  }
}
