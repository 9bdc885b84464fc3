package io.varve.flink.source;

import static java.util.Objects.requireNonNull;

/**
 * Stored rows that were left out of a read, since their file is damaged. Immutable.
 *
 * @param file the file as messages show it
 * @param fromBlock the first of the blocks
 * @param toBlock one more than the last, or {@link VarveSplit#ALL_BLOCKS}
 * @param rows how many rows the blocks hold, deleted ones and those that the filter would not have
 *     wanted too
 * @param reason what is damaged, and where
 */
public record SkippedRows(String file, int fromBlock, int toBlock, long rows, String reason) {

  /** Checks that nothing is null. */
  public SkippedRows {
    requireNonNull(file);
    requireNonNull(reason);
  }
}
