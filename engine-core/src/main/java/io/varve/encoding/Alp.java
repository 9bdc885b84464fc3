package io.varve.encoding;

/**
 * Doubles as integers by two multiplications, after Afroozeh, Kuffó and Boncz, "ALP: Adaptive
 * Lossless Floating-Point Compression", 2023: a decimal of few digits times 10<sup>e</sup> times
 * 10<sup>-f</sup> is nearly whole, and the whole number times 10<sup>f</sup> times 10<sup>-e</sup>
 * is, bit for bit, the decimal again. Where it is not the double is kept as it is.
 */
final class Alp {

  /** The greatest exponent {@code e}; a factor {@code f} is not greater than it. */
  static final int MAX_EXPONENT = 18;

  /** Whole numbers are smaller than this, so that they need no instruction to become doubles. */
  static final double LIMIT = 1L << 51;

  /** Added to a smaller double it leaves only the whole part, rounded to the nearest even one. */
  private static final double ROUND = (1L << 52) + (1L << 51);

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18
  };

  private static final double[] INVERSES = {
    1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14,
    1e-15, 1e-16, 1e-17, 1e-18
  };

  private Alp() {}

  /** Returns 10 to the power of a number from 0 to {@link #MAX_EXPONENT}. */
  static double power(int exponent) {
    return POWERS[exponent];
  }

  /** Returns the double nearest to 1 divided by that. */
  static double inverse(int exponent) {
    return INVERSES[exponent];
  }

  /** Returns a whole number that may stand for a value, any if none does. */
  static long encode(double value, int exponent, int factor) {
    double shifted = value * POWERS[exponent] * INVERSES[factor];
    return Math.abs(shifted) < LIMIT ? (long) (shifted + ROUND - ROUND) : 0;
  }

  /** Returns the double that a whole number stands for, as the kernels compute it. */
  static double decode(long whole, int exponent, int factor) {
    return whole * POWERS[factor] * INVERSES[exponent];
  }

  /** Returns whether two doubles have the same bits. */
  static boolean isSame(double left, double right) {
    return Double.doubleToRawLongBits(left) == Double.doubleToRawLongBits(right);
  }
}
