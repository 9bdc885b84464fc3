package io.varve.simd;

import io.varve.column.Int128;

/** Kernels in plain loops that the compiler unrolls well. Thread-safe. */
final class ScalarKernels extends PlainKernels {

  /** Up to this width 64 packed values of one lane add up within 63 bits. */
  static final int MAX_LANE_SUM_WIDTH = 57;

  /** Up to this width the sign of a difference of two packed values tells which is greater. */
  static final int MAX_SIGNED_WIDTH = 62;

  /**
   * A double at which the bits of whole numbers count: bits plus a whole number below
   * 2<sup>51</sup> are those of the double plus that number. So no instruction has to convert it.
   */
  static final double WHOLE = (1L << 52) + (1L << 51);

  static final long WHOLE_BITS = Double.doubleToRawLongBits(WHOLE);

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
  public void summarize(long[] values, int from, int count, LongTotals totals) {
    totals.clear();
    totals.add(values, from, count);
  }

  @Override
  public void selectRange(long[] values, int count, long first, long last, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int from = word << 6;
      int to = Math.min(count, from + 64);
      long bits = 0;
      for (int i = from; i < to; i++) {
        long value = values[i];
        bits |= (value >= first & value <= last ? 1L : 0L) << i;
      }
      bitmap[word] = bits;
    }
  }

  @Override
  public void selectRange(double[] values, int count, double first, double last, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int from = word << 6;
      int to = Math.min(count, from + 64);
      long bits = 0;
      for (int i = from; i < to; i++) {
        double value = values[i];
        bits |= (value >= first & value <= last ? 1L : 0L) << i;
      }
      bitmap[word] = bits;
    }
  }

  @Override
  public void selectRangePacked(
      long[] words, int width, int count, long first, long last, long[] bitmap) {
    if (width > MAX_SIGNED_WIDTH || count > LaneBits.MAX_ROWS) {
      for (int i = 0; i < count; i++) {
        long distance = Lanes.get(words, width, i) - first;
        boolean within = Long.compareUnsigned(distance, last - first) <= 0;
        bitmap[i >>> 6] = (i & 63) == 0 ? 0 : bitmap[i >>> 6];
        bitmap[i >>> 6] |= (within ? 1L : 0L) << i;
      }
      return;
    }
    long mask = Lanes.mask(width);
    long[] outside = new long[Lanes.COUNT];
    int groups = LaneBits.groups(count);
    for (int group = 0, bit = 0; group < groups; group++, bit += width) {
      int word = (bit >>> 6) * Lanes.COUNT;
      int shift = bit & 63;
      boolean straddles = shift + width > 64;
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        long value = words[word + lane] >>> shift;
        if (straddles) {
          value |= words[word + Lanes.COUNT + lane] << (64 - shift);
        }
        value &= mask;
        outside[lane] |= ((value - first) | (last - value)) >>> 63 << group;
      }
    }
    LaneBits.toRows(outside, bitmap);
    LaneBits.invert(bitmap, count);
  }

  @Override
  public void selectIn(long[] values, int count, long[] wanted, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int from = word << 6;
      int to = Math.min(count, from + 64);
      long bits = 0;
      for (int i = from; i < to; i++) {
        bits |= isNone(values[i], wanted) << i;
      }
      bitmap[word] = ~bits;
    }
    if ((count & 63) != 0) {
      bitmap[count >>> 6] &= (1L << count) - 1;
    }
  }

  /** Returns 0 if a value is one of some, 1 if it is none: without a branch to guess wrong. */
  private static long isNone(long value, long[] wanted) {
    long misses = -1L;
    for (long one : wanted) {
      long difference = value ^ one;
      misses &= difference | -difference; // negative unless they are equal
    }
    return misses >>> 63;
  }

  @Override
  public void selectInPacked(long[] words, int width, int count, long[] wanted, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int from = word << 6;
      int to = Math.min(count, from + 64);
      long bits = 0;
      for (int i = from; i < to; i++) {
        bits |= isNone(Lanes.get(words, width, i), wanted) << i;
      }
      bitmap[word] = ~bits;
    }
    if ((count & 63) != 0) {
      bitmap[count >>> 6] &= (1L << count) - 1;
    }
  }

  @Override
  public boolean exceeds(long[] words, int width, int count, int greatest) {
    long mask = Lanes.mask(width);
    long signs = 0;
    int groups = LaneBits.groups(count);
    for (int group = 0, bit = 0; group < groups; group++, bit += width) {
      int word = (bit >>> 6) * Lanes.COUNT;
      int shift = bit & 63;
      boolean straddles = shift + width > 64;
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        long value = words[word + lane] >>> shift;
        if (straddles) {
          value |= words[word + Lanes.COUNT + lane] << (64 - shift);
        }
        signs |= greatest - (value & mask);
      }
    }
    return signs < 0;
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

  @Override
  public Int128 sumSelectedPacked(long[] words, int width, int count, SelectedRows rows) {
    long[] bitmap = rows.bitmap();
    long upper = 0;
    long lower = 0;
    for (int index = 0; index < (count + 63) >>> 6; index++) {
      for (long bits = bitmap[index]; bits != 0; bits &= bits - 1) {
        int row = (index << 6) + Long.numberOfTrailingZeros(bits);
        long value = Lanes.get(words, width, row);
        upper += value >>> 32;
        lower += value & LOWER;
      }
    }
    return LongSummary.join(upper, lower);
  }

  @Override
  public void multiply(long[] values, double first, double second, double[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = (Double.longBitsToDouble(values[i] + WHOLE_BITS) - WHOLE) * first * second;
    }
  }

  @Override
  public void selectRange(int[] values, int count, int first, int last, long[] bitmap) {
    PlainSelections.range(values, count, first, last, bitmap);
  }

  @Override
  public void selectRange(
      long[] high, long[] low, int count, Int128 first, Int128 last, long[] bitmap) {
    PlainSelections.range(high, low, count, first, last, bitmap);
  }

  @Override
  public void selectIn(double[] values, int count, double[] wanted, long[] bitmap) {
    PlainSelections.in(values, count, wanted, bitmap);
  }

  @Override
  public void selectIn(long[] high, long[] low, int count, Int128[] wanted, long[] bitmap) {
    PlainSelections.in(high, low, count, wanted, bitmap);
  }

  @Override
  public void summarizeSelected(long[] values, int count, long[] bitmap, LongTotals totals) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    long upper = 0;
    long lower = 0;
    for (int index = 0; index < (count + 63) >>> 6; index++) {
      for (long bits = bitmap[index]; bits != 0; bits &= bits - 1) {
        long value = values[(index << 6) + Long.numberOfTrailingZeros(bits)];
        min = Math.min(min, value);
        max = Math.max(max, value);
        upper += value >> 32;
        lower += value & LOWER;
      }
    }
    totals.set(min, max, upper, lower);
  }

  @Override
  public void and(long[] other, int words, long[] bitmap) {
    for (int i = 0; i < words; i++) {
      bitmap[i] &= other[i];
    }
  }

  @Override
  public void or(long[] other, int words, long[] bitmap) {
    for (int i = 0; i < words; i++) {
      bitmap[i] |= other[i];
    }
  }

  @Override
  public void andNot(long[] other, int words, long[] bitmap) {
    for (int i = 0; i < words; i++) {
      bitmap[i] &= ~other[i];
    }
  }

  @Override
  public void findKeys(long[] keys, int from, int count, long[] table, int[] rest, int[] groups) {
    int shift = KeyPlaces.shift(table);
    int left = 0;
    for (int i = from; i < from + count; i++) {
      long wanted = keys[i] + 1;
      int place = KeyPlaces.first(wanted, shift);
      groups[i] = (int) table[place + 1] - 1;
      rest[left] = i;
      left += KeyPlaces.other(table[place], wanted);
    }
    KeyPlaces.follow(keys, table, rest, left, groups);
  }
}
