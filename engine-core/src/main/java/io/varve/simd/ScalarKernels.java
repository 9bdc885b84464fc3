package io.varve.simd;

import io.varve.column.Int128;

/** Kernels in plain loops that the compiler unrolls well. Thread-safe. */
final class ScalarKernels implements Kernels {

  /** Up to this width 64 packed values of one lane add up within 63 bits. */
  static final int MAX_LANE_SUM_WIDTH = 57;

  private static final long LOWER = 0xffff_ffffL;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void unpack(long[] words, int width, long base, long[] out, int count) {
    long mask = Lanes.mask(width);
    int bit = 0;
    for (int first = 0; first < count; first += Lanes.COUNT, bit += width) {
      int word = (bit >>> 6) * Lanes.COUNT;
      int shift = bit & 63;
      int lanes = Math.min(Lanes.COUNT, count - first);
      if (shift + width <= 64) {
        for (int lane = 0; lane < lanes; lane++) {
          out[first + lane] = base + ((words[word + lane] >>> shift) & mask);
        }
      } else {
        int back = 64 - shift;
        for (int lane = 0; lane < lanes; lane++) {
          long value = (words[word + lane] >>> shift) | (words[word + Lanes.COUNT + lane] << back);
          out[first + lane] = base + (value & mask);
        }
      }
    }
  }

  @Override
  public void unpackInts(long[] words, int width, int base, int[] out, int count) {
    long mask = Lanes.mask(width);
    int bit = 0;
    for (int first = 0; first < count; first += Lanes.COUNT, bit += width) {
      int word = (bit >>> 6) * Lanes.COUNT;
      int shift = bit & 63;
      int lanes = Math.min(Lanes.COUNT, count - first);
      if (shift + width <= 64) {
        for (int lane = 0; lane < lanes; lane++) {
          out[first + lane] = base + (int) ((words[word + lane] >>> shift) & mask);
        }
      } else {
        int back = 64 - shift;
        for (int lane = 0; lane < lanes; lane++) {
          long value = (words[word + lane] >>> shift) | (words[word + Lanes.COUNT + lane] << back);
          out[first + lane] = base + (int) (value & mask);
        }
      }
    }
  }

  @Override
  public Int128 sumPacked(long[] words, int width, int count) {
    long mask = Lanes.mask(width);
    long upper = 0;
    long lower = 0;
    int bit = 0;
    for (int first = 0; first < count; first += Lanes.COUNT, bit += width) {
      int word = (bit >>> 6) * Lanes.COUNT;
      int shift = bit & 63;
      int lanes = Math.min(Lanes.COUNT, count - first);
      boolean straddles = shift + width > 64;
      for (int lane = 0; lane < lanes; lane++) {
        long value = words[word + lane] >>> shift;
        if (straddles) {
          value |= words[word + Lanes.COUNT + lane] << (64 - shift);
        }
        value &= mask;
        upper += value >>> 32;
        lower += value & LOWER;
      }
    }
    return LongSummary.join(upper, lower);
  }

  @Override
  public LongSummary summarize(long[] values, int from, int count) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    long upper = 0;
    long lower = 0;
    for (int i = from; i < from + count; i++) {
      long value = values[i];
      min = Math.min(min, value);
      max = Math.max(max, value);
      upper += value >> 32;
      lower += value & LOWER;
    }
    return new LongSummary(min, max, LongSummary.join(upper, lower));
  }

  @Override
  public void compare(
      long[] values, int count, Comparison comparison, long operand, long[] bitmap) {
    for (int first = 0; first < count; first += 64) {
      int end = Math.min(count, first + 64);
      bitmap[first >>> 6] =
          switch (comparison) {
            case EQUAL -> equal(values, first, end, operand);
            case NOT_EQUAL -> ~equal(values, first, end, operand) & through(end - first);
            case LESS -> less(values, first, end, operand);
            case GREATER_OR_EQUAL -> ~less(values, first, end, operand) & through(end - first);
            case GREATER -> greater(values, first, end, operand);
            case LESS_OR_EQUAL -> ~greater(values, first, end, operand) & through(end - first);
          };
    }
  }

  private static long through(int bits) {
    return -1L >>> (64 - bits);
  }

  private static long equal(long[] values, int from, int to, long operand) {
    long bits = 0;
    for (int i = from; i < to; i++) {
      bits |= (values[i] == operand ? 1L : 0L) << i;
    }
    return bits;
  }

  private static long less(long[] values, int from, int to, long operand) {
    long bits = 0;
    for (int i = from; i < to; i++) {
      bits |= (values[i] < operand ? 1L : 0L) << i;
    }
    return bits;
  }

  private static long greater(long[] values, int from, int to, long operand) {
    long bits = 0;
    for (int i = from; i < to; i++) {
      bits |= (values[i] > operand ? 1L : 0L) << i;
    }
    return bits;
  }

  @Override
  public Int128 sumSelected(long[] values, int count, long[] bitmap) {
    long upper = 0;
    long lower = 0;
    for (int index = 0; index < (count + 63) >>> 6; index++) {
      for (long bits = bitmap[index]; bits != 0; bits &= bits - 1) {
        long value = values[(index << 6) + Long.numberOfTrailingZeros(bits)];
        upper += value >> 32;
        lower += value & LOWER;
      }
    }
    return LongSummary.join(upper, lower);
  }
}
