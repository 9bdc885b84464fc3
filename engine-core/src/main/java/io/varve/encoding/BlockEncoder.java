package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.NullMask;
import io.varve.column.PairColumn;
import io.varve.io.BytesWriter;
import java.util.Arrays;

/**
 * Writes rows of a column as one block, in the encoding that is smallest.
 *
 * <p>A block: encoding (1 byte), flags (1: bit 0 = there are nulls), rows (2), then, if there are
 * nulls, one bit for each row in words of 8 bytes, then the values as the encoding says. Confined.
 */
public final class BlockEncoder {

  static final int NULLS_FLAG = 1;

  private final LongEncoder longs = new LongEncoder();
  private final DoubleEncoder doubles = new DoubleEncoder(longs);
  private final BinaryEncoder binaries;
  private final boolean light;
  private final long[] nullWords = new long[BlockSource.MAX_BLOCK_ROWS / 64];
  private final long[] longValues = new long[BlockSource.MAX_BLOCK_ROWS];
  private final double[] doubleValues = new double[BlockSource.MAX_BLOCK_ROWS];

  /** Creates an encoder. */
  public BlockEncoder(BlockOptions options) {
    this(options, false);
  }

  private BlockEncoder(BlockOptions options, boolean light) {
    this.binaries = new BinaryEncoder(options, longs, light);
    this.light = light;
  }

  /**
   * Creates an encoder of blocks that are written while events come in: they are not searched for
   * what takes the fewest bytes, and codes of a dictionary get one in the block.
   */
  public static BlockEncoder light() {
    return new BlockEncoder(BlockOptions.LIGHT, true);
  }

  /**
   * Appends a block.
   *
   * @param rows 1 to 1,024
   */
  public void encode(Column column, int from, int rows, BytesWriter out) {
    if (rows < 1 || rows > BlockSource.MAX_BLOCK_ROWS) {
      throw new IllegalArgumentException("a block has 1 to 1024 rows, not " + rows);
    }
    int nulls = findNulls(column.nulls(), from, rows);
    int head = out.size();
    out.writeInt(0);
    Encoding encoding = Encoding.ALL_NULL;
    if (nulls < rows) {
      if (nulls > 0) {
        out.writeLongs(nullWords, (rows + 63) / 64);
      }
      encoding = encodeValues(column, from, rows, nulls, out);
    }
    int flags = nulls > 0 && nulls < rows ? NULLS_FLAG : 0;
    out.setInt(head, encoding.number() | flags << 8 | rows << 16);
  }

  private int findNulls(NullMask nulls, int from, int rows) {
    if (nulls.nullCount() == 0) {
      return 0;
    }
    Arrays.fill(nullWords, 0);
    int count = 0;
    for (int i = 0; i < rows; i++) {
      if (nulls.isNull(from + i)) {
        nullWords[i >>> 6] |= 1L << i;
        count++;
      }
    }
    return count;
  }

  private Encoding encodeValues(Column column, int from, int rows, int nulls, BytesWriter out) {
    if (column instanceof LongColumn values) {
      copyFilled(values.values(), from, rows, nulls);
      return light
          ? longs.encodeLight(longValues, rows, out)
          : longs.encode(longValues, rows, nulls == 0, out);
    }
    if (column instanceof DoubleColumn values) {
      System.arraycopy(values.values(), from, doubleValues, 0, rows);
      fillDoubles(rows, nulls);
      return doubles.encode(doubleValues, rows, out);
    }
    if (column instanceof PairColumn values) {
      copyFilled(values.high(), from, rows, nulls);
      longs.encodeNumbered(longValues, rows, out);
      copyFilled(values.low(), from, rows, nulls);
      longs.encodeNumbered(longValues, rows, out);
      return Encoding.PAIR;
    }
    if (column instanceof DictionaryColumn values) {
      if (light) {
        return binaries.encodeCoded(values, from, rows, out);
      }
      int[] codes = values.codes();
      for (int i = 0; i < rows; i++) {
        longValues[i] = codes[from + i];
      }
      fillLongs(rows, nulls);
      longs.encodeNumbered(longValues, rows, out);
      return Encoding.CODES;
    }
    return binaries.encode((BinaryColumn) column, from, rows, out);
  }

  private void copyFilled(long[] values, int from, int rows, int nulls) {
    System.arraycopy(values, from, longValues, 0, rows);
    fillLongs(rows, nulls);
  }

  /** Gives nulls a value that occurs, so that they need no more bits than the others. */
  private void fillLongs(int rows, int nulls) {
    if (nulls == 0) {
      return;
    }
    long filling = longValues[firstPresent()];
    for (int i = 0; i < rows; i++) {
      if (isNull(i)) {
        longValues[i] = filling;
      }
    }
  }

  private void fillDoubles(int rows, int nulls) {
    if (nulls == 0) {
      return;
    }
    double filling = doubleValues[firstPresent()];
    for (int i = 0; i < rows; i++) {
      if (isNull(i)) {
        doubleValues[i] = filling;
      }
    }
  }

  private int firstPresent() {
    int i = 0;
    while (isNull(i)) {
      i++;
    }
    return i;
  }

  private boolean isNull(int row) {
    return (nullWords[row >>> 6] & 1L << row) != 0;
  }
}
