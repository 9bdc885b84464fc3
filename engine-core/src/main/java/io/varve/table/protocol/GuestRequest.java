package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * A batch job's rows and who wants them committed. Immutable.
 *
 * @param guest the sink's identity; a rerun has the same
 * @param folded all changes of all writers, possibly none
 * @param overwrite whose rows these take the place of
 * @param author who makes the record
 */
public record GuestRequest(
    GuestId guest, FoldedChanges folded, Overwrite overwrite, Author author) {

  /** Checks that nothing is null. */
  public GuestRequest {
    requireNonNull(guest);
    requireNonNull(folded);
    requireNonNull(overwrite);
    requireNonNull(author);
  }

  /** Adds rows and takes none away. */
  public GuestRequest(GuestId guest, FoldedChanges folded, Author author) {
    this(guest, folded, Overwrite.NOTHING, author);
  }
}
