package io.varve.table.protocol;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The changes of several writers as one. Immutable.
 *
 * @param changes by writer, each writer's in its order
 * @param layers each writer's newest layer
 * @param lateRows how many rows came late
 */
public record FoldedChanges(
    List<Change.Files> changes, SortedMap<String, Long> layers, long lateRows) {

  /** Copies list and map. */
  public FoldedChanges {
    changes = List.copyOf(changes);
    layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
  }

  /** Returns whether it changes nothing. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** Returns whether it shows rows, and does not only rewrite files. */
  boolean bringsRows() {
    return changes.stream().anyMatch(change -> !(change instanceof Change.Replace));
  }
}
