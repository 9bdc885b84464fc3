package io.varve.simd;

import io.varve.column.Int128;

/**
 * Least and greatest value and exact sum of some integers, in one object for many blocks: what is
 * written as rows come in must leave no garbage. Confined; {@link LongSummary} is the immutable
 * one.
 */
public final class LongTotals {

  private static final long LOWER = 0xffffffffL;

  private long min;
  private long max;
  private long upper; // sum of the upper 32 bits, with the sign
  private long lower; // sum of the lower 32 bits, unsigned

  /** Creates totals of no values. */
  public LongTotals() {
    clear();
  }

  /** Goes back to no values. */
  void clear() {
    set(Long.MAX_VALUE, Long.MIN_VALUE, 0, 0);
  }

  /** Takes the place of what there was. */
  void set(long newMin, long newMax, long newUpper, long newLower) {
    min = newMin;
    max = newMax;
    upper = newUpper;
    lower = newLower;
  }

  /** Adds values one by one; {@link Kernels#MAX_COUNT} in all. */
  void add(long[] values, int from, int count) {
    long least = min;
    long greatest = max;
    long upperSum = upper;
    long lowerSum = lower;
    for (int i = from; i < from + count; i++) {
      long value = values[i];
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      upperSum += value >> 32;
      lowerSum += value & LOWER;
    }
    set(least, greatest, upperSum, lowerSum);
  }

  /** Returns the least; {@link Long#MAX_VALUE} of no values. */
  public long min() {
    return min;
  }

  /** Returns the greatest; {@link Long#MIN_VALUE} of no values. */
  public long max() {
    return max;
  }

  /** Returns the upper half of the sum, with its sign. */
  public long sumHigh() {
    // The lower parts are not negative: so few numbers of 32 bits don't exceed 63.
    long carry = Long.compareUnsigned(sumLow(), lower) < 0 ? 1 : 0;
    return (upper >> 32) + carry;
  }

  /** Returns the lower half of the sum, unsigned. */
  public long sumLow() {
    return (upper << 32) + lower;
  }

  /** Returns them as they are now. */
  public LongSummary toSummary() {
    return new LongSummary(min, max, new Int128(sumHigh(), sumLow()));
  }
}
