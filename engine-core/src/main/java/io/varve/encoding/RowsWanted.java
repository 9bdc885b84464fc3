package io.varve.encoding;

import io.varve.column.BlockSource;
import java.util.Arrays;

/** Which rows of a block are to be decoded: those that are asked for and not null. Confined. */
final class RowsWanted {

  private final long[] bits = new long[BlockSource.MAX_BLOCK_ROWS / 64];
  private int count;

  /** Wants the rows from one up to another. */
  void set(int from, int to) {
    set(from, to, bits, false);
  }

  /** Wants the rows from one up to another, but for those whose bits are set in {@code nulls}. */
  void set(int from, int to, long[] nulls, boolean hasNulls) {
    Arrays.fill(bits, 0);
    for (int word = from >>> 6; word << 6 < to; word++) {
      int first = Math.max(0, from - (word << 6));
      int spare = Math.max(0, ((word + 1) << 6) - to);
      bits[word] = -1L << first & -1L >>> spare;
    }
    count = to - from;
    if (hasNulls) {
      count = 0;
      for (int word = 0; word < (to + 63) >>> 6; word++) {
        bits[word] &= ~nulls[word];
        count += Long.bitCount(bits[word]);
      }
    }
  }

  int count() {
    return count;
  }

  /** Returns how many rows before one are wanted. */
  int countBefore(int row) {
    int before = 0;
    for (int word = 0; word < row >>> 6; word++) {
      before += Long.bitCount(bits[word]);
    }
    return (row & 63) == 0 ? before : before + Long.bitCount(bits[row >>> 6] << -row);
  }

  boolean contains(int row) {
    return (bits[row >>> 6] & 1L << row) != 0;
  }

  /** Returns the last wanted row, -1 if there is none. */
  int last() {
    int word = bits.length - 1;
    while (word >= 0 && bits[word] == 0) {
      word--;
    }
    return word < 0 ? -1 : word * 64 + 63 - Long.numberOfLeadingZeros(bits[word]);
  }

  /** Returns the first wanted row at or after one, -1 if there is none. */
  int next(int from) {
    int word = from >>> 6;
    if (word >= bits.length) {
      return -1;
    }
    long rest = bits[word] & -1L << from;
    while (rest == 0) {
      if (++word == bits.length) {
        return -1;
      }
      rest = bits[word];
    }
    return word * 64 + Long.numberOfTrailingZeros(rest);
  }
}
