package io.varve.query;

import io.varve.column.Column;
import io.varve.column.ZoneMap;

/**
 * Turns the values of a group key into words of 64 bits: equal words, equal group. Confined to one
 * thread, and to one filling of a {@link GroupTable}: {@link #clear} goes with clearing that.
 */
abstract class KeyReader {

  private final int fieldId;
  private final int width;

  KeyReader(int fieldId, int width) {
    this.fieldId = fieldId;
    this.width = width;
  }

  final int fieldId() {
    return fieldId;
  }

  /** Returns the number of words of a key. */
  final int width() {
    return width;
  }

  /**
   * Returns one more than the greatest word so far if words are small numbers given in order, zero
   * if they are any 64 bits.
   */
  int idCount() {
    return 0;
  }

  /** Returns whether words are small numbers given in order. */
  boolean isNumbered() {
    return true;
  }

  /** Returns whether the key is the same in all rows of a zone, and if so sets its words. */
  abstract boolean readConstant(ZoneMap zone, long[] key, int at);

  /**
   * Sets the words of the key that most rows of a column have, if that is known of it.
   *
   * @param others gets the bits of the rows that may have another key
   * @return false if nothing was set
   */
  boolean readMostly(Column column, long[] key, int at, long[] others) {
    return false;
  }

  /** Sets the words of some rows: {@code words[at + i][n]} for row {@code rows[n]}. */
  abstract void read(Column column, int[] rows, int count, long[][] words, int at);

  /** Sets the words of a null: of place {@code n}. */
  void readNull(long[][] words, int n) {
    for (int i = 0; i < width; i++) {
      words[i][n] = i == width - 1 && !isNumbered() ? 1 : 0;
    }
  }

  /** Returns the value that some words stand for. */
  abstract Value value(long[] key, int at);

  void clear() {}
}
