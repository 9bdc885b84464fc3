package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.ZoneMap;
import java.util.Arrays;

/** Computes zone maps of rows in memory. */
final class BatchZoneMaps {

  private BatchZoneMaps() {}

  /** Returns the zone map of the rows {@code [from, to)} of a column that has no dictionary. */
  static ZoneMap of(Column column, int from, int to) {
    if (column instanceof LongColumn longs) {
      return ofLong(longs, from, to);
    }
    if (column instanceof DoubleColumn doubles) {
      return ofDouble(doubles, from, to);
    }
    if (column instanceof PairColumn pairs) {
      return ofPair(pairs, from, to);
    }
    return ofBinary((BinaryColumn) column, from, to);
  }

  private static ZoneMap ofLong(LongColumn column, int from, int to) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    long nulls = 0;
    Int128 sum = Int128.ZERO;
    for (int row = from; row < to; row++) {
      if (column.isNull(row)) {
        nulls++;
        continue;
      }
      long value = column.get(row);
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum = sum.plus(Int128.of(value));
    }
    return new ZoneMap.OfLong(to - from, nulls, min, max, sum);
  }

  private static ZoneMap ofDouble(DoubleColumn column, int from, int to) {
    double min = Double.NaN;
    double max = Double.NEGATIVE_INFINITY;
    long nulls = 0;
    double high = 0;
    double low = 0;
    for (int row = from; row < to; row++) {
      if (column.isNull(row)) {
        nulls++;
        continue;
      }
      double value = column.get(row);
      min = Double.compare(value, min) < 0 ? value : min;
      max = Double.compare(value, max) > 0 ? value : max;
      double sum = high + value;
      low += DoubleDouble.error(high, value, sum);
      high = sum;
    }
    return new ZoneMap.OfDouble(to - from, nulls, min, max, high, low);
  }

  private static ZoneMap ofPair(PairColumn column, int from, int to) {
    Int128 min = new Int128(Long.MAX_VALUE, -1);
    Int128 max = new Int128(Long.MIN_VALUE, 0);
    long nulls = 0;
    for (int row = from; row < to; row++) {
      if (column.isNull(row)) {
        nulls++;
        continue;
      }
      Int128 value = new Int128(column.high()[row], column.low()[row]);
      min = value.compareTo(min) < 0 ? value : min;
      max = value.compareTo(max) > 0 ? value : max;
    }
    return new ZoneMap.OfPair(to - from, nulls, min.high(), min.low(), max.high(), max.low());
  }

  private static ZoneMap ofBinary(BinaryColumn column, int from, int to) {
    int min = -1;
    int max = -1;
    long nulls = 0;
    for (int row = from; row < to; row++) {
      if (column.isNull(row)) {
        nulls++;
        continue;
      }
      min = min < 0 || compare(column, row, min) < 0 ? row : min;
      max = max < 0 || compare(column, row, max) > 0 ? row : max;
    }
    return new ZoneMap.OfBinary(
        to - from,
        nulls,
        min < 0 ? null : column.get(min),
        max < 0 ? null : column.get(max),
        min >= 0);
  }

  private static int compare(BinaryColumn column, int row, int other) {
    byte[] bytes = column.bytes();
    return Arrays.compareUnsigned(
        bytes, column.start(row), column.end(row), bytes, column.start(other), column.end(other));
  }
}
