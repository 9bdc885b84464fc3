package io.varve.column;

import java.math.BigInteger;

/**
 * A signed number of 128 bits: an exact sum of at most 2<sup>63</sup> values of 64 bits. Immutable.
 *
 * @param high the upper half, with the sign
 * @param low the lower half, unsigned
 */
public record Int128(long high, long low) implements Comparable<Int128> {

  /** Zero. */
  public static final Int128 ZERO = new Int128(0, 0);

  /** Returns the same number in 128 bits. */
  public static Int128 of(long value) {
    return new Int128(value >> 63, value);
  }

  /**
   * Returns the same number in 128 bits.
   *
   * @throws ArithmeticException if it does not fit
   */
  public static Int128 of(BigInteger value) {
    if (value.bitLength() > 127) {
      throw new ArithmeticException(value + " does not fit into 128 bits");
    }
    return new Int128(value.shiftRight(64).longValue(), value.longValue());
  }

  /**
   * Returns the sum of two numbers.
   *
   * @throws ArithmeticException if it does not fit into 128 bits
   */
  public Int128 plus(Int128 other) {
    long newLow = low + other.low;
    long carry = Long.compareUnsigned(newLow, low) < 0 ? 1 : 0;
    long newHigh = high + other.high + carry;
    if (((high ^ newHigh) & (other.high ^ newHigh)) < 0) {
      throw new ArithmeticException("sum of " + this + " and " + other + " exceeds 128 bits");
    }
    return new Int128(newHigh, newLow);
  }

  /** Returns whether the number fits into 64 bits. */
  public boolean fitsLong() {
    return high == low >> 63;
  }

  /**
   * Returns the number in 64 bits.
   *
   * @throws ArithmeticException if it does not fit
   */
  public long toLongExact() {
    if (!fitsLong()) {
      throw new ArithmeticException(this + " does not fit into 64 bits");
    }
    return low;
  }

  /** Returns the number as a {@link BigInteger}. */
  public BigInteger toBigInteger() {
    BigInteger lower = BigInteger.valueOf(low >>> 1).shiftLeft(1).or(BigInteger.valueOf(low & 1));
    return BigInteger.valueOf(high).shiftLeft(64).or(lower);
  }

  @Override
  public int compareTo(Int128 other) {
    int byHigh = Long.compare(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return toBigInteger().toString();
  }
}
