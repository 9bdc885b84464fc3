package io.varve.query;

import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.NullMask;
import io.varve.column.PairColumn;
import io.varve.column.ZoneMap;
import java.util.Arrays;

/** Keys that are their own words, followed by a word that is one for a null. */
final class RawKey {

  private RawKey() {}

  static KeyReader ofDouble(int fieldId) {
    return new OfDouble(fieldId);
  }

  static KeyReader ofPair(int fieldId) {
    return new OfPair(fieldId);
  }

  /** Sets the last word of each row and makes the words before it zero for nulls. */
  private static void readNulls(NullMask nulls, int[] rows, int count, long[][] words, int last) {
    Arrays.fill(words[last], 0, count, 0);
    if (nulls.nullCount() == 0) {
      return;
    }
    for (int n = 0; n < count; n++) {
      if (nulls.isNull(rows[n])) {
        words[last][n] = 1;
        words[last - 1][n] = 0;
      }
    }
  }

  /** Handles a zone of nulls only; returns whether it is one. */
  private static boolean readAllNull(ZoneMap zone, long[] key, int at, int width) {
    if (zone.nulls() != zone.rows()) {
      return false;
    }
    Arrays.fill(key, at, at + width - 1, 0);
    key[at + width - 1] = 1;
    return true;
  }

  /** Floating-point numbers by their bits; -0.0 is taken as 0.0 and all NaNs are one. */
  private static final class OfDouble extends KeyReader {

    OfDouble(int fieldId) {
      super(fieldId, 2);
    }

    @Override
    boolean isNumbered() {
      return false;
    }

    private static long word(double value) {
      return Double.doubleToLongBits(value + 0.0);
    }

    @Override
    boolean readConstant(ZoneMap zone, long[] key, int at) {
      if (readAllNull(zone, key, at, 2)) {
        return true;
      }
      if (zone.nulls() == 0
          && zone instanceof ZoneMap.OfDouble map
          && word(map.min()) == word(map.max())) {
        key[at] = word(map.min());
        key[at + 1] = 0;
        return true;
      }
      return false;
    }

    @Override
    void read(Column column, int[] rows, int count, long[][] words, int at) {
      double[] values = ((DoubleColumn) column).values();
      long[] target = words[at];
      for (int n = 0; n < count; n++) {
        target[n] = word(values[rows[n]]);
      }
      readNulls(column.nulls(), rows, count, words, at + 1);
    }

    @Override
    Value value(long[] key, int at) {
      return key[at + 1] != 0 ? Value.NULL : new Value.OfDouble(Double.longBitsToDouble(key[at]));
    }
  }

  /** Pairs. */
  private static final class OfPair extends KeyReader {

    OfPair(int fieldId) {
      super(fieldId, 3);
    }

    @Override
    boolean isNumbered() {
      return false;
    }

    @Override
    boolean readConstant(ZoneMap zone, long[] key, int at) {
      if (readAllNull(zone, key, at, 3)) {
        return true;
      }
      if (zone.nulls() == 0
          && zone instanceof ZoneMap.OfPair map
          && map.minHigh() == map.maxHigh()
          && map.minLow() == map.maxLow()) {
        key[at] = map.minHigh();
        key[at + 1] = map.minLow();
        key[at + 2] = 0;
        return true;
      }
      return false;
    }

    @Override
    void read(Column column, int[] rows, int count, long[][] words, int at) {
      PairColumn pairs = (PairColumn) column;
      long[] high = pairs.high();
      long[] low = pairs.low();
      for (int n = 0; n < count; n++) {
        int row = rows[n];
        boolean isNull = column.isNull(row);
        words[at][n] = isNull ? 0 : high[row];
        words[at + 1][n] = isNull ? 0 : low[row];
      }
      readNulls(column.nulls(), rows, count, words, at + 2);
    }

    @Override
    Value value(long[] key, int at) {
      return key[at + 2] != 0 ? Value.NULL : new Value.OfPair(key[at], key[at + 1]);
    }
  }
}
