package io.varve.column;

import java.util.Arrays;
import java.util.Objects;

/** Which rows are null: one bit for each row, set where the value is missing. Confined. */
public final class NullMask {

  private long[] words = new long[16];
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
    return nullCount != 0 && (words[row >>> 6] & (1L << row)) != 0;
  }

  /** Returns the bits of rows {@code 64 * index} to {@code 64 * index + 63}. */
  public long word(int index) {
    return words[index];
  }

  /** Adds a row. */
  public void append(boolean isNull) {
    if ((size >>> 6) == words.length) {
      words = Arrays.copyOf(words, words.length * 2);
    }
    if (isNull) {
      words[size >>> 6] |= 1L << size;
      nullCount++;
    }
    size++;
  }

  /** Adds rows that all have values. */
  public void appendPresent(int count) {
    int newSize = Math.addExact(size, count);
    int neededWords = (newSize + 63) >>> 6;
    if (neededWords > words.length) {
      words = Arrays.copyOf(words, Math.max(neededWords, words.length * 2));
    }
    size = newSize;
  }

  /** Makes a row that is there null. */
  public void setNull(int row) {
    Objects.checkIndex(row, size);
    if (!isNull(row)) {
      words[row >>> 6] |= 1L << row;
      nullCount++;
    }
  }

  /** Forgets the rows from {@code newSize} on. */
  public void truncate(int newSize) {
    for (int row = size - 1; row >= newSize; row--) {
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
