package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.NullMask;
import io.varve.simd.Kernels;
import java.util.Arrays;
import java.util.Objects;

/** Which rows of a block are wanted: a bitmap of up to 1,024 rows and their number. Confined. */
public final class Selection {

  static final int WORDS = BlockSource.MAX_BLOCK_ROWS / 64;

  /** One row in so many, or fewer, are few. */
  private static final int FEW = 8;

  private static final Kernels KERNELS = Kernels.chosen();

  private final long[] words = new long[WORDS];
  private int rowCount;
  private int count;

  /** Creates the selection of no row of a block without rows. */
  public Selection() {}

  /** Selects every row of a block. */
  public void selectAll(int rows) {
    start(rows);
    setAll(words, rows);
    count = rows;
  }

  /** Selects no row of a block. */
  public void selectNone(int rows) {
    start(rows);
    Arrays.fill(words, 0);
    count = 0;
  }

  /** Selects the rows that another selection has. */
  void copyFrom(Selection other) {
    rowCount = other.rowCount;
    count = other.count;
    System.arraycopy(other.words, 0, words, 0, WORDS);
  }

  private void start(int rows) {
    Objects.checkIndex(rows, BlockSource.MAX_BLOCK_ROWS + 1);
    rowCount = rows;
  }

  /** Selects the rows whose bits are set; none is beyond {@code rows}. */
  void set(long[] bits, int rows) {
    start(rows);
    System.arraycopy(bits, 0, words, 0, WORDS);
    recount();
  }

  /** Drops the rows before {@code row}, such as those that a reader has already returned. */
  public void dropBefore(int row) {
    Objects.checkIndex(row, rowCount + 1);
    Arrays.fill(words, 0, row >>> 6, 0);
    if ((row & 63) != 0) {
      words[row >>> 6] &= -1L << row;
    }
    recount();
  }

  /** Drops the rows that another selection of the same block does not have. */
  public void retain(Selection other) {
    if (other.rowCount != rowCount) {
      throw new IllegalArgumentException(
          "selections of " + rowCount + " and " + other.rowCount + " rows");
    }
    KERNELS.and(other.words, WORDS, words);
    recount();
  }

  /** Drops the rows whose bits are set. */
  void dropAll(long[] bits) {
    KERNELS.andNot(bits, WORDS, words);
    recount();
  }

  private void recount() {
    int sum = 0;
    for (long word : words) {
      sum += Long.bitCount(word);
    }
    count = sum;
  }

  /** Returns the bitmap, lowest bit first; not to be changed. */
  long[] words() {
    return words;
  }

  /** Returns the number of rows of the block. */
  public int rowCount() {
    return rowCount;
  }

  /** Returns the number of selected rows. */
  public int count() {
    return count;
  }

  /** Returns whether every row of the block is selected. */
  public boolean isAll() {
    return count == rowCount;
  }

  /** Returns whether a row is selected. */
  public boolean contains(int row) {
    return (words[Objects.checkIndex(row, rowCount) >>> 6] & (1L << row)) != 0;
  }

  /**
   * Returns the bitmap of the selected rows that are not null, not to be changed.
   *
   * @param memory is overwritten if any is null
   */
  long[] wordsOfValues(NullMask nulls, long[] memory) {
    if (nulls.nullCount() == 0) {
      return words;
    }
    System.arraycopy(words, 0, memory, 0, WORDS);
    dropNulls(memory, nulls);
    return memory;
  }

  /** Returns whether to visit the selected rows costs less than to decode all. */
  boolean isFew() {
    return count() * FEW <= rowCount;
  }

  /** Returns how many of the selected rows are null. */
  int countNulls(NullMask nulls) {
    int sum = 0;
    for (int i = 0; i < (rowCount + 63) >>> 6; i++) {
      sum += Long.bitCount(words[i] & nulls.word(i));
    }
    return sum;
  }

  /** Returns the first selected row at or after {@code from}, -1 if there is none. */
  public int next(int from) {
    if (from >= rowCount) {
      return -1;
    }
    int index = from >>> 6;
    long word = words[index] & (-1L << from);
    while (word == 0) {
      if (++index == WORDS) {
        return -1;
      }
      word = words[index];
    }
    return (index << 6) + Long.numberOfTrailingZeros(word);
  }

  /** Writes the selected rows in order to an array with room for them and returns their number. */
  public int copyRowsTo(int[] target) {
    int filled = 0;
    for (int i = 0; i < WORDS; i++) {
      long word = words[i];
      while (word != 0) {
        target[filled++] = (i << 6) + Long.numberOfTrailingZeros(word);
        word &= word - 1;
      }
    }
    return filled;
  }

  /** Clears the bits of the rows that are null. */
  static void dropNulls(long[] bits, NullMask nulls) {
    if (nulls.nullCount() != 0) {
      KERNELS.andNot(nulls.words(), Math.min(WORDS, nulls.words().length), bits);
    }
  }

  /** Sets the bits of the first {@code rows} rows and clears the others. */
  static void setAll(long[] bits, int rows) {
    Arrays.fill(bits, 0, rows >>> 6, -1L);
    Arrays.fill(bits, rows >>> 6, WORDS, 0);
    if ((rows & 63) != 0) {
      bits[rows >>> 6] = (1L << rows) - 1;
    }
  }
}
