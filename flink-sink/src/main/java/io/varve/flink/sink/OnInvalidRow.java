package io.varve.flink.sink;

/** What the sink does with an element that can't be a row of the table. */
public enum OnInvalidRow {
  /** Fails the job; the message names row and column. */
  FAIL,
  /** Drops the element and counts it in {@code numRecordsSendErrors}. */
  DROP_AND_COUNT
}
