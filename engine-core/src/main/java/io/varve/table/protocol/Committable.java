package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * What the aggregator hands to the committer: everything that the writers made durable since the
 * committable before. Immutable.
 *
 * @param lineage the job's lineage
 * @param epoch the epoch that made it
 * @param checkpoint the checkpoint it belongs to
 * @param previous what the table must stand at
 * @param watermark the watermark at the barrier, milliseconds since the epoch
 * @param folded the changes; never empty
 */
public record Committable(
    String lineage,
    long epoch,
    long checkpoint,
    Last previous,
    long watermark,
    FoldedChanges folded) {

  /** Checks that it is not empty. */
  public Committable {
    requireNonNull(lineage);
    requireNonNull(previous);
    if (folded.isEmpty()) {
      throw new IllegalArgumentException("empty committable of checkpoint " + checkpoint);
    }
  }

  /** Returns where a table stands that shows it. */
  public Last id() {
    return new Last.Commit(epoch, checkpoint);
  }
}
