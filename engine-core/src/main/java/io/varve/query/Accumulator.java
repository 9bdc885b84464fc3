package io.varve.query;

import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.io.BytesWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The states of one measure for all groups, in arrays indexed by group. Confined. */
abstract class Accumulator {

  /** Makes room for groups 0 to {@code groups - 1}; new ones have seen nothing. */
  abstract void reserve(int groups);

  /**
   * Learns what is known of the values of all rows that are added until the next call.
   *
   * @param zone of a source, which may hold other rows too; null if nothing is known
   */
  void open(@Nullable ZoneMap zone) {}

  /**
   * Adds rows.
   *
   * @param column null if the measure has none
   * @param rows ascending: all of the column if there are as many
   * @param groups the group of each of the rows
   */
  abstract void add(@Nullable Column column, int[] rows, int[] groups, int count);

  /**
   * Adds rows to one group, without looking at them one by one.
   *
   * @param column null if the measure has none
   * @return false if nothing was added because there is no way but one by one
   */
  boolean addSelected(int group, @Nullable Column column, Selection selection) {
    return false;
  }

  /**
   * Adds all rows of a zone to a group, if its map says enough.
   *
   * @param zone null if nothing is known, or if the measure has no column
   * @return false if nothing was added
   */
  abstract boolean addZone(int group, int rows, @Nullable ZoneMap zone);

  /** Returns whether {@link #addZone} would add what this map says. */
  abstract boolean takesZone(@Nullable ZoneMap zone);

  /**
   * Returns a count or the sum of integers of a group.
   *
   * @throws ArithmeticException if a sum does not fit into 64 bits
   */
  long longValue(int group) {
    throw new IllegalStateException("no number of 64 bits: " + state(group));
  }

  /** Returns whether {@link #addGroups} has all that it needs. */
  abstract boolean takesGroups(PreaggregatedBlocks source, int fieldId) throws IOException;

  /**
   * Adds what groups of rows that a source holds ready add up to.
   *
   * @param fieldId of the measure's column, 0 if it has none
   * @param rows which groups of the block
   * @param groups the group here of each of them
   */
  abstract void addGroups(
      PreaggregatedBlocks source, int block, int fieldId, int[] rows, int[] groups, int count)
      throws IOException;

  /** Returns the state of a group. */
  abstract MeasureState state(int group);

  /** Writes the state of a group, as {@link GroupRows} does. */
  void write(int group, BytesWriter out) {
    GroupRows.writeMeasure(state(group), out);
  }

  /** Makes all groups new. */
  abstract void clear();

  /** Returns whether no row of a zone has a value. */
  static boolean isAllNull(@Nullable ZoneMap zone) {
    return zone != null && zone.nulls() == zone.rows();
  }

  /** Returns how large an array for {@code groups} groups should be, growing by as much again. */
  static int capacity(int current, int groups) {
    return Math.max(groups, Math.max(64, current * 2));
  }
}
