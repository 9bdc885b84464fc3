package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * What an attempt starts with once it reigns. Immutable.
 *
 * @param lineage the job's lineage
 * @param epoch the attempt's epoch
 * @param last where the table stands
 * @param watermark the watermark the table has reached
 * @param record the number of the open record
 * @param rewound whether the table was taken back
 */
public record OpenResult(
    String lineage, long epoch, Last last, long watermark, long record, boolean rewound) {

  /** Checks that nothing is null. */
  public OpenResult {
    requireNonNull(lineage);
    requireNonNull(last);
  }
}
