package io.varve.simd;

import io.varve.column.Int128;

/** Kernels of {@link ScalarKernels} that compare numbers of other types than long. Stateless. */
final class PlainSelections {

  private PlainSelections() {}

  static void range(int[] values, int count, int first, int last, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int to = Math.min(count, (word + 1) << 6);
      long bits = 0;
      for (int i = word << 6; i < to; i++) {
        int value = values[i];
        bits |= (value >= first & value <= last ? 1L : 0L) << i;
      }
      bitmap[word] = bits;
    }
  }

  static void range(long[] high, long[] low, int count, Int128 first, Int128 last, long[] bitmap) {
    long firstLow = first.low() + Long.MIN_VALUE; // compares as if unsigned
    long lastLow = last.low() + Long.MIN_VALUE;
    for (int word = 0; word << 6 < count; word++) {
      int to = Math.min(count, (word + 1) << 6);
      long bits = 0;
      for (int i = word << 6; i < to; i++) {
        long upper = high[i];
        long lower = low[i] + Long.MIN_VALUE;
        boolean within =
            (upper > first.high() | (upper == first.high() & lower >= firstLow))
                & (upper < last.high() | (upper == last.high() & lower <= lastLow));
        bits |= (within ? 1L : 0L) << i;
      }
      bitmap[word] = bits;
    }
  }

  static void in(double[] values, int count, double[] wanted, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int to = Math.min(count, (word + 1) << 6);
      long bits = 0;
      for (int i = word << 6; i < to; i++) {
        double value = values[i];
        boolean found = false;
        for (double one : wanted) {
          found |= value == one;
        }
        bits |= (found ? 1L : 0L) << i;
      }
      bitmap[word] = bits;
    }
  }

  static void in(long[] high, long[] low, int count, Int128[] wanted, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int to = Math.min(count, (word + 1) << 6);
      long bits = 0;
      for (int i = word << 6; i < to; i++) {
        boolean found = false;
        for (Int128 one : wanted) {
          found |= ((high[i] ^ one.high()) | (low[i] ^ one.low())) == 0;
        }
        bits |= (found ? 1L : 0L) << i;
      }
      bitmap[word] = bits;
    }
  }
}
