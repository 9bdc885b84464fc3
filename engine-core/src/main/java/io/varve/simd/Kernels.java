package io.varve.simd;

import io.varve.column.Int128;

/**
 * The inner loops of the engine over primitive arrays. All implementations give the same answers,
 * bit for bit. Thread-safe: they hold no state.
 *
 * <p>Bitmaps have one bit for each row, lowest first; bits past the last row are zero.
 */
public interface Kernels {

  /** The most values of one call: sums of parts of values then fit into 64 bits. */
  int MAX_COUNT = 1 << 30;

  /** Returns the name of the implementation, such as {@code scalar}. */
  String name();

  /**
   * Unpacks values in the layout of {@link Lanes} and adds a base to each.
   *
   * @param width bits of a value, 1 to 64
   * @param out gets {@code count} values from index 0
   */
  void unpack(long[] words, int width, long base, long[] out, int count);

  /**
   * Unpacks values of at most 32 bits and adds a base to each.
   *
   * @param width bits of a value, 1 to 32
   * @param out gets {@code count} values from index 0
   */
  void unpackInts(long[] words, int width, int base, int[] out, int count);

  /** Returns the exact sum of packed values, taken as unsigned numbers, without a base. */
  Int128 sumPacked(long[] words, int width, int count);

  /** Returns least and greatest value and exact sum of {@code count} values from an index on. */
  LongSummary summarize(long[] values, int from, int count);

  /** Sets the bit of each row whose value compares so to {@code operand} and clears all others. */
  void compare(long[] values, int count, Comparison comparison, long operand, long[] bitmap);

  /** Returns the exact sum of the values whose bit is set. */
  Int128 sumSelected(long[] values, int count, long[] bitmap);

  /** Returns the kernels chosen for this process. */
  static Kernels chosen() {
    return KernelChoice.CHOSEN.kernels();
  }
}
