package io.varve.column;

/**
 * Integers as a block stores them, which can be asked much without being decoded. Valid as long as
 * the column that has them. Confined to one thread.
 */
public interface EncodedLongs {

  /** The most values that are looked for at once. */
  int MAX_WANTED = 16;

  /** Writes all values to an array from index 0 on. */
  void decode(long[] out);

  /** Writes all values, which must be small enough, to an array from index 0 on. */
  void decodeInts(int[] out);

  /**
   * Writes the values of some rows to an array from index 0 on, without looking at the others.
   *
   * @param rows ascending
   */
  void gather(int[] rows, int count, long[] out);

  /** Returns the exact sum of all values. */
  Int128 sum();

  /** Returns the exact sum of the values whose bit is set, lowest bit first. */
  Int128 sumSelected(long[] bits);

  /**
   * Sets the bits of the rows whose value lies from {@code first} to {@code last}, both included,
   * and clears all others of as many words as there are rows for.
   */
  void selectRange(long first, long last, long[] bits);

  /**
   * Sets the bits of the rows that have one of some values and clears all others of as many words
   * as there are rows for.
   *
   * @param wanted ascending; at most {@value #MAX_WANTED}
   */
  void selectIn(long[] wanted, long[] bits);

  /** Returns whether all but a few rows are known to have one value. */
  default boolean isMostlyOne() {
    return false;
  }

  /**
   * Returns the value that most rows have.
   *
   * @param others gets the bits of the rows that may have another, and of no other
   * @throws IllegalStateException unless {@link #isMostlyOne}
   */
  default long mostly(long[] others) {
    throw new IllegalStateException("the values have no one in common");
  }
}
