package io.varve.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which rows are deleted but still in a file or in memory: the sequences of each writer, in order.
 * Immutable.
 */
final class Tombstones {

  static final Tombstones NONE = new Tombstones(Map.of());

  private final Map<Long, long[]> sequences;

  private Tombstones(Map<Long, long[]> sequences) {
    this.sequences = sequences;
  }

  boolean isEmpty() {
    return sequences.isEmpty();
  }

  long count() {
    return sequences.values().stream().mapToLong(rows -> rows.length).sum();
  }

  boolean contains(long writer, long sequence) {
    long[] rows = sequences.get(writer);
    return rows != null && Arrays.binarySearch(rows, sequence) >= 0;
  }

  /** Returns whether a row of some writers with a sequence between two, both included, may be. */
  boolean mayHold(Collection<Long> writers, long first, long last) {
    for (long writer : writers) {
      if (mayHold(writer, first, last)) {
        return true;
      }
    }
    return false;
  }

  boolean mayHold(long writer, long first, long last) {
    long[] rows = sequences.get(writer);
    if (rows == null) {
      return false;
    }
    int at = Arrays.binarySearch(rows, first);
    int next = at >= 0 ? at : -at - 1;
    return next < rows.length && rows[next] <= last;
  }

  /** Returns these and others. */
  Tombstones plus(Collection<RowId> rows) {
    return rows.isEmpty() ? this : change(rows, true);
  }

  /** Returns these without those that have been applied. */
  Tombstones minus(Collection<RowId> rows) {
    return rows.isEmpty() ? this : change(rows, false);
  }

  private Tombstones change(Collection<RowId> rows, boolean add) {
    Map<Long, java.util.TreeSet<Long>> changed = new TreeMap<>();
    for (RowId row : rows) {
      changed.computeIfAbsent(row.writer(), w -> new java.util.TreeSet<>()).add(row.sequence());
    }
    Map<Long, long[]> result = new TreeMap<>(sequences);
    changed.forEach(
        (writer, changes) -> {
          long[] before = result.getOrDefault(writer, new long[0]);
          long[] after = add ? union(before, changes) : difference(before, changes);
          if (after.length == 0) {
            result.remove(writer);
          } else {
            result.put(writer, after);
          }
        });
    return new Tombstones(Map.copyOf(result));
  }

  private static long[] union(long[] before, Collection<Long> more) {
    long[] all = Arrays.copyOf(before, before.length + more.size());
    int count = before.length;
    for (long sequence : more) {
      if (Arrays.binarySearch(before, sequence) < 0) {
        all[count++] = sequence;
      }
    }
    all = Arrays.copyOf(all, count);
    Arrays.sort(all);
    return all;
  }

  private static long[] difference(long[] before, java.util.TreeSet<Long> less) {
    return Arrays.stream(before).filter(sequence -> !less.contains(sequence)).toArray();
  }

  /** Returns all of them. */
  Collection<RowId> rows() {
    java.util.ArrayList<RowId> rows = new java.util.ArrayList<>();
    sequences.forEach(
        (writer, all) -> Arrays.stream(all).forEach(s -> rows.add(new RowId(writer, s))));
    return rows;
  }
}
