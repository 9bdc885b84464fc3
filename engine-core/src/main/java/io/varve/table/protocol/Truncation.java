package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes away every row that some directories of a table show: their segments leave the state, and a
 * tombstone hides the rows that are in tails still. Tails are left to their writers, so nobody is
 * fenced; rows that writers show later are other rows. Stateless.
 */
public final class Truncation {

  /** The condition of a delete of every row. */
  public static final String EVERYTHING = "TRUE";

  private static final String ID = "truncate:";

  private Truncation() {}

  /**
   * Returns whether a delete is part of a truncation. Unlike others these belong to the branch that
   * they were made on, like the segments that went with them: a rewind to an older record undoes
   * both.
   */
  public static boolean is(Tombstone tombstone) {
    return tombstone.id().startsWith(ID);
  }

  /**
   * Returns what takes the rows away that a state shows.
   *
   * @param state the head's
   * @param directories partitions' directories or ones above them; an empty one is the table
   * @param id unique to this truncation
   * @return nothing where the directories show nothing
   */
  public static List<Change> changes(TableState state, Collection<String> directories, String id) {
    List<Change> changes = new ArrayList<>();
    int tombstones = 0;
    for (String directory : directories) {
      SortedMap<String, Long> inTails = new TreeMap<>();
      state
          .partitions()
          .forEach(
              (path, partition) -> {
                if (isWithin(path, directory)) {
                  List<String> files = List.copyOf(partition.segments().toSortedMap().keySet());
                  if (!files.isEmpty()) {
                    changes.add(new Change.Replace(path, files, List.of(), List.of(), false));
                  }
                  partition.tails().forEach((file, tail) -> addLayer(state, tail, inTails));
                }
              });
      if (!inTails.isEmpty()) {
        String only = directory.isEmpty() ? null : directory;
        String name = ID + id + "-" + ++tombstones;
        changes.add(
            new Change.Delete(
                new Tombstone(name, only, EVERYTHING, false, state.epoch(), inTails, null, 0)));
      }
    }
    return changes;
  }

  /** Every row of the tail's writer that is visible is of this layer or an earlier one. */
  private static void addLayer(TableState state, TailState tail, SortedMap<String, Long> layers) {
    if (tail.sealedTo().compareTo(tail.visibleTo()) < 0) {
      String writer = TailState.writerOf(tail.file());
      Long newest = state.newestLayerOf(writer);
      layers.put(writer, newest == null ? Long.MAX_VALUE : newest);
    }
  }

  /** Returns whether a partition's directory is another or below it. */
  public static boolean isWithin(String partition, String directory) {
    return directory.isEmpty()
        || (partition.startsWith(directory)
            && (partition.length() == directory.length()
                || partition.charAt(directory.length()) == '/'));
  }
}
