package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * Who takes a table back by hand, and to where. Immutable.
 *
 * @param target the record whose rows the table shall show again
 * @param run drawn for this act; fences jobs submitted before
 * @param author who makes the record
 */
public record RewindRequest(long target, RunId run, Author author) {

  /** Checks the target. */
  public RewindRequest {
    requireNonNull(run);
    requireNonNull(author);
    if (target < 1) {
      throw new IllegalArgumentException("no record to go back to: " + target);
    }
  }
}
