package io.varve.flink.table;

import io.varve.column.BinaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.NullMask;
import io.varve.column.PairColumn;
import java.math.BigDecimal;
import java.util.Objects;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** The ways in which values are held in columns that were read. */
final class ValueColumns {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private ValueColumns() {}

  /** Values with nulls among them. */
  private abstract static class Nullable extends ValueColumn {

    private final NullMask nulls;

    Nullable(NullMask nulls) {
      this.nulls = nulls;
    }

    @Override
    boolean isNull(int row) {
      return nulls.isNull(row);
    }
  }

  /** BOOLEAN, integers, DATE and intervals. */
  static final class Longs extends Nullable {

    private final long[] values;

    Longs(LongColumn column) {
      super(column.nulls());
      this.values = column.values();
    }

    @Override
    boolean getBoolean(int row) {
      return values[row] != 0;
    }

    @Override
    long getLong(int row) {
      return values[row];
    }
  }

  /** TIME, of which SQL wants milliseconds. */
  static final class Times extends Nullable {

    private final long[] nanos;

    Times(LongColumn column) {
      super(column.nulls());
      this.nanos = column.values();
    }

    @Override
    long getLong(int row) {
      return nanos[row] / NANOS_PER_MILLI;
    }
  }

  /** FLOAT and DOUBLE. */
  static final class Doubles extends Nullable {

    private final DoubleColumn values;

    Doubles(DoubleColumn column) {
      super(column.nulls());
      this.values = column;
    }

    @Override
    double getDouble(int row) {
      return values.get(row);
    }
  }

  /** Texts and bytes, one after the other. */
  static final class Bytes extends Nullable {

    private final BinaryColumn values;

    Bytes(BinaryColumn column) {
      super(column.nulls());
      this.values = column;
    }

    @Override
    StringData getString(int row) {
      return StringData.fromBytes(values.bytes(), values.start(row), values.length(row));
    }

    @Override
    byte[] getBinary(int row) {
      return values.get(row);
    }
  }

  /** Nested values, made anew of their bytes each time. */
  static final class Opaque extends ValueColumn {

    private final ValueColumn bytes;
    private final OpaqueValues values;

    Opaque(ValueColumn bytes, OpaqueValues values) {
      this.bytes = bytes;
      this.values = values;
    }

    @Override
    boolean isNull(int row) {
      return bytes.isNull(row);
    }

    @Override
    Object getNested(int row) {
      return values.fromBytes(bytes.getBinary(row));
    }
  }

  /** DECIMAL of up to 18 digits. */
  static final class ShortDecimals extends Nullable {

    private final long[] unscaled;
    private final int precision;
    private final int scale;

    ShortDecimals(LongColumn column, int precision, int scale) {
      super(column.nulls());
      this.unscaled = column.values();
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    DecimalData getDecimal(int row) {
      return DecimalData.fromUnscaledLong(unscaled[row], precision, scale);
    }
  }

  /** DECIMAL of more digits. */
  static final class LongDecimals extends Nullable {

    private final PairColumn unscaled;
    private final int precision;
    private final int scale;

    LongDecimals(PairColumn column, int precision, int scale) {
      super(column.nulls());
      this.unscaled = column;
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    DecimalData getDecimal(int row) {
      Int128 value = new Int128(unscaled.high()[row], unscaled.low()[row]);
      BigDecimal decimal = new BigDecimal(value.toBigInteger(), scale);
      return Objects.requireNonNull(
          DecimalData.fromBigDecimal(decimal, precision, scale), "stored with too many digits");
    }
  }

  /** The time column, and timestamps of milliseconds. */
  static final class Timestamps extends Nullable {

    private final long[] values;
    private final boolean nanos;

    Timestamps(LongColumn column, boolean nanos) {
      super(column.nulls());
      this.values = column.values();
      this.nanos = nanos;
    }

    @Override
    TimestampData getTimestamp(int row) {
      long held = values[row];
      return nanos
          ? TimestampData.fromEpochMillis(
              Math.floorDiv(held, NANOS_PER_MILLI), (int) Math.floorMod(held, NANOS_PER_MILLI))
          : TimestampData.fromEpochMillis(held);
    }
  }

  /** Timestamps of more digits. */
  static final class FineTimestamps extends Nullable {

    private final PairColumn values;

    FineTimestamps(PairColumn column) {
      super(column.nulls());
      this.values = column;
    }

    @Override
    TimestampData getTimestamp(int row) {
      return TimestampData.fromEpochMillis(values.high()[row], (int) values.low()[row]);
    }
  }

  /** The spans of time that rows are in, found when the block was read. */
  static final class Buckets extends ValueColumn {

    private final Object[] values;

    Buckets(Object[] values) {
      this.values = values;
    }

    @Override
    boolean isNull(int row) {
      return false;
    }

    @Override
    long getLong(int row) {
      return (Integer) values[row];
    }

    @Override
    TimestampData getTimestamp(int row) {
      return (TimestampData) values[row];
    }
  }

  /** The number of the commit, the same for every row. */
  static final class Constant extends ValueColumn {

    private final long value;

    Constant(long value) {
      this.value = value;
    }

    @Override
    boolean isNull(int row) {
      return false;
    }

    @Override
    long getLong(int row) {
      return value;
    }
  }

  /** The partition, the same for every row of a file. */
  static final class ConstantText extends ValueColumn {

    private final StringData value;

    ConstantText(StringData value) {
      this.value = value;
    }

    @Override
    boolean isNull(int row) {
      return false;
    }

    @Override
    StringData getString(int row) {
      return value;
    }
  }
}
