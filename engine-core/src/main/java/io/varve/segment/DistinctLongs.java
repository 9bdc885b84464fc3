package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import java.util.Arrays;

/** The distinct values of a column of integers and the index of each row's value. Stateless. */
final class DistinctLongs {

  private DistinctLongs() {}

  /** Returns the values that occur, in order. */
  static LongColumn of(LongColumn column) {
    long[] sorted = new long[column.size() - column.nulls().nullCount()];
    int count = 0;
    for (int row = 0; row < column.size(); row++) {
      if (!column.isNull(row)) {
        sorted[count++] = column.get(row);
      }
    }
    Arrays.sort(sorted);
    LongColumn distinct = new LongColumn();
    for (int i = 0; i < count; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        distinct.append(sorted[i]);
      }
    }
    return distinct;
  }

  /** Returns for each row the index of its value; the column's dictionary is empty. */
  static DictionaryColumn code(LongColumn column, LongColumn distinct) {
    DictionaryColumn codes = new DictionaryColumn(new BinaryColumn());
    for (int row = 0; row < column.size(); row++) {
      if (column.isNull(row)) {
        codes.appendNull();
      } else {
        long value = column.get(row);
        codes.append(Arrays.binarySearch(distinct.values(), 0, distinct.size(), value));
      }
    }
    return codes;
  }
}
