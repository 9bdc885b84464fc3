package io.varve.encoding;

/**
 * A running sum of doubles in two parts, the second of which holds what the first can't: about 106
 * bits. (T. J. Dekker, "A floating-point technique for extending the available precision", 1971.)
 * Confined.
 */
public final class DoubleDouble {

  private double high;
  private double low;

  /** Adds a value. */
  public void add(double value) {
    add(value, 0);
  }

  /** Adds another sum. */
  public void add(double otherHigh, double otherLow) {
    double sum = high + otherHigh;
    double part = sum - high;
    double error = (high - (sum - part)) + (otherHigh - part) + (low + otherLow);
    high = sum + error;
    low = Double.isFinite(high) ? error - (high - sum) : 0;
    if (Double.isInfinite(sum) || Double.isNaN(sum)) {
      high = sum;
      low = 0;
    }
  }

  /** Returns the leading part. */
  public double high() {
    return high;
  }

  /** Returns what the leading part lacks. */
  public double low() {
    return low;
  }
}
