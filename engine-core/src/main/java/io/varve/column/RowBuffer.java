package io.varve.column;

import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.StoredValue;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Collects the rows of one writer attempt, checked against the schema, into a batch. Confined. */
public final class RowBuffer implements RowSink {

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long FIXED_BYTES = 9; // a long and its null bit; a pair is rare
  private static final long MIN_LOOK_BYTES = 1 << 10;
  private static final long NANOS_PER_DAY = 86_400L * 1_000_000_000;

  private final RowBatch batch;
  private final Schema schema;
  private final long[] min;
  private final long[] max;
  private final long[] step; // what a timestamp, or its nanoseconds, must be a multiple of
  private final int timeIndex;
  private final long writer;
  private final Column[] columns;
  private final @Nullable StoredValue[] defaults; // as far as they were asked for
  private final boolean[] single; // which doubles are of 32 bits
  private final long fixedRowBytes;
  private long layer;
  private long nextSequence;
  private int row; // how many are finished
  private int set; // how many columns of the next one are
  private long rowBytes; // of text and bytes in it
  private long bytes;
  private long heldBytes;
  private long nextLookBytes;

  /**
   * Creates an empty buffer.
   *
   * @param writer the writer attempt's unique number
   * @param firstSequence of the first row
   */
  public RowBuffer(Schema schema, long writer, long firstSequence) {
    this.batch = new RowBatch(schema);
    this.schema = schema;
    this.writer = writer;
    this.nextSequence = firstSequence;
    this.timeIndex = schema.find(schema.timeFieldId()).orElseThrow();
    this.columns = columns(batch);
    this.defaults = new @Nullable StoredValue[schema.size()];
    this.single = new boolean[schema.size()];
    this.fixedRowBytes = FIXED_BYTES * (schema.size() + HiddenField.values().length);
    this.min = new long[schema.size()];
    this.max = new long[schema.size()];
    this.step = new long[schema.size()];
    for (int i = 0; i < schema.size(); i++) {
      DataType type = i == timeIndex ? DataType.int64() : schema.field(i).type();
      max[i] = greatest(type);
      min[i] = least(type, max[i]);
      step[i] = step(schema.field(i).type(), i == timeIndex);
      single[i] = schema.field(i).type().kind() == TypeKind.FLOAT;
    }
  }

  private RowBuffer(RowBuffer other) {
    this.batch = new RowBatch(other.schema);
    this.schema = other.schema;
    this.writer = other.writer;
    this.timeIndex = other.timeIndex;
    this.columns = columns(batch);
    this.defaults = other.defaults;
    this.single = other.single;
    this.fixedRowBytes = other.fixedRowBytes;
    this.min = other.min;
    this.max = other.max;
    this.step = other.step;
  }

  private static Column[] columns(RowBatch batch) {
    Column[] columns = new Column[batch.schema().size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = batch.column(i);
    }
    return columns;
  }

  /** Returns another empty buffer for rows of this schema and writer. */
  public RowBuffer another() {
    return new RowBuffer(this);
  }

  private static long step(DataType type, boolean inNanos) {
    return switch (type.kind()) {
      case TIMESTAMP, TIMESTAMP_LTZ -> {
        int digits = inNanos || type.precision() > 3 ? 9 : 3;
        yield BigInteger.TEN.pow(digits - type.precision()).longValueExact();
      }
      case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT, DOUBLE, DECIMAL, STRING, BYTES, DATE, TIME ->
          1;
    };
  }

