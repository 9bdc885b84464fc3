package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the changes of several writers and folds them into one. Confined to one thread. */
public final class Fold {

  private final SortedMap<String, List<WriterChanges>> byWriter = new TreeMap<>();

  /** Takes in what a writer emitted; each writer's in the order in which it emitted them. */
  public void add(WriterChanges changes) {
    byWriter.computeIfAbsent(changes.writerId(), writer -> new ArrayList<>()).add(changes);
  }

  /** Returns everything taken in since the last call, by writer and in each writer's order. */
  public FoldedChanges take() {
    List<Change.Files> changes = new ArrayList<>();
    SortedMap<String, Long> layers = new TreeMap<>();
    long lateRows = 0;
    for (List<WriterChanges> ofWriter : byWriter.values()) {
      for (WriterChanges one : ofWriter) {
        changes.addAll(one.changes());
        layers.merge(one.writerId(), one.ordinal(), Math::max);
        lateRows = Math.addExact(lateRows, one.lateRows());
      }
    }
    byWriter.clear();
    return new FoldedChanges(changes, layers, lateRows);
  }
}
