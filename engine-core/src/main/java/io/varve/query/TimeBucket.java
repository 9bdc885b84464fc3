package io.varve.query;

/** Spans of time that rows are grouped by. The numbers are in serialized plans and never change. */
public enum TimeBucket {
  /** A minute. */
  MINUTE(1),
  /** An hour. */
  HOUR(2),
  /** A day, from midnight. */
  DAY(3),
  /** A week, from Monday. */
  WEEK(4),
  /** A month. */
  MONTH(5);

  private final int number;

  TimeBucket(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
