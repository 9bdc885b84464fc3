package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.ZoneMap;
import io.varve.schema.Storage;
import io.varve.simd.Kernels;
import io.varve.simd.LongSummary;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Computes zone maps and joins those of neighbouring rows. Thread-safe. */
public final class ZoneMaps {

  /** Bounds of bytes are cut to this length. */
  public static final int MAX_BOUND_BYTES = 32;

  private ZoneMaps() {}

  /** Returns the zone map of rows that are all null. */
  public static ZoneMap allNull(Storage storage, long rows) {
    return switch (storage) {
      case LONG -> new ZoneMap.OfLong(rows, rows, 0, 0, Int128.ZERO);
      case DOUBLE -> new ZoneMap.OfDouble(rows, rows, 0, 0, 0, 0);
      case BINARY -> new ZoneMap.OfBinary(rows, rows, null, null, true);
      case PAIR -> new ZoneMap.OfPair(rows, rows, 0, 0, 0, 0);
    };
  }

  /** Computes the zone map of some rows, at least one. */
  public static ZoneMap of(Column column, int from, int rows) {
    if (column instanceof LongColumn values) {
      return ofLongs(values, from, rows);
    }
    if (column instanceof DoubleColumn values) {
      return ofDoubles(values, from, rows);
    }
    if (column instanceof PairColumn values) {
      return ofPairs(values, from, rows);
    }
    if (column instanceof DictionaryColumn values) {
      return ofCodes(values, from, rows);
    }
    return ofBinaries((BinaryColumn) column, from, rows);
  }

  private static ZoneMap ofLongs(LongColumn column, int from, int rows) {
    long[] values = column.values();
    LongSummary all;
    int nulls = 0;
    if (column.nulls().nullCount() == 0) {
      all = Kernels.chosen().summarize(values, from, rows);
    } else {
      long min = Long.MAX_VALUE;
      long max = Long.MIN_VALUE;
      for (int i = from; i < from + rows; i++) {
        if (column.isNull(i)) {
          nulls++;
        } else {
          min = Math.min(min, values[i]);
          max = Math.max(max, values[i]);
        }
      }
      if (nulls == rows) {
        return allNull(Storage.LONG, rows);
      }
      // nulls are held as zero and add nothing
      Int128 sum = Kernels.chosen().summarize(values, from, rows).sum();
      all = new LongSummary(min, max, sum);
    }
    return new ZoneMap.OfLong(rows, nulls, all.min(), all.max(), all.sum());
  }

  private static ZoneMap ofDoubles(DoubleColumn column, int from, int rows) {
    double[] values = column.values();
    DoubleDouble sum = new DoubleDouble();
    double min = 0;
    double max = 0;
    int nulls = 0;
    for (int i = from; i < from + rows; i++) {
      if (column.isNull(i)) {
        nulls++;
        continue;
      }
      double value = values[i];
      boolean first = i - from == nulls;
      if (first || Double.compare(value, min) < 0) {
        min = value;
      }
      if (first || Double.compare(value, max) > 0) {
        max = value;
      }
      sum.add(value);
    }
    return new ZoneMap.OfDouble(rows, nulls, min, max, sum.high(), sum.low());
  }

  private static ZoneMap ofPairs(PairColumn column, int from, int rows) {
    long[] high = column.high();
    long[] low = column.low();
    int min = -1;
    int max = -1;
    int nulls = 0;
    for (int i = from; i < from + rows; i++) {
      if (column.isNull(i)) {
        nulls++;
        continue;
      }
      if (min < 0 || comparePairs(high[i], low[i], high[min], low[min]) < 0) {
        min = i;
      }
      if (max < 0 || comparePairs(high[i], low[i], high[max], low[max]) > 0) {
        max = i;
      }
    }
    return min < 0
        ? allNull(Storage.PAIR, rows)
        : new ZoneMap.OfPair(rows, nulls, high[min], low[min], high[max], low[max]);
  }

  private static int comparePairs(long high, long low, long otherHigh, long otherLow) {
    int byHigh = Long.compare(high, otherHigh);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
  }

  private static ZoneMap ofCodes(DictionaryColumn column, int from, int rows) {
    if (!column.isSorted()) {
      return ofBinaries(column.expanded(from, rows), 0, rows);
    }
    int[] codes = column.codes();
    int min = Integer.MAX_VALUE;
    int max = -1;
    int nulls = 0;
    for (int i = from; i < from + rows; i++) {
      if (column.isNull(i)) {
        nulls++;
      } else {
        min = Math.min(min, codes[i]);
        max = Math.max(max, codes[i]);
      }
    }
    return bounded(column.dictionary(), max < 0 ? -1 : min, max, rows, nulls);
  }

  private static ZoneMap ofBinaries(BinaryColumn column, int from, int rows) {
    int min = -1;
    int max = -1;
    int nulls = 0;
    for (int i = from; i < from + rows; i++) {
      if (column.isNull(i)) {
        nulls++;
        continue;
      }
      if (min < 0 || compare(column, i, min) < 0) {
        min = i;
      }
      if (max < 0 || compare(column, i, max) > 0) {
        max = i;
      }
    }
    return bounded(column, min, max, rows, nulls);
  }

