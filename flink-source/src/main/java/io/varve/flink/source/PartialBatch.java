package io.varve.flink.source;

import io.varve.query.PartialRow;
import java.util.List;

/**
 * Partial rows that are emitted together, between two barriers, so that progress need not say how
 * many of them were. Immutable.
 *
 * @param rows what is known of the blocks of the split since the batch before
 * @param nextBlock the first block that they say nothing of
 */
record PartialBatch(List<PartialRow> rows, int nextBlock) {

  PartialBatch {
    rows = List.copyOf(rows);
  }
}
