package io.varve.query;

import io.varve.column.Column;
import io.varve.column.Int128;
import io.varve.column.PairColumn;
import io.varve.column.ZoneMap;
import io.varve.simd.Kernels;
import java.util.Arrays;

/**
 * Whether a value of {@link io.varve.schema.Storage#PAIR}, taken as a number of 128 bits, lies in a
 * range or a set.
 */
abstract class PairTest extends ColumnTest {

  PairTest(int fieldId, boolean negated) {
    super(fieldId, negated);
  }

  static int compare(long high, long low, Int128 other) {
    int byHigh = Long.compare(high, other.high());
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low());
  }

  /** Sets the bits of the rows whose value fits; none is set before. */
  abstract void testValues(long[] high, long[] low, int rows, long[] bits);

  abstract Verdict judgeRange(Int128 min, Int128 max);

  @Override
  final Verdict judgeValues(ZoneMap zone) {
    return zone instanceof ZoneMap.OfPair map
        ? judgeRange(
            new Int128(map.minHigh(), map.minLow()), new Int128(map.maxHigh(), map.maxLow()))
        : Verdict.SOME;
  }

  @Override
  final void test(Column column, int rows, long[] bits) {
    PairColumn pairs = (PairColumn) column;
    Arrays.fill(bits, 0);
    testValues(pairs.high(), pairs.low(), rows, bits);
  }

  /** From {@code first} to {@code last}, both included; nothing if {@code first > last}. */
  static final class Range extends PairTest {

    private final Kernels kernels = Kernels.chosen();
    private final Int128 first;
    private final Int128 last;

    Range(int fieldId, boolean negated, Int128 first, Int128 last) {
      super(fieldId, negated);
      this.first = first;
      this.last = last;
    }

    @Override
    void testValues(long[] high, long[] low, int rows, long[] bits) {
      if (first.compareTo(last) <= 0) {
        kernels.selectRange(high, low, rows, first, last, bits);
      }
    }

    @Override
    Verdict judgeRange(Int128 min, Int128 max) {
      if (first.compareTo(last) > 0 || max.compareTo(first) < 0 || min.compareTo(last) > 0) {
        return Verdict.NONE;
      }
      boolean inside = min.compareTo(first) >= 0 && max.compareTo(last) <= 0;
      return inside ? Verdict.ALL : Verdict.SOME;
    }
  }

  /** One of some values. */
  static final class In extends PairTest {

    private final Kernels kernels = Kernels.chosen();
    private final Int128[] sorted;

    In(int fieldId, boolean negated, Int128[] sorted) {
      super(fieldId, negated);
      this.sorted = sorted;
    }

    @Override
    void testValues(long[] high, long[] low, int rows, long[] bits) {
      if (sorted.length <= Kernels.MAX_WANTED) {
        kernels.selectIn(high, low, rows, sorted, bits);
        return;
      }
      for (int row = 0; row < rows; row++) {
        if (testValue(high[row], low[row])) {
          bits[row >>> 6] |= 1L << row;
        }
      }
    }

    private boolean testValue(long high, long low) {
      int from = 0;
      int to = sorted.length;
      while (from < to) {
        int middle = (from + to) >>> 1;
        int order = compare(high, low, sorted[middle]);
        if (order == 0) {
          return true;
        }
        if (order < 0) {
          to = middle;
        } else {
          from = middle + 1;
        }
      }
      return false;
    }

    @Override
    Verdict judgeRange(Int128 min, Int128 max) {
      int place = Arrays.binarySearch(sorted, min);
      if (place < 0) {
        int next = -place - 1;
        boolean beyond = next == sorted.length || sorted[next].compareTo(max) > 0;
        return beyond ? Verdict.NONE : Verdict.SOME;
      }
      return min.equals(max) ? Verdict.ALL : Verdict.SOME;
    }
  }
}
