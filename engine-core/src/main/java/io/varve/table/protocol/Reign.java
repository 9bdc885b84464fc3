package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * Who reigns over a table: every record carries it on from the open record that began it.
 * Immutable.
 *
 * @param lineage the job's lineage
 * @param epoch the number of the reign; grows with each
 * @param run the run that opened
 * @param sinkId which sink of the run
 * @param openTimeMillis when it opened, milliseconds since the epoch
 * @param openedBy who opened, in words
 */
public record Reign(
    String lineage, long epoch, RunId run, String sinkId, long openTimeMillis, String openedBy) {

  /** Nobody's reign, before the first open. */
  public static final Reign NONE = new Reign("", 0, RunId.NONE, "", 0, "nobody");

  /** Checks that nothing is null. */
  public Reign {
    requireNonNull(lineage);
    requireNonNull(run);
    requireNonNull(sinkId);
    requireNonNull(openedBy);
  }

  Reign openedAt(long timeMillis) {
    return new Reign(lineage, epoch, run, sinkId, timeMillis, openedBy);
  }
}
