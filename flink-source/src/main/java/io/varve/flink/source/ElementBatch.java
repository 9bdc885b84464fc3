package io.varve.flink.source;

import java.util.List;

/**
 * Elements that are emitted together. Immutable.
 *
 * @param elements the elements
 * @param nextBlock the first block that they say nothing of
 * @param <T> what is emitted
 */
record ElementBatch<T>(List<T> elements, int nextBlock) {

  ElementBatch {
    elements = List.copyOf(elements);
  }
}
