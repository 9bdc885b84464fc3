package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.encoding.DistinctEstimate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The distinct values of a column of integers in order and the index of each row's value.
 *
 * @param values the values that occur, in order
 * @param codes for each row the index of its value, over an empty dictionary
 */
record DistinctLongs(LongColumn values, DictionaryColumn codes) {

  /**
   * Finds the distinct values.
   *
   * @param maxPercent give up when more of the rows than this have, or will have, a new value
   * @return null if it was given up
   */
  static @Nullable DistinctLongs tryOf(LongColumn column, int maxPercent) {
    Table table = new Table();
    int rows = column.size();
    int[] found = new int[rows];
    DistinctEstimate estimate = new DistinctEstimate(rows, maxPercent);
    int nextCheck = DistinctEstimate.FIRST_ROWS;
    for (int row = 0; row < rows; row++) {
      found[row] = column.isNull(row) ? 0 : table.indexOf(column.get(row));
      if (row == nextCheck) {
        if (estimate.isTooMany(row, table.count)) {
          return null;
        }
        nextCheck *= 2;
      }
    }
    if (estimate.isTooMany(rows, table.count)) {
      return null;
    }
    LongColumn values = new LongColumn();
    int[] ranks = table.sortInto(values);
    DictionaryColumn codes = new DictionaryColumn(new BinaryColumn());
    for (int row = 0; row < rows; row++) {
      if (column.isNull(row)) {
        codes.appendNull();
      } else {
        codes.append(ranks[found[row]]);
      }
    }
    return new DistinctLongs(values, codes);
  }

  /** Numbers values in the order in which they are met, in an open hash table. */
  private static final class Table {

    private long[] values = new long[64];
    private int[] slots = new int[128]; // index + 1, or zero
    private int count;

    int indexOf(long value) {
      int slot = slot(value);
      if (slots[slot] != 0) {
        return slots[slot] - 1;
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
        grow();
        slot = slot(value);
      }
      values[count] = value;
      slots[slot] = ++count;
      return count - 1;
    }

    private int slot(long value) {
      int mask = slots.length - 1;
      long mixed = value * 0x9E3779B97F4A7C15L;
      int slot = (int) (mixed >>> 32) & mask;
      while (slots[slot] != 0 && values[slots[slot] - 1] != value) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private void grow() {
      slots = new int[slots.length * 2];
      for (int index = 0; index < count; index++) {
        slots[slot(values[index])] = index + 1;
      }
    }

    /** Appends the values in order and returns the place of each. */
    int[] sortInto(LongColumn sorted) {
      long[] inOrder = Arrays.copyOf(values, count);
      Arrays.sort(inOrder);
      int[] ranks = new int[Math.max(1, count)];
      for (int rank = 0; rank < count; rank++) {
        sorted.append(inOrder[rank]);
        ranks[slots[slot(inOrder[rank])] - 1] = rank;
      }
      return ranks;
    }
  }
}
