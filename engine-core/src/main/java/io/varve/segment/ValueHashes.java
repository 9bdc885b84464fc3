package io.varve.segment;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.encoding.ValueHash;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of a column's values that are not null, and the blocks that these are in. Confined.
 */
final class ValueHashes {

  private final long[] hashes;
  private final char[] blocks;
  private final int blockCount;
  private int count;

  private ValueHashes(int rows) {
    hashes = new long[rows];
    blocks = new char[rows];
    blockCount = SegmentReader.blocks(rows);
  }

  /** Hashes all values; null if values of this storage have no hash. */
  static @Nullable ValueHashes of(Column column) {
    ValueHashes all = new ValueHashes(column.size());
    if (column instanceof LongColumn values) {
      all.addLongs(values);
    } else if (column instanceof BinaryColumn values) {
      all.addBinaries(values);
    } else {
      return null;
    }
    return all;
  }

  private void addLongs(LongColumn column) {
    long[] values = column.values();
    boolean nulls = column.nulls().nullCount() > 0;
    for (int row = 0; row < hashes.length; row++) {
      if (!nulls || !column.isNull(row)) {
        add(row, ValueHash.of(values[row]));
      }
    }
  }

  private void addBinaries(BinaryColumn column) {
    byte[] bytes = column.bytes();
    boolean nulls = column.nulls().nullCount() > 0;
    for (int row = 0; row < hashes.length; row++) {
      if (!nulls || !column.isNull(row)) {
        add(row, ValueHash.of(bytes, column.start(row), column.end(row)));
      }
    }
  }

  private void add(int row, long hash) {
    hashes[count] = hash;
    blocks[count++] = (char) (row / BlockSource.MAX_BLOCK_ROWS);
  }

  int count() {
    return count;
  }

  BloomFilter bloom() {
    return BloomFilter.of(hashes, count);
  }

  byte[] index() {
    return ValueIndex.write(hashes, blocks, count, blockCount);
  }
}
