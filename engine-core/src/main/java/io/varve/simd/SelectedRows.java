package io.varve.simd;

import java.util.Arrays;

/**
 * A bitmap by rows as kernels want it: counted, and turned into bits by lanes when first asked for.
 * Columns of a block are asked about the same rows one after the other, so this is kept until other
 * rows are set. Confined to one thread.
 */
public final class SelectedRows {

  private final long[] bitmap = new long[LaneBits.MAX_ROWS / Long.SIZE];
  private final long[] lanes = new long[Lanes.COUNT];
  private int count;
  private int selected;
  private boolean hasLanes = true;

  /** Creates the selection of none of no rows. */
  public SelectedRows() {}

  /**
   * Selects the rows whose bits are set.
   *
   * @param bits copied; none is set beyond {@code rowCount}, as of all bitmaps
   * @param rowCount at most 1,024
   */
  public void set(long[] bits, int rowCount) {
    int words = (rowCount + 63) >>> 6;
    if (rowCount == count && Arrays.equals(bits, 0, words, bitmap, 0, words)) {
      return;
    }
    System.arraycopy(bits, 0, bitmap, 0, words);
    Arrays.fill(bitmap, words, bitmap.length, 0);
    count = rowCount;
    selected = LaneBits.cardinality(bitmap, rowCount);
    hasLanes = false;
  }

  /** Returns how many rows are selected. */
  public int selected() {
    return selected;
  }

  /** Returns the bitmap by rows; not to be changed. */
  long[] bitmap() {
    return bitmap;
  }

  /** Returns the bits by lanes; not to be changed. */
  long[] lanes() {
    if (!hasLanes) {
      LaneBits.ofRows(bitmap, count, lanes);
      hasLanes = true;
    }
    return lanes;
  }

  /** Returns whether it is cheaper to visit the selected rows one by one. */
  boolean isSparse() {
    return LaneBits.isSparse(selected, count);
  }
}
