package io.varve.simd;

import io.varve.column.Int128;

/**
 * The inner loops of the engine over primitive arrays. All implementations give the same answers,
 * bit for bit. Thread-safe: they hold no state.
 *
 * <p>Bitmaps have one bit for each row, lowest first; bits past the last row are zero. Of a bitmap
 * that is written, words behind the last row may be cleared or left as they are.
 */
public interface Kernels extends BitmapKernels, GroupKernels, KeyKernels {

  /** The most values of one call: sums of parts of values then fit into 64 bits. */
  int MAX_COUNT = 1 << 30;

  /** The most values that are looked for at once. */
  int MAX_WANTED = 16;

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
  default LongSummary summarize(long[] values, int from, int count) {
    LongTotals totals = new LongTotals();
    summarize(values, from, count, totals);
    return totals.toSummary();
  }

  /**
   * Finds the same without making an object.
   *
   * @param totals gets them in the place of what it has
   */
  void summarize(long[] values, int from, int count, LongTotals totals);

  /**
   * Sets the bit of each row whose value lies from {@code first} to {@code last}, both included,
   * and clears all others.
   *
   * @param first not above {@code last}
   */
  void selectRange(long[] values, int count, long first, long last, long[] bitmap);

  /**
   * Does the same for floating-point numbers; a NaN lies nowhere, and zeros are equal.
   *
   * @param first not above {@code last}, no NaN
   * @param last no NaN
   */
  void selectRange(double[] values, int count, double first, double last, long[] bitmap);

  /** Does the same for integers of 32 bits, such as codes. */
  void selectRange(int[] values, int count, int first, int last, long[] bitmap);

  /** Does the same for integers of 128 bits, in two halves. */
  void selectRange(long[] high, long[] low, int count, Int128 first, Int128 last, long[] bitmap);

  /**
   * Does the same for packed values, taken as unsigned numbers, without a base.
   *
   * @param first 0 to {@code last}
   * @param last at most the greatest number of {@code width} bits
   */
  void selectRangePacked(long[] words, int width, int count, long first, long last, long[] bitmap);

  /**
   * Sets the bit of each row that has one of some values, and clears all others.
   *
   * @param wanted in any order, at most {@link #MAX_WANTED}
   */
  void selectIn(long[] values, int count, long[] wanted, long[] bitmap);

  /**
   * Does the same for floating-point numbers; zeros are equal.
   *
   * @param wanted in any order, no NaN, at most {@link #MAX_WANTED}
   */
  void selectIn(double[] values, int count, double[] wanted, long[] bitmap);

  /** Does the same for integers of 128 bits, in two halves. */
  void selectIn(long[] high, long[] low, int count, Int128[] wanted, long[] bitmap);

  /**
   * Sets the bit of each row whose code has an odd number in a table, and clears all others.
   *
   * @param codes indexes of the table
   */
  void selectByTable(int[] codes, int count, byte[] table, long[] bitmap);

  /**
   * Does the same for packed values, taken as unsigned numbers, without a base.
   *
   * @param wanted numbers of at most {@code width} bits, at most {@link #MAX_WANTED}
   */
  void selectInPacked(long[] words, int width, int count, long[] wanted, long[] bitmap);

  /**
   * Returns whether one of the packed values is greater than a number.
   *
   * @param width bits of a value, 1 to 32
   */
  boolean exceeds(long[] words, int width, int count, int greatest);

  /** Returns the exact sum of the values whose bit is set. */
  Int128 sumSelected(long[] values, int count, long[] bitmap);

  /**
   * Finds least and greatest value and exact sum of the values whose bit is set.
   *
   * @param totals gets them in the place of what it has
   */
  void summarizeSelected(long[] values, int count, long[] bitmap, LongTotals totals);

  /**
   * Returns the exact sum of the packed values that are selected, as {@link #sumPacked}.
   *
   * @param rows of {@code count} rows
   */
  Int128 sumSelectedPacked(long[] words, int width, int count, SelectedRows rows);

  /**
   * Multiplies whole numbers, as doubles, by one number and the product by another.
   *
   * @param values below 2<sup>51</sup> in size; what others become means nothing
   * @param out gets {@code count} doubles from index 0
   */
  void multiply(long[] values, double first, double second, double[] out, int count);

  /**
   * Turns differences to the value before into values, in place; sums wrap around at 64 bits.
   *
   * @param values {@code count} differences, of which the first is not used
   * @param first the first value
   * @param count at least 1
   */
  void addUp(long[] values, long first, int count);

  /** Sets the bit of each row whose value compares so to {@code operand} and clears all others. */
  default void compare(
      long[] values, int count, Comparison comparison, long operand, long[] bitmap) {
    switch (comparison) {
      case EQUAL, NOT_EQUAL -> selectRange(values, count, operand, operand, bitmap);
      case LESS, GREATER_OR_EQUAL -> selectRange(values, count, operand, Long.MAX_VALUE, bitmap);
      case GREATER, LESS_OR_EQUAL -> selectRange(values, count, Long.MIN_VALUE, operand, bitmap);
    }
    boolean negated =
        switch (comparison) {
          case EQUAL, GREATER_OR_EQUAL, LESS_OR_EQUAL -> false;
          case NOT_EQUAL, LESS, GREATER -> true;
        };
    if (negated) {
      LaneBits.invert(bitmap, count);
    }
  }

  /** Returns the kernels chosen for this process. */
  static Kernels chosen() {
    return KernelChoice.CHOSEN.kernels();
  }
}
