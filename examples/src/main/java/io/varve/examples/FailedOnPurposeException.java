package io.varve.examples;

/** What {@link FailOnPurpose} throws. */
public final class FailedOnPurposeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long row;

  FailedOnPurposeException(long row) {
    super("failed on purpose at row " + row);
    this.row = row;
  }

  /** Returns the row it failed at, counted from 1. */
  public long row() {
    return row;
  }
}
