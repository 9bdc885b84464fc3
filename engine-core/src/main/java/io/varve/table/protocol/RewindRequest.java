package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * Who takes a table back by hand, and to where. Immutable.
 *
 * @param target the record whose rows the table shall show again; {@link #HEAD} to leave the rows
 *     as they are and only fence who writes
 * @param run drawn for this act; fences jobs submitted before
 * @param author who makes the record
 */
public record RewindRequest(long target, RunId run, Author author) {

  /** Stands for the newest record, whichever that is when the act counts. */
  public static final long HEAD = 0;

  /** Checks the target. */
  public RewindRequest {
    requireNonNull(run);
    requireNonNull(author);
    if (target < HEAD) {
      throw new IllegalArgumentException("no record to go back to: " + target);
    }
  }
}
