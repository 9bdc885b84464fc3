package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import java.util.Arrays;

/** Distinct values in order: text and bytes by their bytes as unsigned numbers. Stateless. */
final class SortedValues {

  private SortedValues() {}

  /** Returns the index of a value, below zero if it is not there. */
  static int find(LongColumn sorted, long value) {
    return Arrays.binarySearch(sorted.values(), 0, sorted.size(), value);
  }

  /** Returns the index of a value, -1 if it is not there. */
  static int find(BinaryColumn sorted, byte[] value) {
    byte[] bytes = sorted.bytes();
    int lower = 0;
    int upper = sorted.size() - 1;
    while (lower <= upper) {
      int middle = (lower + upper) >>> 1;
      int order =
          Arrays.compareUnsigned(
              bytes, sorted.start(middle), sorted.end(middle), value, 0, value.length);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        lower = middle + 1;
      } else {
        upper = middle - 1;
      }
    }
    return -1;
  }

  /** Returns whether every value is greater than the one before. */
  static boolean isSorted(Column column) {
    for (int i = 1; i < column.size(); i++) {
      if (!inOrder(column, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean inOrder(Column column, int i) {
    if (column instanceof LongColumn values) {
      return values.get(i - 1) < values.get(i);
    }
    BinaryColumn values = (BinaryColumn) column;
    byte[] bytes = values.bytes();
    return Arrays.compareUnsigned(
            bytes, values.start(i - 1), values.end(i - 1), bytes, values.start(i), values.end(i))
        < 0;
  }
}
