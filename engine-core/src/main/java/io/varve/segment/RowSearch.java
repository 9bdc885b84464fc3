package io.varve.segment;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the rows that have a value, in the blocks that may hold it. Confined to one search. */
final class RowSearch {

  private long[] rows = new long[1];
  private int count;

  private RowSearch() {}

  static long[] ofBytes(SegmentReader reader, int fieldId, byte[] value) throws IOException {
    RowSearch search = new RowSearch();
    long[] bits = new long[BlockSource.MAX_BLOCK_ROWS / 64];
    long[] blocks = reader.blocksThatMayHold(fieldId, value);
    for (int block = next(reader, blocks, 0); block >= 0; block = next(reader, blocks, block + 1)) {
      reader.find(block, fieldId, value, bits);
      search.addBits(bits, firstRow(block));
    }
    return Arrays.copyOf(search.rows, search.count);
  }

  static long[] ofLong(SegmentReader reader, int fieldId, long value) throws IOException {
    RowSearch search = new RowSearch();
    long[] blocks = reader.blocksThatMayHold(fieldId, value);
    for (int block = next(reader, blocks, 0); block >= 0; block = next(reader, blocks, block + 1)) {
      search.addLongs((LongColumn) reader.read(block, fieldId), value, firstRow(block));
    }
    return Arrays.copyOf(search.rows, search.count);
  }

  private static long firstRow(int block) {
    return (long) block * BlockSource.MAX_BLOCK_ROWS;
  }

  /** Returns the first block at or after one that may hold the value, -1 if there is none. */
  private static int next(SegmentReader reader, long @Nullable [] blocks, int from) {
    int block = from;
    while (block < reader.blockCount()) {
      if (blocks == null || (blocks[block >>> 6] & 1L << block) != 0) {
        return block;
      }
      long rest = blocks[block >>> 6] >>> block;
      block = rest == 0 ? (block | 63) + 1 : block + Long.numberOfTrailingZeros(rest);
    }
    return -1;
  }

  private void addBits(long[] bits, long firstRow) {
    for (int word = 0; word < bits.length; word++) {
      for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
        add(firstRow + word * 64L + Long.numberOfTrailingZeros(rest));
      }
    }
  }

  private void addLongs(LongColumn column, long value, long firstRow) {
    for (int row = 0; row < column.size(); row++) {
      if (column.get(row) == value && !column.isNull(row)) {
        add(firstRow + row);
      }
    }
  }

  private void add(long row) {
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, count * 2);
    }
    rows[count++] = row;
  }
}
