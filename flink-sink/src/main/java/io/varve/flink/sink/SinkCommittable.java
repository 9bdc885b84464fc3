package io.varve.flink.sink;

import io.varve.table.protocol.Committable;
import io.varve.table.protocol.FoldedChanges;
import io.varve.table.protocol.GuestId;

/** What the aggregator hands to the committer. Immutable. */
public sealed interface SinkCommittable {

  /**
   * A checkpoint of a streaming job.
   *
   * @param committable what to commit
   */
  record Checkpoint(Committable committable) implements SinkCommittable {}

  /**
   * All rows of a job without checkpoints, committed once at its end.
   *
   * @param guest the job's sink
   * @param folded the changes
   */
  record WholeJob(GuestId guest, FoldedChanges folded) implements SinkCommittable {}
}
