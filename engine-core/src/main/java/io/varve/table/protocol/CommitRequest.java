package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * A committable and who wants it committed. Immutable.
 *
 * @param committable what to commit
 * @param restoredCheckpoint the checkpoint that the committer itself was restored from
 * @param run the committer's run
 * @param author who makes the record
 */
public record CommitRequest(
    Committable committable, OptionalLong restoredCheckpoint, RunId run, Author author) {

  /** Checks that nothing is null. */
  public CommitRequest {
    requireNonNull(committable);
    requireNonNull(restoredCheckpoint);
    requireNonNull(run);
    requireNonNull(author);
  }

  boolean isInRestoredCheckpoint() {
    return restoredCheckpoint.isPresent()
        && committable.checkpoint() <= restoredCheckpoint.getAsLong();
  }
}
