package io.varve.column;

import java.util.Arrays;
import java.util.Objects;

/** Which rows are null: one bit for each row, set where the value is missing. Confined. */
public final class NullMask {

  private static final long[] NONE = {};

  /** Of the rows up to the last null; there are none while no row is null. */
  private long[] words = NONE;

  private int size;
  private int nullCount;

  /** Returns the number of rows. */
  public int size() {
    return size;
  }

  /** Returns the number of nulls. */
  public int nullCount() {
    return nullCount;
  }

  /** Returns whether the value of a row is missing. */
  public boolean isNull(int row) {
    if (nullCount == 0) {
      return false;
    }
    int index = row >>> 6;
    return index < words.length && (words[index] & (1L << row)) != 0;
  }

  /** Returns the bits of rows {@code 64 * index} to {@code 64 * index + 63}. */
  public long word(int index) {
    return index < words.length ? words[index] : 0;
  }

  /**
   * Returns the bits of all rows up to the last null; where words are missing no row is null. Not
   * to be changed.
   */
  public long[] words() {
    return words;
  }

  /** Adds a row. */
  public void append(boolean isNull) {
    if (isNull) {
      set(size);
    }
    size++;
  }

  /** Adds rows that all have values. */
  public void appendPresent(int count) {
    size = Math.addExact(size, count);
  }

  /** Makes a row that is there null. */
  public void setNull(int row) {
    Objects.checkIndex(row, size);
    if (!isNull(row)) {
      set(row);
    }
  }

  private void set(int row) {
    int index = row >>> 6;
    if (index >= words.length) {
      words = Arrays.copyOf(words, Growth.length(words.length, index + 1));
    }
    words[index] |= 1L << row;
    nullCount++;
  }

  /** Returns the bytes of memory that the bits take. */
  long heldBytes() {
    return words.length * 8L;
  }

  /** Forgets the rows from {@code newSize} on. */
  public void truncate(int newSize) {
    for (int row = size - 1; row >= newSize && nullCount > 0; row--) {
      if (isNull(row)) {
        words[row >>> 6] &= ~(1L << row);
        nullCount--;
      }
    }
    size = Math.min(size, newSize);
  }

  /** Forgets all rows but keeps the memory. */
  public void clear() {
    Arrays.fill(words, 0, Math.min(words.length, (size + 63) >>> 6), 0);
    size = 0;
    nullCount = 0;
  }
}
