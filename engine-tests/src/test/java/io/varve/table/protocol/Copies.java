package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows that are in files, each with the writer and the layer that it was written in: what a
 * delete of visible rows is told by. Files hold their numbers here. Confined to one world.
 */
final class Copies {

  /** A delete by filter of the rows whose number leaves this rest, divided by {@link #DIVISOR}. */
  static final String REST = "rest ";

  static final int DIVISOR = 3;

  private final List<Copy> copies = new ArrayList<>();

  /** One row as it was written. */
  private record Copy(int row, String writer, long layer, int schema) {}

  /** Writes a row; rewriting it in another file keeps its number. */
  int write(int row, String writer, long layer, int schema) {
    copies.add(new Copy(row, writer, layer, schema));
    return copies.size() - 1;
  }

  int rowOf(int copy) {
    return copies.get(copy).row;
  }

  int schemaOf(int copy) {
    return copies.get(copy).schema;
  }

  static String partitionOf(int row) {
    return "b" + Content.bucketOf(row);
  }

  /** Returns whether a state's deletes hold for a row. */
  boolean isDeleted(int copy, LogFacts facts, Iterable<Tombstone> tombstones) {
    Copy written = copies.get(copy);
    for (Tombstone tombstone : tombstones) {
      String only = tombstone.partition();
      boolean within = only == null || Truncation.isWithin(partitionOf(written.row), only);
      if (within
          && meets(tombstone.condition(), written.row)
          && tombstone.covers(written.writer, written.layer, facts.epochOf(written.writer))) {
        return true;
      }
    }
    return false;
  }

  static boolean meets(String condition, int row) {
    if (condition.equals(Truncation.EVERYTHING)) {
      return true;
    }
    return condition.startsWith(REST)
        ? row % DIVISOR == Integer.parseInt(condition.substring(REST.length()))
        : row == Integer.parseInt(condition);
  }
}