  private static int compare(BinaryColumn column, int left, int right) {
    byte[] bytes = column.bytes();
    return Arrays.compareUnsigned(
        bytes, column.start(left), column.end(left), bytes, column.start(right), column.end(right));
  }

  private static ZoneMap bounded(BinaryColumn values, int min, int max, long rows, long nulls) {
    if (min < 0) {
      return allNull(Storage.BINARY, rows);
    }
    boolean exact = values.length(min) <= MAX_BOUND_BYTES && values.length(max) <= MAX_BOUND_BYTES;
    int start = values.start(min);
    int length = Math.min(values.length(min), MAX_BOUND_BYTES);
    byte[] lower = Arrays.copyOfRange(values.bytes(), start, start + length);
    return new ZoneMap.OfBinary(rows, nulls, lower, upperBound(values, max), exact);
  }

  /** Returns the value, or the least short one above all that begin alike; null if none is. */
  private static byte @Nullable [] upperBound(BinaryColumn values, int row) {
    int start = values.start(row);
    if (values.length(row) <= MAX_BOUND_BYTES) {
      return Arrays.copyOfRange(values.bytes(), start, values.end(row));
    }
    byte[] prefix = Arrays.copyOfRange(values.bytes(), start, start + MAX_BOUND_BYTES);
    for (int last = MAX_BOUND_BYTES - 1; last >= 0; last--) {
      if (prefix[last] != (byte) 0xff) {
        prefix[last]++;
        return Arrays.copyOf(prefix, last + 1);
      }
    }
    return null;
  }

  /** Returns the zone map of the rows of two zone maps of one column. */
  public static ZoneMap join(ZoneMap left, ZoneMap right) {
    long rows = left.rows() + right.rows();
    long nulls = left.nulls() + right.nulls();
    if (left.nulls() == left.rows()) {
      return withCounts(right, rows, nulls);
    }
    if (right.nulls() == right.rows()) {
      return withCounts(left, rows, nulls);
    }
    if (left instanceof ZoneMap.OfLong a && right instanceof ZoneMap.OfLong b) {
      return new ZoneMap.OfLong(
          rows,
          nulls,
          Math.min(a.min(), b.min()),
          Math.max(a.max(), b.max()),
          a.sum().plus(b.sum()));
    }
    if (left instanceof ZoneMap.OfDouble a && right instanceof ZoneMap.OfDouble b) {
      DoubleDouble sum = new DoubleDouble();
      sum.add(a.sumHigh(), a.sumLow());
      sum.add(b.sumHigh(), b.sumLow());
      double min = Double.compare(a.min(), b.min()) <= 0 ? a.min() : b.min();
      double max = Double.compare(a.max(), b.max()) >= 0 ? a.max() : b.max();
      return new ZoneMap.OfDouble(rows, nulls, min, max, sum.high(), sum.low());
    }
    if (left instanceof ZoneMap.OfPair a && right instanceof ZoneMap.OfPair b) {
      boolean least = comparePairs(a.minHigh(), a.minLow(), b.minHigh(), b.minLow()) <= 0;
      boolean most = comparePairs(a.maxHigh(), a.maxLow(), b.maxHigh(), b.maxLow()) >= 0;
      return new ZoneMap.OfPair(
          rows,
          nulls,
          least ? a.minHigh() : b.minHigh(),
          least ? a.minLow() : b.minLow(),
          most ? a.maxHigh() : b.maxHigh(),
          most ? a.maxLow() : b.maxLow());
    }
    if (left instanceof ZoneMap.OfBinary a && right instanceof ZoneMap.OfBinary b) {
      return joinBinaries(a, b, rows, nulls);
    }
    throw new IllegalArgumentException("zone maps of different storages");
  }

  private static ZoneMap joinBinaries(
      ZoneMap.OfBinary a, ZoneMap.OfBinary b, long rows, long nulls) {
    byte[] min = a.min();
    if (min == null || (b.min() != null && Arrays.compareUnsigned(b.min(), min) < 0)) {
      min = b.min();
    }
    byte[] max = a.max();
    if (max != null && (b.max() == null || Arrays.compareUnsigned(b.max(), max) > 0)) {
      max = b.max();
    }
    return new ZoneMap.OfBinary(rows, nulls, min, max, a.exact() && b.exact());
  }

  private static ZoneMap withCounts(ZoneMap map, long rows, long nulls) {
    if (map instanceof ZoneMap.OfLong m) {
      return new ZoneMap.OfLong(rows, nulls, m.min(), m.max(), m.sum());
    }
    if (map instanceof ZoneMap.OfDouble m) {
      return new ZoneMap.OfDouble(rows, nulls, m.min(), m.max(), m.sumHigh(), m.sumLow());
    }
    if (map instanceof ZoneMap.OfPair m) {
      return new ZoneMap.OfPair(rows, nulls, m.minHigh(), m.minLow(), m.maxHigh(), m.maxLow());
    }
    ZoneMap.OfBinary m = (ZoneMap.OfBinary) map;
    return new ZoneMap.OfBinary(rows, nulls, m.min(), m.max(), m.exact());
  }
}
