package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.Rows;
import io.varve.encoding.KeyedSort;
import io.varve.schema.HiddenField;

/** The order of rows in a segment: by time, then writer, layer and sequence. Confined. */
final class RowOrder {

  private final int[] rows;
  private final boolean identity;
  private final LongColumn longs = new LongColumn();
  private final BinaryColumn binaries = new BinaryColumn();

  private RowOrder(int[] rows, boolean identity) {
    this.rows = rows;
    this.identity = identity;
  }

  /** Finds the order of the rows. */
  static RowOrder of(Rows batch) {
    Sorter sorter = new Sorter(batch);
    if (sorter.isOrdered()) {
      return new RowOrder(new int[0], true);
    }
    return new RowOrder(sorter.sort(), false);
  }

  /** Returns whether the rows are in order as they are. */
  boolean isIdentity() {
    return identity;
  }

  /**
   * Returns a column whose rows are in this order: the same one if they are already, else one that
   * means nothing when another column has been asked for.
   */
  Column apply(Column column) {
    if (identity) {
      return column;
    }
    if (column instanceof LongColumn source) {
      return gather(source);
    }
    if (column instanceof DictionaryColumn source) {
      return gather(source);
    }
    if (column instanceof BinaryColumn source) {
      return gather(source);
    }
    Column sorted = column instanceof DoubleColumn ? new DoubleColumn() : new PairColumn();
    for (int row : rows) {
      sorted.appendFrom(column, row);
    }
    return sorted;
  }

  private LongColumn gather(LongColumn source) {
    LongColumn sorted = longs;
    sorted.clear();
    long[] from = source.values();
    long[] to = sorted.appendUninitialized(rows.length);
    for (int i = 0; i < rows.length; i++) {
      to[i] = from[rows[i]];
    }
    gatherNulls(source, sorted);
    return sorted;
  }

  private DictionaryColumn gather(DictionaryColumn source) {
    DictionaryColumn sorted =
        source.isSorted()
            ? DictionaryColumn.ofSorted(source.dictionary())
            : new DictionaryColumn(source.dictionary());
    int[] from = source.codes();
    int[] to = sorted.appendUninitialized(rows.length);
    for (int i = 0; i < rows.length; i++) {
      to[i] = from[rows[i]];
    }
    gatherNulls(source, sorted);
    return sorted;
  }

  /** Copies neighbours that stay neighbours together: times are nearly in order. */
  private BinaryColumn gather(BinaryColumn source) {
    BinaryColumn sorted = binaries;
    sorted.clear();
    int[] ends = sorted.appendUninitialized(rows.length, source.byteCount());
    byte[] bytes = sorted.bytes();
    int at = 0;
    int i = 0;
    while (i < rows.length) {
      int first = rows[i];
      int start = source.start(first);
      int shift = at - start;
      int last = first;
      ends[i++] = source.end(last) + shift;
      while (i < rows.length && rows[i] == last + 1) {
        last++;
        ends[i++] = source.end(last) + shift;
      }
      int length = source.end(last) - start;
      System.arraycopy(source.bytes(), start, bytes, at, length);
      at += length;
    }
    gatherNulls(source, sorted);
    return sorted;
  }

  private void gatherNulls(Column source, Column sorted) {
    if (source.nulls().nullCount() > 0) {
      for (int i = 0; i < rows.length; i++) {
        if (source.isNull(rows[i])) {
          sorted.nulls().setNull(i);
        }
      }
    }
  }

  /** The columns that decide. */
  private static final class Sorter {

    private final int count;
    private final long[] times;
    private final long[] writers;
    private final long[] layers;
    private final long[] sequences;

    Sorter(Rows batch) {
      count = batch.rowCount();
      times = batch.time().values();
      writers = batch.hidden(HiddenField.WRITER).values();
      layers = batch.hidden(HiddenField.LAYER).values();
      sequences = batch.hidden(HiddenField.SEQUENCE).values();
    }

    boolean isOrdered() {
      for (int row = 1; row < count; row++) {
        if (!inOrder(row - 1, row)) {
          return false;
        }
      }
      return true;
    }

    private boolean inOrder(int left, int right) {
      return times[left] != times[right]
          ? times[left] < times[right]
          : compareEqualTimes(left, right) <= 0;
    }

    private int compareEqualTimes(int left, int right) {
      int byWriter = Long.compare(writers[left], writers[right]);
      if (byWriter != 0) {
        return byWriter;
      }
      int byLayer = Long.compare(layers[left], layers[right]);
      return byLayer != 0 ? byLayer : Long.compare(sequences[left], sequences[right]);
    }

    int[] sort() {
      return KeyedSort.sort(times, count, this::compareEqualTimes);
    }
  }
}
