package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * A batch job's rows and who wants them committed. Immutable.
 *
 * @param guest the sink's identity; a rerun has the same
 * @param folded all changes of all writers, possibly none
 * @param author who makes the record
 */
public record GuestRequest(GuestId guest, FoldedChanges folded, Author author) {

  /** Checks that nothing is null. */
  public GuestRequest {
    requireNonNull(guest);
    requireNonNull(folded);
    requireNonNull(author);
  }
}
