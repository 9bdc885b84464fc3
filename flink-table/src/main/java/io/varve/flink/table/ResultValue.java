package io.varve.flink.table;

import io.varve.query.Value;
import java.math.BigDecimal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/** Turns a value of a result into what SQL holds; a value that does not fit is never cut. */
final class ResultValue {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private ResultValue() {}

  /**
   * Returns a value as SQL holds it.
   *
   * @param name of what it is the value, for the message
   * @param timeColumn whether it is a value of the time column
   * @throws ArithmeticException if the type has not enough digits
   */
  static @Nullable Object of(Value value, LogicalType type, String name, boolean timeColumn) {
    if (value.isNull()) {
      return null;
    }
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> held(value) != 0;
      case TINYINT -> (byte) integer(value, type, name, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SMALLINT -> (short) integer(value, type, name, Short.MIN_VALUE, Short.MAX_VALUE);
      case INTEGER -> (int) integer(value, type, name, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT, INTERVAL_DAY_TIME -> integer(value, type, name, Long.MIN_VALUE, Long.MAX_VALUE);
      case DATE, INTERVAL_YEAR_MONTH -> Math.toIntExact(held(value));
      case TIME_WITHOUT_TIME_ZONE -> Math.toIntExact(held(value) / NANOS_PER_MILLI);
      case FLOAT -> (float) ((Value.OfDouble) value).value();
      case DOUBLE -> ((Value.OfDouble) value).value();
      case CHAR, VARCHAR -> StringData.fromBytes(((Value.OfBinary) value).value());
      case BINARY, VARBINARY -> ((Value.OfBinary) value).value();
      case DECIMAL -> decimal(value, type, name);
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          timestamp(value, timeColumn);
      default -> new OpaqueValues(name, type).fromBytes(((Value.OfBinary) value).value());
    };
  }

  private static long held(Value value) {
    return ((Value.OfLong) value).value();
  }

  private static long integer(
      Value value, LogicalType type, String name, long least, long greatest) {
    if (value instanceof Value.OfLong held) {
      return held.value();
    }
    BigDecimal exact = ((Value.OfDecimal) value).value();
    boolean fits =
        exact.compareTo(BigDecimal.valueOf(least)) >= 0
            && exact.compareTo(BigDecimal.valueOf(greatest)) <= 0;
    if (!fits) {
      throw tooLarge(exact, type, name);
    }
    return exact.longValueExact();
  }

  private static DecimalData decimal(Value value, LogicalType type, String name) {
    BigDecimal exact = ((Value.OfDecimal) value).value();
    DecimalData decimal =
        DecimalData.fromBigDecimal(
            exact, LogicalTypeChecks.getPrecision(type), LogicalTypeChecks.getScale(type));
    if (decimal == null) {
      throw tooLarge(exact, type, name);
    }
    return decimal;
  }

  private static ArithmeticException tooLarge(BigDecimal exact, LogicalType type, String name) {
    return new ArithmeticException(
        name
            + " is "
            + exact.toPlainString()
            + ", more than "
            + type.asSummaryString()
            + " holds; aggregate a wider type, as in SUM(CAST(c AS DECIMAL(38, 0)))");
  }

  private static TimestampData timestamp(Value value, boolean timeColumn) {
    if (value instanceof Value.OfPair pair) {
      return TimestampData.fromEpochMillis(pair.high(), (int) pair.low());
    }
    long held = held(value);
    return timeColumn
        ? TimestampData.fromEpochMillis(
            Math.floorDiv(held, NANOS_PER_MILLI), (int) Math.floorMod(held, NANOS_PER_MILLI))
        : TimestampData.fromEpochMillis(held);
  }
}
