package io.varve.simd;

import io.varve.column.Int128;

/**
 * Least and greatest value and exact sum of some integers. Immutable.
 *
 * @param min the least; {@link Long#MAX_VALUE} of no values
 * @param max the greatest; {@link Long#MIN_VALUE} of no values
 * @param sum the exact sum
 */
public record LongSummary(long min, long max, Int128 sum) {

  /** The summary of no values. */
  public static final LongSummary EMPTY =
      new LongSummary(Long.MAX_VALUE, Long.MIN_VALUE, Int128.ZERO);

  /**
   * Returns the sum of numbers whose upper 32 bits add up to one value and lower 32 to another: for
   * as many as a block has both fit into 64 bits.
   */
  public static Int128 join(long upper, long lower) {
    return new Int128(upper >> 32, upper << 32).plus(Int128.of(lower));
  }
}
