package io.varve.query;

import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.ZoneMap;
import io.varve.simd.Kernels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether a floating-point number lies in a range or a set, compared as Java's operators do: 0.0
 * equals -0.0, and a NaN is in nothing.
 */
abstract class DoubleTest extends ColumnTest {

  DoubleTest(int fieldId, boolean negated) {
    super(fieldId, negated);
  }

  abstract boolean testValue(double value);

  /** Judges numbers between two numbers, neither a NaN. */
  abstract Verdict judgeRange(double min, double max);

  @Override
  final Verdict judgeValues(ZoneMap zone) {
    if (!(zone instanceof ZoneMap.OfDouble map)) {
      return Verdict.SOME;
    }
    if (Double.isNaN(map.min())) {
      return Verdict.NONE; // a NaN is greater than all numbers, so here is nothing else
    }
    if (Double.isNaN(map.max())) {
      Verdict numbers = judgeRange(map.min(), Double.POSITIVE_INFINITY);
      return numbers == Verdict.NONE ? Verdict.NONE : Verdict.SOME;
    }
    return judgeRange(map.min(), map.max());
  }

  @Override
  final void test(Column column, int rows, long[] bits) {
    testValues(((DoubleColumn) column).values(), rows, bits);
  }

  void testValues(double[] values, int rows, long[] bits) {
    for (int word = 0; word < Selection.WORDS; word++) {
      int from = word << 6;
      int to = Math.min(rows, from + 64);
      long found = 0;
      for (int row = from; row < to; row++) {
        found |= (testValue(values[row]) ? 1L : 0L) << row;
      }
      bits[word] = found;
    }
  }

  /** From {@code first} to {@code last}, both included; nothing if {@code first > last}. */
  static final class Range extends DoubleTest {

    private final Kernels kernels = Kernels.chosen();
    private final double first;
    private final double last;

    Range(int fieldId, boolean negated, double first, double last) {
      super(fieldId, negated);
      this.first = first;
      this.last = last;
    }

    @Override
    @Nullable ColumnTest and(ColumnTest other) {
      return other instanceof Range that
              && that.fieldId() == fieldId()
              && !isNegated()
              && !that.isNegated()
          ? new Range(fieldId(), false, Math.max(first, that.first), Math.min(last, that.last))
          : null;
    }

    @Override
    boolean testValue(double value) {
      return value >= first & value <= last;
    }

    @Override
    void testValues(double[] values, int rows, long[] bits) {
      if (first <= last) {
        kernels.selectRange(values, rows, first, last, bits);
        Arrays.fill(bits, (rows + 63) >>> 6, Selection.WORDS, 0);
      } else {
        Arrays.fill(bits, 0);
      }
    }

    @Override
    Verdict judgeRange(double min, double max) {
      if (first > last || max < first || min > last) {
        return Verdict.NONE;
      }
      return min >= first && max <= last ? Verdict.ALL : Verdict.SOME;
    }
  }

  /** One of some numbers. */
  static final class In extends DoubleTest {

    private final Kernels kernels = Kernels.chosen();
    private final double[] sorted;

    /**
     * Creates the test.
     *
     * @param sorted without NaN and -0.0
     */
    In(int fieldId, boolean negated, double[] sorted) {
      super(fieldId, negated);
      this.sorted = sorted;
    }

    @Override
    void testValues(double[] values, int rows, long[] bits) {
      if (sorted.length <= Kernels.MAX_WANTED) {
        kernels.selectIn(values, rows, sorted, bits);
        Arrays.fill(bits, (rows + 63) >>> 6, Selection.WORDS, 0);
      } else {
        super.testValues(values, rows, bits);
      }
    }

    @Override
    boolean testValue(double value) {
      return Arrays.binarySearch(sorted, value + 0.0) >= 0; // -0.0 + 0.0 is 0.0
    }

    @Override
    Verdict judgeRange(double min, double max) {
      int place = Arrays.binarySearch(sorted, min + 0.0);
      if (place < 0) {
        int next = -place - 1;
        return next == sorted.length || sorted[next] > max ? Verdict.NONE : Verdict.SOME;
      }
      return min == max ? Verdict.ALL : Verdict.SOME;
    }
  }
}
