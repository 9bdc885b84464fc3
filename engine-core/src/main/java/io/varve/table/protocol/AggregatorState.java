package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What the aggregator keeps in a checkpoint. Immutable.
 *
 * @param tableId the table it writes to
 * @param lineage the job's lineage
 * @param epoch the epoch that took the checkpoint
 * @param last the newest committable, or where the reign began
 * @param pending the committables that the log did not show yet, oldest first; each one's {@code
 *     previous} is the one before it
 */
public record AggregatorState(
    String tableId, String lineage, long epoch, Last last, List<Committable> pending) {

  /** Copies the list. */
  public AggregatorState {
    requireNonNull(tableId);
    requireNonNull(lineage);
    requireNonNull(last);
    pending = List.copyOf(pending);
  }
}
