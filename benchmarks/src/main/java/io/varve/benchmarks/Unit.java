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
  /** Mebibytes of memory. */
  MEBIBYTES("MiB", false),
  /** Bytes of files for each row. */
  BYTES_PER_ROW("B/row", false);

  private final String symbol;
  private final boolean moreIsBetter;

  Unit(String symbol, boolean moreIsBetter) {
    this.symbol = symbol;
    this.moreIsBetter = moreIsBetter;
  }

  /** Returns the unit with a symbol. */
  static Unit of(String symbol) {
    for (Unit unit : values()) {
      if (unit.symbol.equals(symbol)) {
        return unit;
      }
    }
    throw new IllegalArgumentException("no unit is called " + symbol);
  }

  /** Returns the symbol, such as {@code ms}. */
  public String symbol() {
    return symbol;
  }

  /**
   * Returns the figure of an operation that took so long.
   *
   * @param rows that it went through
   */
  public double figure(double nanos, long rows) {
    return switch (this) {
      case MILLIS -> nanos / 1e6;
      case MICROS -> nanos / 1e3;
      case ROWS_PER_SECOND -> rows * 1e9 / nanos;
      default -> throw new IllegalStateException(this + " is not a figure of time");
    };
  }

  /** Returns how many times worse than {@code best} a value is: 1 for the best. */
  public double timesWorse(double value, double best) {
    return moreIsBetter ? best / value : value / best;
  }

  /** Returns the better of two values. */
  public double better(double one, double other) {
    return moreIsBetter ? Math.max(one, other) : Math.min(one, other);
  }

  /** Returns a target so many times easier. */
  public double ease(double target, double times) {
    return moreIsBetter ? target / times : target * times;
  }

  /** Returns whether a value is as good as a target, or better. */
  public boolean meets(double value, double target) {
    return moreIsBetter ? value >= target : value <= target;
  }
}
