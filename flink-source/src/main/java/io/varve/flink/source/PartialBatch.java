package io.varve.flink.source;

import java.util.List;

/**
 * Partial rows that are emitted together, between two barriers, so that progress need not say how
 * many of them were. Immutable.
 *
 * @param <T> a partial row, or many in one piece
 * @param partials what is known of the blocks of the split since the batch before
 * @param rows how many partial rows that are
 * @param nextBlock the first block that they say nothing of
 */
record PartialBatch<T>(List<T> partials, long rows, int nextBlock) {

  PartialBatch {
    partials = List.copyOf(partials);
  }
}
