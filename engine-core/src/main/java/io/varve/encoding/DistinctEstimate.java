package io.varve.encoding;

/**
 * Whether a column will have too many distinct values for a dictionary, judged from its first rows:
 * as if all of its values were equally frequent, which puts the number too low rather than too high
 * where they are not. Immutable.
 *
 * @param totalRows rows of the whole column
 * @param maxPercent of the rows that may have a value of their own
 */
public record DistinctEstimate(int totalRows, int maxPercent) {

  /** Rows before the first estimate; after each the next comes at twice as many. */
  public static final int FIRST_ROWS = 4096;

  /** Below this a column is too small to be worth judging. */
  private static final int MIN_ROWS = 1024;

  /** Returns whether all rows will have too many distinct values. */
  public boolean isTooMany(int rows, int distinct) {
    if (rows < MIN_ROWS) {
      return false;
    }
    return expected(rows, distinct) * 100 > (double) totalRows * maxPercent;
  }

  /** Returns how many distinct values are to be expected in all rows. */
  private double expected(int rows, int distinct) {
    if (rows >= totalRows) {
      return distinct;
    }
    double least = distinct;
    double most = 1e12;
    while (most > least * 1.01) { // of c values, n rows show c (1 - e^(-n/c))
      double middle = Math.sqrt(least * most);
      if (shown(middle, rows) < distinct) {
        least = middle;
      } else {
        most = middle;
      }
    }
    return shown(least, totalRows);
  }

  private static double shown(double values, int rows) {
    return -values * Math.expm1(-rows / values);
  }
}
