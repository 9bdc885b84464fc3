package io.varve.engine;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.RowBatch;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The unsealed rows behind the last chunk, in arrays that never grow: one thread at a time appends
 * under the log's lock while others copy the rows that have been published. Rows are published by
 * the {@link Generation}; whoever copied looks at {@link #round} afterwards.
 */
final class PartialBlock {

  private static final int ROWS = BlockSource.MAX_BLOCK_ROWS;
  private static final int MAX_BYTES = 3 << 20;
  private static final int FIRST_CAPACITY = 32 << 10;

  private final Schema schema;
  private final List<Part> parts = new ArrayList<>();
  private int rows;

  @SuppressWarnings("NonAtomicVolatileUpdate") // changed under the log's lock only
  private volatile int round;

  PartialBlock(Schema schema) {
    this.schema = schema;
    int binaries = 0;
    for (int i = 0; i < schema.size(); i++) {
      binaries += schema.storage(i) == Storage.BINARY ? 1 : 0;
    }
    int capacity = Math.min(FIRST_CAPACITY, MAX_BYTES / Math.max(1, binaries));
    for (int i = 0; i < schema.size(); i++) {
      parts.add(new Part(schema.storage(i), capacity));
    }
  }

  /** Returns the number of rows, published or not. */
  int rows() {
    return rows;
  }

  /** Returns a number that changes when the rows are forgotten. */
  int round() {
    return round;
  }

  /** Appends all rows of a batch; returns false, and appends nothing, if there is no room. */
  boolean append(RowBatch batch) {
    int count = batch.rowCount();
    if (rows + count > ROWS) {
      return false;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).hasRoom(batch.column(i), rows)) {
        return false;
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).append(batch.column(i), count, rows);
    }
    rows += count;
    return true;
  }

  /** Forgets all rows; whoever is copying them finds another {@link #round}. */
  void clear() {
    round++; // only the log's lock holder writes it
    VarHandle.fullFence(); // what overwrites the rows must not be seen before
    rows = 0;
    for (Part part : parts) {
      Arrays.fill(part.nulls, 0);
    }
  }

  /**
   * Copies published rows into an empty batch, hidden columns included.
   *
   * @param firstSequence of the row {@code from}
   */
  void copyTo(RowBatch target, int from, int to, long writer, long firstSequence) {
    int count = to - from;
    for (int i = 0; i < schema.size(); i++) {
      parts.get(i).copyTo(target.column(i), from, to);
    }
    fill(target.hidden(HiddenField.WRITER), count, writer);
    fill(target.hidden(HiddenField.LAYER), count, 0);
    long[] sequences = target.hidden(HiddenField.SEQUENCE).appendUninitialized(count);
    for (int row = 0; row < count; row++) {
      sequences[row] = firstSequence + row;
    }
  }

  private static void fill(LongColumn column, int count, long value) {
    Arrays.fill(column.appendUninitialized(count), 0, count, value);
  }

  /** The values of one column: which arrays there are depends on how they are held. */
  private static final class Part {

    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};
    private static final byte[] NO_BYTES = {};

    private final Storage storage;
    private final long[] nulls = new long[ROWS / 64];
    private final long[] longs; // or first parts, or where binary values end
    private final long[] seconds;
    private final double[] doubles;
    private final byte[] bytes;

    Part(Storage storage, int capacity) {
      this.storage = storage;
      longs = storage == Storage.DOUBLE ? NO_LONGS : new long[ROWS];
      seconds = storage == Storage.PAIR ? new long[ROWS] : NO_LONGS;
      doubles = storage == Storage.DOUBLE ? new double[ROWS] : NO_DOUBLES;
      bytes = storage == Storage.BINARY ? new byte[capacity] : NO_BYTES;
    }

    private int start(int row) {
      return row == 0 ? 0 : (int) longs[row - 1];
    }

    boolean hasRoom(Column source, int row) {
      return !(source instanceof BinaryColumn values)
          || start(row) + values.byteCount() <= bytes.length;
    }

    void append(Column source, int count, int row) {
      switch (storage) {
        case LONG -> System.arraycopy(((LongColumn) source).values(), 0, longs, row, count);
        case DOUBLE -> System.arraycopy(((DoubleColumn) source).values(), 0, doubles, row, count);
        case PAIR -> {
          System.arraycopy(((PairColumn) source).high(), 0, longs, row, count);
          System.arraycopy(((PairColumn) source).low(), 0, seconds, row, count);
        }
        case BINARY -> appendBinary((BinaryColumn) source, count, row);
      }
      if (source.nulls().nullCount() > 0) {
        for (int i = 0; i < count; i++) {
          if (source.isNull(i)) {
            nulls[(row + i) >>> 6] |= 1L << (row + i);
          }
        }
      }
    }

    private void appendBinary(BinaryColumn source, int count, int row) {
      int base = start(row);
      System.arraycopy(source.bytes(), 0, bytes, base, source.byteCount());
      for (int i = 0; i < count; i++) {
        longs[row + i] = (long) base + source.end(i);
      }
    }

    void copyTo(Column target, int from, int to) {
      int count = to - from;
      switch (storage) {
        case LONG -> {
          long[] into = ((LongColumn) target).appendUninitialized(count);
          System.arraycopy(longs, from, into, 0, count);
        }
        case DOUBLE -> {
          double[] into = ((DoubleColumn) target).appendUninitialized(count);
          System.arraycopy(doubles, from, into, 0, count);
        }
        case PAIR -> {
          PairColumn pairs = (PairColumn) target;
          pairs.appendUninitialized(count);
          System.arraycopy(longs, from, pairs.high(), 0, count);
          System.arraycopy(seconds, from, pairs.low(), 0, count);
        }
        case BINARY -> copyBinary((BinaryColumn) target, from, to);
      }
      for (int row = from; row < to; row++) {
        if ((nulls[row >>> 6] & 1L << row) != 0) {
          target.nulls().setNull(row - from);
        }
      }
    }

    private void copyBinary(BinaryColumn target, int from, int to) {
      int base = start(from);
      // Rows that were forgotten meanwhile may end anywhere; the copy is thrown away then.
      int length = Math.max(0, Math.min(start(to), bytes.length) - base);
      int[] ends = target.appendUninitialized(to - from, length);
      System.arraycopy(bytes, base, target.bytes(), 0, length);
      for (int row = from; row < to; row++) {
        ends[row - from] = (int) longs[row] - base;
      }
    }
  }
}
