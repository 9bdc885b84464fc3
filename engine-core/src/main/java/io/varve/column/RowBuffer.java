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
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects the rows of one writer attempt, checked against the schema, into a batch. An interning
 * one gives each distinct text a number as it comes: such columns of the batch are {@link
 * DictionaryColumn}s, in no order, until one turns out to have too many distinct values. Confined.
 */
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
  private final @Nullable LongColumn[] longs; // those of this kind: the same as in columns
  private final @Nullable BinaryColumn[] texts;
  private final @Nullable DictionaryColumn[] codes;
  private final LongColumn writers;
  private final LongColumn layers;
  private final LongColumn sequences;
  private final int[] filled; // the row, counted from one, that has a value last
  private final @Nullable Interner[] interners; // of the columns that are coded
  private final boolean interning;
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
    this(schema, writer, firstSequence, false);
  }

  private RowBuffer(Schema schema, long writer, long firstSequence, boolean interning) {
    this.batch = new RowBatch(schema);
    this.schema = schema;
    this.writer = writer;
    this.nextSequence = firstSequence;
    this.interning = interning;
    this.interners = new @Nullable Interner[schema.size()];
    this.timeIndex = schema.find(schema.timeFieldId()).orElseThrow();
    this.columns = new Column[schema.size()];
    this.longs = new @Nullable LongColumn[schema.size()];
    this.texts = new @Nullable BinaryColumn[schema.size()];
    this.codes = new @Nullable DictionaryColumn[schema.size()];
    this.filled = new int[schema.size()];
    this.writers = batch.hidden(HiddenField.WRITER);
    this.layers = batch.hidden(HiddenField.LAYER);
    this.sequences = batch.hidden(HiddenField.SEQUENCE);
    takeColumns();
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

  /** Creates an empty buffer for the rows of a writer that numbers texts as they come. */
  public static RowBuffer interning(Schema schema, long writer) {
    RowBuffer buffer = new RowBuffer(schema, writer, 0, true);
    buffer.intern();
    return buffer;
  }

  private RowBuffer(RowBuffer other, boolean interning) {
    this.interning = interning;
    this.interners = new @Nullable Interner[other.schema.size()];
    this.batch = new RowBatch(other.schema);
    this.schema = other.schema;
    this.writer = other.writer;
    this.timeIndex = other.timeIndex;
    this.columns = new Column[schema.size()];
    this.longs = new @Nullable LongColumn[schema.size()];
    this.texts = new @Nullable BinaryColumn[schema.size()];
    this.codes = new @Nullable DictionaryColumn[schema.size()];
    this.filled = new int[schema.size()];
    this.writers = batch.hidden(HiddenField.WRITER);
    this.layers = batch.hidden(HiddenField.LAYER);
    this.sequences = batch.hidden(HiddenField.SEQUENCE);
    takeColumns();
    this.defaults = other.defaults;
    this.single = other.single;
    this.fixedRowBytes = other.fixedRowBytes;
    this.min = other.min;
    this.max = other.max;
    this.step = other.step;
  }

  private void takeColumns() {
    for (int i = 0; i < columns.length; i++) {
      take(i, batch.column(i));
    }
  }

  private void take(int index, Column column) {
    columns[index] = column;
    longs[index] = column instanceof LongColumn values ? values : null;
    texts[index] = column instanceof BinaryColumn values ? values : null;
    codes[index] = column instanceof DictionaryColumn values ? values : null;
  }

  /** Returns another empty buffer for rows of this schema and writer. */
  public RowBuffer another() {
    return another(interning);
  }

  /**
   * Returns another empty buffer for rows of this schema and writer.
   *
   * @param internsTexts whether it numbers texts as they come
   */
  public RowBuffer another(boolean internsTexts) {
    RowBuffer buffer = new RowBuffer(this, internsTexts);
    if (internsTexts) {
      buffer.intern();
    }
    return buffer;
  }

  /** Makes room for as many rows as another buffer of the same schema has, and a little more. */
  public void reserveAs(RowBuffer other) {
    batch.reserveAs(other.batch);
  }

  private void intern() {
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] instanceof BinaryColumn) {
        Interner interner = new Interner();
        interners[i] = interner;
        replace(i, new DictionaryColumn(interner.distinct()));
      }
    }
  }

  private void replace(int column, Column by) {
    take(column, by);
    batch.replace(column, by);
  }

  /** Holds the values of a column as they are from now on. */
  private void expand(int column, DictionaryColumn coded) {
    interners[column] = null;
    replace(column, coded.expanded(0, coded.size()));
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
    Arrays.fill(filled, 0);
    for (Interner interner : interners) {
      if (interner != null) {
        interner.clear();
      }
    }
    row = 0;
    bytes = 0;
  }

  /** Asks the columns, which takes longer than a row: whenever there is a little more in them. */
  private void look() {
    heldBytes = batch.heldBytes();
    for (Interner interner : interners) {
      heldBytes += interner == null ? 0 : interner.heldBytes();
    }
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
    LongColumn target = longs[column];
    if (target == null) {
      throw wrongKind(column);
    }
    if (value < min[column] || value > max[column]) {
      throw invalid(column, value + " is out of range");
    }
    requireWhole(column, value);
    fill(column);
    target.append(value);
  }

  @Override
  public void setDouble(int column, double value) {
    if (!(columns[column] instanceof DoubleColumn target)) {
      throw wrongKind(column);
    }
    if (single[column] && (float) value != value && !Double.isNaN(value)) {
      throw invalid(column, value + " is not a 32-bit number");
    }
    fill(column);
    target.append(value);
  }

  @Override
  public void setString(int column, String value) {
    Interner interner = interners[column];
    if (interner != null) {
      fill(column);
      addCode(column, interner, interner.code(value));
      return;
    }
    BinaryColumn bytes = texts[column];
    if (bytes == null) {
      throw wrongKind(column);
    }
    fill(column);
    bytes.append(value);
    rowBytes += bytes.length(row);
  }

  @Override
  public void setBytes(int column, byte[] value) {
    Interner interner = interners[column];
    if (interner != null) {
      fill(column);
      addCode(column, interner, interner.code(value));
      return;
    }
    BinaryColumn bytes = texts[column];
    if (bytes == null) {
      throw wrongKind(column);
    }
    fill(column);
    bytes.append(value, 0, value.length);
    rowBytes += value.length;
  }

  private void addCode(int column, Interner interner, int code) {
    DictionaryColumn target = Objects.requireNonNull(codes[column]);
    target.append(code);
    rowBytes += interner.distinct().length(code);
    if (interner.isTooMany()) {
      expand(column, target);
    }
  }

  @Override
  public void setDecimal(int column, BigDecimal value) {
    DataType type = schema.field(column).type();
    if (type.kind() != TypeKind.DECIMAL) {
      throw invalid(column, "a decimal is no " + type);
    }
    if (value.scale() == type.scale()
        && value.precision() <= type.precision()
        && schema.storage(column) == Storage.LONG) {
      fill(column);
      ((LongColumn) columns[column]).append(value.unscaledValue().longValue());
      return;
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
    fill(column);
    if (schema.storage(column) == Storage.LONG) {
      ((LongColumn) columns[column]).append(unscaled.longValueExact());
    } else {
      Int128 wide = Int128.of(unscaled);
      ((PairColumn) columns[column]).append(wide.high(), wide.low());
    }
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
      fill(column);
      ((PairColumn) columns[column]).append(millis, nanosOfMilli);
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
    writers.append(writer);
    layers.append(layer);
    sequences.append(nextSequence++);
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
    fill(column);
    Column target = columns[column];
    Interner interner = interners[column];
    if (target instanceof LongColumn longs) {
      longs.append(value.first());
    } else if (target instanceof DoubleColumn doubles) {
      doubles.append(value.number());
    } else if (target instanceof PairColumn pairs) {
      pairs.append(value.first(), value.second());
    } else if (interner != null) {
      addCode(column, interner, interner.code(value.bytes()));
    } else {
      byte[] text = value.bytes();
      ((BinaryColumn) target).append(text, 0, text.length);
      rowBytes += text.length;
    }
  }

  private void fillWithNulls() {
    for (int i = 0; i < columns.length; i++) {
      if (filled[i] <= row) {
        if (!schema.field(i).nullable()) {
          throw invalid(i, "it must have a value");
        }
        columns[i].appendNull();
      }
    }
  }

  @Override
  public void abandonRow() {
    for (int i = 0; i < columns.length; i++) {
      columns[i].truncate(row);
      filled[i] = Math.min(filled[i], row);
    }
    set = 0;
    rowBytes = 0;
  }

  /** Notes that a column has a value. */
  private void fill(int column) {
    if (filled[column] == row + 1) {
      throw invalid(column, "it is set twice");
    }
    filled[column] = row + 1;
    set++;
  }

  private IllegalArgumentException wrongKind(int column) {
    return invalid(column, "it can't take such a value");
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
