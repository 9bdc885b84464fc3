package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What one writer made durable since its last barrier. Immutable.
 *
 * @param writerId the writer attempt's unique id
 * @param ordinal which barrier of that attempt it is, from 1: the layer of the rows
 * @param changes extends and seals of own files, and replaces, in their order
 * @param lateRows how many of the rows came after the watermark had passed them
 */
public record WriterChanges(
    String writerId, long ordinal, List<Change.Files> changes, long lateRows) {

  /** Copies the list. */
  public WriterChanges {
    requireNonNull(writerId);
    changes = List.copyOf(changes);
    if (ordinal < 1 || lateRows < 0) {
      throw new IllegalArgumentException(
          "bad changes of " + writerId + ": ordinal " + ordinal + ", " + lateRows + " late rows");
    }
  }
}
