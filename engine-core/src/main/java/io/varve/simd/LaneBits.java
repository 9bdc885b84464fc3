package io.varve.simd;

import java.util.Arrays;

/**
 * Bits that belong to the values of {@link Lanes}: bit {@code g} of word {@code l} is that of value
 * {@code 16 * g + l}. A loop over lanes can set or use them with shifts alone, without turning
 * masks of vectors into numbers; a few hundred plain instructions turn them into a bitmap by rows.
 */
final class LaneBits {

  /** As many rows as sixteen words have bits. */
  static final int MAX_ROWS = 64 * Lanes.COUNT;

  /** Where the bits of a group come in; those before it then move down by one. */
  static final long TOP = Long.MIN_VALUE;

  /** The even columns of 1, 2, 4 and 8 bits of sixteen. */
  private static final long[] COLUMNS = {
    0x5555_5555_5555_5555L, 0x3333_3333_3333_3333L, 0x0f0f_0f0f_0f0f_0f0fL, 0x00ff_00ff_00ff_00ffL
  };

  private LaneBits() {}

  /** Returns how many groups of sixteen hold {@code count} values. */
  static int groups(int count) {
    return (count + Lanes.COUNT - 1) / Lanes.COUNT;
  }

  /** Transposes, in each of the four columns of sixteen bits, sixteen words as a square. */
  private static void transpose(long[] square) {
    for (int step = 0, size = 1; step < COLUMNS.length; step++, size <<= 1) {
      long even = COLUMNS[step];
      for (int i = 0; i < Lanes.COUNT; i++) {
        if ((i & size) == 0) {
          long one = square[i];
          long other = square[i + size];
          square[i] = (one & even) | ((other & even) << size);
          square[i + size] = ((one >>> size) & even) | (other & ~even);
        }
      }
    }
  }

  /** Writes a bitmap by rows; the bits by lanes are lost. */
  static void toRows(long[] lanes, long[] bitmap) {
    transpose(lanes);
    int words = Math.min(Lanes.COUNT, bitmap.length);
    for (int word = 0; word < words; word++) {
      int column = (word >>> 2) * Lanes.COUNT;
      int row = (word & 3) * 4;
      bitmap[word] =
          (lanes[row] >>> column & 0xffff)
              | (lanes[row + 1] >>> column & 0xffff) << 16
              | (lanes[row + 2] >>> column & 0xffff) << 32
              | (lanes[row + 3] >>> column & 0xffff) << 48;
    }
  }

  /**
   * Writes a bitmap by rows of bits that came in at the {@link #TOP}: the last group's are there.
   *
   * @param groups how many came in, at most 64
   */
  static void toRows(long[] lanes, int groups, long[] bitmap) {
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      lanes[lane] >>>= Long.SIZE - groups;
    }
    toRows(lanes, bitmap);
  }

  /** Returns the bits by lanes of a bitmap by rows, of which the first {@code count} bits count. */
  static long[] ofRows(long[] bitmap, int count) {
    long[] lanes = new long[Lanes.COUNT];
    ofRows(bitmap, count, lanes);
    return lanes;
  }

  /** Writes the bits by lanes of a bitmap by rows to sixteen words, whatever these had. */
  static void ofRows(long[] bitmap, int count, long[] lanes) {
    Arrays.fill(lanes, 0);
    int words = (count + 63) >>> 6;
    for (int word = 0; word < words; word++) {
      int column = (word >>> 2) * Lanes.COUNT;
      int row = (word & 3) * 4;
      long bits = bitmap[word];
      for (int i = 0; i < 4; i++) {
        lanes[row + i] |= ((bits >>> (16 * i)) & 0xffff) << column;
      }
    }
    transpose(lanes);
  }

  /** Returns whether it is cheaper to visit some selected rows one by one. */
  static boolean isSparse(int selected, int count) {
    return selected < count >>> 4;
  }

  /** Inverts the bits of the first rows and clears the others of their last word. */
  static void invert(long[] bitmap, int count) {
    int words = (count + 63) >>> 6;
    for (int word = 0; word < words; word++) {
      bitmap[word] = ~bitmap[word];
    }
    if ((count & 63) != 0) {
      bitmap[words - 1] &= (1L << count) - 1;
    }
  }

  /** Returns the number of bits set for the first rows. */
  static int cardinality(long[] bitmap, int count) {
    int sum = 0;
    for (int word = 0; word < (count + 63) >>> 6; word++) {
      sum += Long.bitCount(bitmap[word]);
    }
    return sum;
  }
}
