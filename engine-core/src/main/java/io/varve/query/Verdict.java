package io.varve.query;

/** What is known of a filter over some rows before they are read. */
public enum Verdict {
  /** The filter is true for every row. */
  ALL,
  /** The filter is true for no row. */
  NONE,
  /** The rows have to be looked at. */
  SOME
}
