package io.varve.simd;

/** Knuth's error-free addition (The Art of Computer Programming, 4.2.2). Thread-safe. */
public final class TwoSum {

  private TwoSum() {}

  /** Returns the exact error of {@code sum = a + b}; means nothing unless all are finite. */
  public static double error(double a, double b, double sum) {
    double part = sum - a;
    return (a - (sum - part)) + (b - part);
  }
}
