package io.varve.flink.sink;

import java.util.Locale;

/** What the sink does with an element that can't be a row of the table. */
public enum OnInvalidRow {
  /** Fails the job; the message names row and column. */
  FAIL,
  /** Drops the element and counts it in {@code numRecordsSendErrors}. */
  DROP_AND_COUNT;

  /** Returns the name as options spell it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
