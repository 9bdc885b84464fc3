package io.varve.simd;

/**
 * What is done with bitmaps of rows. A condition that is unknown for a null is kept as the rows
 * where it is true: its opposite is {@link #not}, then {@link #andNot} with the nulls.
 */
interface BitmapKernels {

  /** Keeps the bits that are set in another bitmap too, in as many words as are named. */
  void and(long[] other, int words, long[] bitmap);

  /** Sets the bits that are set in another bitmap, in as many words as are named. */
  void or(long[] other, int words, long[] bitmap);

  /** Clears the bits that are set in another bitmap, in as many words as are named. */
  void andNot(long[] other, int words, long[] bitmap);

  /** Inverts the bits of the first rows and clears the others of their last word. */
  void not(long[] bitmap, int count);
}
