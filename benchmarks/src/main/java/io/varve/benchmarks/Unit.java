package io.varve.benchmarks;

/** What a measurement counts, and whether more of it is better. */
public enum Unit {
  /** Milliseconds of one operation. */
  MILLIS("ms", false),
  /** Microseconds of one operation. */
  MICROS("us", false),
  /** Microseconds of processor time for each row, of all threads. */
  CPU_MICROS_PER_ROW("us CPU/row", false),
  /** Rows for each second. */
  ROWS_PER_SECOND("rows/s", true),
  /** Values for each second. */
  VALUES_PER_SECOND("values/s", true),
  /** Files. */
  FILES("files", false),
  /** Bytes of files for each row. */
  BYTES_PER_ROW("B/row", false);

  private final String symbol;
  private final boolean moreIsBetter;

  Unit(String symbol, boolean moreIsBetter) {
    this.symbol = symbol;
    this.moreIsBetter = moreIsBetter;
  }

  /** Returns the symbol, such as {@code ms}. */
  public String symbol() {
    return symbol;
  }

  /** Returns how many times worse than {@code best} a value is: 1 for the best. */
  public double timesWorse(double value, double best) {
    return moreIsBetter ? best / value : value / best;
  }

  /** Returns the better of two values. */
  public double better(double one, double other) {
    return moreIsBetter ? Math.max(one, other) : Math.min(one, other);
  }

  /** Returns whether a value is as good as a target, or better. */
  public boolean meets(double value, double target) {
    return moreIsBetter ? value >= target : value <= target;
  }
}