  private static long greatest(DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> 1;
      case INT8 -> Byte.MAX_VALUE;
      case INT16 -> Short.MAX_VALUE;
      case INT32, DATE -> Integer.MAX_VALUE;
      case TIME -> NANOS_PER_DAY - 1;
      case DECIMAL ->
          type.precision() <= DataType.MAX_LONG_DECIMAL_PRECISION
              ? BigInteger.TEN.pow(type.precision()).longValueExact() - 1
              : 0;
      case INT64, TIMESTAMP, TIMESTAMP_LTZ, FLOAT, DOUBLE, STRING, BYTES -> Long.MAX_VALUE;
    };
  }

  private static long least(DataType type, long max) {
    return switch (type.kind()) {
      case BOOLEAN, TIME -> 0;
      case DECIMAL -> -max;
      case INT8, INT16, INT32, INT64, DATE, TIMESTAMP, TIMESTAMP_LTZ -> -max - 1;
      case FLOAT, DOUBLE, STRING, BYTES -> Long.MIN_VALUE;
    };
  }

  /** Returns the finished rows; {@link #clear} when they have been taken. */
  public RowBatch batch() {
    return batch;
  }

  /** Returns about how many bytes of memory the finished rows take. */
  public long bytes() {
    return bytes;
  }

  /** Returns about how many bytes of memory the buffer takes, with room for rows to come. */
  public long heldBytes() {
    return heldBytes;
  }

  /** Forgets all rows but keeps the memory. */
  public void clear() {
    abandonRow();
    batch.clear();
    row = 0;
    bytes = 0;
  }

  /** Asks the columns, which takes longer than a row: whenever there is a little more in them. */
  private void look() {
    heldBytes = batch.heldBytes();
    nextLookBytes = bytes + (bytes >> 4) + MIN_LOOK_BYTES;
  }

  /** Returns the sequence that the next row gets. */
  public long nextSequence() {
    return nextSequence;
  }

  /** Sets sequence and layer of the next row. */
  public void setNext(long sequence, long newLayer) {
    nextSequence = sequence;
    layer = newLayer;
  }

  @Override
  public void setBoolean(int column, boolean value) {
    setLong(column, value ? 1 : 0);
  }

  @Override
  public void setLong(int column, long value) {
    LongColumn target = unset(column) instanceof LongColumn longs ? longs : refuse(column);
    if (value < min[column] || value > max[column]) {
      throw invalid(column, value + " is out of range");
    }
    requireWhole(column, value);
    target.append(value);
    set++;
  }

  @Override
  public void setDouble(int column, double value) {
    DoubleColumn target = unset(column) instanceof DoubleColumn doubles ? doubles : refuse(column);
    if (single[column] && (float) value != value && !Double.isNaN(value)) {
      throw invalid(column, value + " is not a 32-bit number");
    }
    target.append(value);
    set++;
  }

  @Override
  public void setString(int column, String value) {
    BinaryColumn target = unset(column) instanceof BinaryColumn bytes ? bytes : refuse(column);
    target.append(value);
    rowBytes += target.length(row);
    set++;
  }

  @Override
  public void setBytes(int column, byte[] value) {
    BinaryColumn target = unset(column) instanceof BinaryColumn bytes ? bytes : refuse(column);
    target.append(value, 0, value.length);
    rowBytes += value.length;
    set++;
  }

  @Override
  public void setDecimal(int column, BigDecimal value) {
    DataType type = schema.field(column).type();
    if (type.kind() != TypeKind.DECIMAL) {
      throw invalid(column, "a decimal is no " + type);
    }
    // The digits first: bringing 1e100000000 into a scale would take for ever.
    if (value.signum() != 0
        && (long) value.precision() - value.scale() > type.precision() - type.scale()) {
      throw invalid(column, "it has too many digits");
    }
    BigInteger unscaled;
    try {
      unscaled = value.setScale(type.scale(), RoundingMode.UNNECESSARY).unscaledValue();
    } catch (ArithmeticException inexact) {
      throw invalid(column, "it has more digits after the point");
    }
    if (unscaled.abs().compareTo(BigInteger.TEN.pow(type.precision())) >= 0) {
      throw invalid(column, "it has too many digits");
    }
    if (schema.storage(column) == Storage.LONG) {
      ((LongColumn) unset(column)).append(unscaled.longValueExact());
    } else {
      Int128 wide = Int128.of(unscaled);
      ((PairColumn) unset(column)).append(wide.high(), wide.low());
    }
    set++;
  }

  @Override
  public void setTimestamp(int column, long millis, int nanosOfMilli) {
    if (nanosOfMilli < 0 || nanosOfMilli >= NANOS_PER_MILLI) {
      throw invalid(column, nanosOfMilli + " nanoseconds are not within a millisecond");
    }
    if (column == timeIndex) {
      setLong(column, nanos(column, millis, nanosOfMilli));
    } else if (schema.storage(column) == Storage.PAIR) {
      requireWhole(column, nanosOfMilli);
      ((PairColumn) unset(column)).append(millis, nanosOfMilli);
      set++;
    } else {
      if (nanosOfMilli != 0) {
        throw invalid(column, "the time is finer than a millisecond");
      }
      setLong(column, millis);
    }
  }

  private void requireWhole(int column, long value) {
    if (step[column] != 1 && value % step[column] != 0) {
      throw invalid(column, "the time has more digits of a second");
    }
  }

  private long nanos(int column, long millis, int nanosOfMilli) {
    try {
      return Math.addExact(Math.multiplyExact(millis, NANOS_PER_MILLI), nanosOfMilli);
    } catch (ArithmeticException overflow) {
      throw invalid(column, millis + " ms is not between the years 1677 and 2262");
    }
  }

  @Override
  public void endRow() {
    if (set < columns.length) {
      fillWithNulls();
    }
    batch.hidden(HiddenField.WRITER).append(writer);
    batch.hidden(HiddenField.LAYER).append(layer);
    batch.hidden(HiddenField.SEQUENCE).append(nextSequence++);
    bytes += fixedRowBytes + rowBytes;
    row++;
    set = 0;
    rowBytes = 0;
    if (bytes > nextLookBytes) {
      look();
    }
  }

  /**
   * Gives the next row the default of a column, where a job does not know it.
   *
   * @throws IllegalStateException if it has none
   */
  public void setDefault(int column) {
    StoredValue value = defaults[column];
    if (value == null) {
      value = schema.field(column).defaultValue();
      if (value == null) {
        throw new IllegalStateException(
            "column '" + schema.field(column).name() + "' has no default");
      }
      defaults[column] = value;
    }
    Column target = unset(column);
    if (target instanceof LongColumn longs) {
      longs.append(value.first());
    } else if (target instanceof DoubleColumn doubles) {
      doubles.append(value.number());
    } else if (target instanceof PairColumn pairs) {
      pairs.append(value.first(), value.second());
    } else {
      byte[] text = value.bytes();
      ((BinaryColumn) target).append(text, 0, text.length);
      rowBytes += text.length;
    }
    set++;
  }

  private void fillWithNulls() {
    for (int i = 0; i < columns.length; i++) {
      if (columns[i].size() == row) {
        if (!schema.field(i).nullable()) {
          throw invalid(i, "it must have a value");
        }
        columns[i].appendNull();
      }
    }
  }

  @Override
  public void abandonRow() {
    for (Column column : columns) {
      column.truncate(row);
    }
    set = 0;
    rowBytes = 0;
  }

  private Column unset(int column) {
    Column target = columns[column];
    if (target.size() != row) {
      throw invalid(column, "it is set twice");
    }
    return target;
  }

  private <C> C refuse(int column) {
    throw invalid(column, "it can't take such a value");
  }

  /** Drops the unfinished row and returns the error that says why. */
  private IllegalArgumentException invalid(int column, String reason) {
    abandonRow();
    Field field = schema.field(column);
    return new IllegalArgumentException(
        "row "
            + nextSequence
            + ", column '"
            + field.name()
            + "' ("
            + field.type()
            + (field.nullable() ? "" : " not null")
            + "): "
            + reason);
  }
}
