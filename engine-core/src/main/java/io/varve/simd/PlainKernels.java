package io.varve.simd;

import java.util.Arrays;

/**
 * The kernels that have no vector form, in plain loops. Vectors of 512 bits were tried where the
 * comments say how long a value then took. Open to extension so that both implementations have
 * these once. Stateless.
 */
abstract class PlainKernels implements Kernels {

  /**
   * To gather sums, add and scatter them takes 0.59, 0.38 and 0.67 ns a value for 40, 1,200 and
   * 20,000 groups where this loop takes 0.34, 0.33 and 0.67 (JDK 17; on 25 0.63, 0.35 and 0.69
   * against 0.33, 0.33 and 0.65), and that without what two values of one group would need.
   */
  @Override
  public final void addToGroups(long[] values, int[] groups, int count, long[] sums) {
    for (int i = 0; i < count; i++) {
      sums[groups[i]] += values[i];
    }
  }

  @Override
  public final void addToGroups(long[] values, int[] groups, int count, long[] low, long[] high) {
    for (int i = 0; i < count; i++) {
      int group = groups[i];
      long value = values[i];
      long sum = low[group] + value;
      low[group] = sum;
      high[group] += (value >> 63) + (Long.compareUnsigned(sum, value) < 0 ? 1 : 0);
    }
  }

  /**
   * One addition waits for the other: 1 ns a value. Lanes would take 0.16, with other last bits.
   */
  @Override
  public final void addToGroup(double[] values, int count, int group, double[] high, double[] low) {
    double sum = high[group];
    double lacks = low[group];
    for (int i = 0; i < count; i++) {
      double before = sum;
      double value = values[i];
      sum = before + value;
      lacks += TwoSum.error(before, value, sum);
    }
    high[group] = sum;
    low[group] = lacks;
  }

  @Override
  public final void addToGroup(
      double[] values, int count, long[] bitmap, int group, double[] high, double[] low) {
    double sum = high[group];
    double lacks = low[group];
    for (int index = 0; index < (count + 63) >>> 6; index++) {
      for (long bits = bitmap[index]; bits != 0; bits &= bits - 1) {
        double before = sum;
        double value = values[(index << 6) + Long.numberOfTrailingZeros(bits)];
        sum = before + value;
        lacks += TwoSum.error(before, value, sum);
      }
    }
    high[group] = sum;
    low[group] = lacks;
  }

  @Override
  public final void countGroups(int[] groups, int count, long[] counts) {
    for (int i = 0; i < count; i++) {
      counts[groups[i]]++;
    }
  }

  @Override
  public final void countGroups(int[] groups, int count, long[] bitmap, long[] counts) {
    for (int index = 0; index < (count + 63) >>> 6; index++) {
      for (long bits = bitmap[index]; bits != 0; bits &= bits - 1) {
        counts[groups[(index << 6) + Long.numberOfTrailingZeros(bits)]]++;
      }
    }
  }

  @Override
  public final void selectByTable(int[] codes, int count, byte[] table, long[] bitmap) {
    for (int word = 0; word << 6 < count; word++) {
      int to = Math.min(count, (word + 1) << 6);
      long bits = 0;
      for (int i = word << 6; i < to; i++) {
        bits |= (table[codes[i]] & 1L) << i;
      }
      bitmap[word] = bits;
    }
  }

  /** Each sum waits for the one before; moving lanes to add them up in steps takes as long. */
  @Override
  public final void addUp(long[] values, long first, int count) {
    long value = first;
    values[0] = value;
    for (int i = 1; i < count; i++) {
      value += values[i];
      values[i] = value;
    }
  }

  @Override
  public final void not(long[] bitmap, int count) {
    LaneBits.invert(bitmap, count);
  }

  @Override
  public final void packKeys(long[][] words, int[] shifts, int count, long[] keys) {
    Arrays.fill(keys, 0, count, 0);
    for (int word = 0; word < shifts.length; word++) {
      long[] column = words[word];
      int shift = shifts[word];
      for (int i = 0; i < count; i++) {
        keys[i] |= column[i] << shift;
      }
    }
  }

  @Override
  public final int findRecent(
      long[] keys, int count, long[] table, int shift, int[] missed, int[] groups) {
    int mask = table.length - 1;
    int misses = 0;
    for (int i = 0; i < count; i++) {
      long key = keys[i];
      int place = (int) (key >>> shift) << 1 & mask;
      if (table[place] == key + 1) {
        groups[i] = (int) table[place + 1];
      } else {
        missed[misses++] = i;
      }
    }
    return misses;
  }
}
