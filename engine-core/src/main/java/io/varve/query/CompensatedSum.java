package io.varve.query;

import io.varve.simd.TwoSum;

/**
 * Sums of doubles carried in two doubles, the sum and what it lacks (Neumaier's variant of Kahan's
 * summation with Knuth's error-free addition). The error is below n<sup>2</sup> · 2<sup>-105</sup>
 * · Σ|x| before the last rounding, so unless values cancel each other to less than a billionth of
 * their size the result is the exact sum to 10<sup>-12</sup> and better, in any order and however
 * partial sums are merged.
 *
 * <p>NaN and infinities: once the leading part is not finite the other is zero, and the sum goes on
 * as Java's addition does: NaN if there is a NaN or both infinities, else the infinity. A running
 * sum beyond the range of double becomes an infinity for good.
 */
final class CompensatedSum {

  private CompensatedSum() {}

  /** Returns the sum of two sums. */
  static MeasureState.DoubleSum add(MeasureState.DoubleSum a, MeasureState.DoubleSum b) {
    long count = Math.addExact(a.count(), b.count());
    double sum = a.high() + b.high();
    if (!Double.isFinite(sum)) {
      return new MeasureState.DoubleSum(count, sum, 0);
    }
    double rest = TwoSum.error(a.high(), b.high(), sum) + (a.low() + b.low());
    double high = sum + rest;
    if (!Double.isFinite(high)) {
      return new MeasureState.DoubleSum(count, high, 0);
    }
    return new MeasureState.DoubleSum(count, high, TwoSum.error(sum, rest, high));
  }
}
