package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Who wants to reign over a table, and from where on. Immutable.
 *
 * @param tableId the id in the table's own file
 * @param run the job's run
 * @param sinkId which sink of the run
 * @param restoredCheckpoint the checkpoint that the aggregator was restored from, 0 if none
 * @param state what the aggregator kept in that checkpoint; null on a fresh start
 * @param onRewind what to do where the table has gone on without that checkpoint
 */
public record OpenRequest(
    String tableId,
    RunId run,
    String sinkId,
    long restoredCheckpoint,
    @Nullable AggregatorState state,
    OnRewind onRewind) {

  /** Checks that nothing is null and that a state has a checkpoint. */
  public OpenRequest {
    requireNonNull(tableId);
    requireNonNull(run);
    requireNonNull(sinkId);
    requireNonNull(onRewind);
    if (restoredCheckpoint < 0) {
      throw new IllegalArgumentException("bad restored checkpoint " + restoredCheckpoint);
    }
  }
}
