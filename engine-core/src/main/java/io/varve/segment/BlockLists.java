package io.varve.segment;

import io.varve.column.BlockSource;
import io.varve.column.DictionaryColumn;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.Arrays;

/**
 * For each value of a column the blocks that hold it, so that a rare value costs its blocks only.
 * Immutable.
 *
 * <p>On disk, for each code: a number of blocks (2 bytes) and as many block numbers (2 each), or
 * zero and one bit for each block in words of 8 bytes, whichever is shorter; then the checksum.
 */
final class BlockLists {

  private final byte[] bytes;
  private final int[] starts;
  private final int blockCount;

  private BlockLists(byte[] bytes, int[] starts, int blockCount) {
    this.bytes = bytes;
    this.starts = starts;
    this.blockCount = blockCount;
  }

  /** Returns the bytes of the lists of a column of codes below {@code size}. */
  static byte[] write(DictionaryColumn column, int size) {
    int blockCount = (column.size() + BlockSource.MAX_BLOCK_ROWS - 1) / BlockSource.MAX_BLOCK_ROWS;
    int[] ends = new int[size + 1]; // first how many blocks a code has, then where its list ends
    int[] lastBlock = new int[size];
    forEachOccurrence(column, lastBlock, (code, block) -> ends[code + 1]++);
    for (int code = 0; code < size; code++) {
      ends[code + 1] += ends[code];
    }
    char[] blocks = new char[ends[size]];
    int[] next = Arrays.copyOf(ends, size);
    forEachOccurrence(column, lastBlock, (code, block) -> blocks[next[code]++] = (char) block);
    BytesWriter out = new BytesWriter(blocks.length * 2 + size * 2);
    for (int code = 0; code < size; code++) {
      write(blocks, ends[code], ends[code + 1], blockCount, out);
    }
    return out.writeChecksum(0).toByteArray();
  }

  private static void forEachOccurrence(
      DictionaryColumn column, int[] lastBlock, Occurrence occurrence) {
    Arrays.fill(lastBlock, -1);
    int[] codes = column.codes();
    int rows = column.size();
    for (int row = 0; row < rows; row++) {
      int block = row / BlockSource.MAX_BLOCK_ROWS;
      int code = codes[row];
      if (lastBlock[code] != block && !column.isNull(row)) {
        lastBlock[code] = block;
        occurrence.accept(code, block);
      }
    }
  }

  private static void write(char[] blocks, int from, int to, int blockCount, BytesWriter out) {
    int count = to - from;
    int words = (blockCount + 63) / 64;
    if (count * 2 <= words * 8) {
      out.writeShort(count);
      for (int i = from; i < to; i++) {
        out.writeShort(blocks[i]);
      }
      return;
    }
    long[] bits = new long[words];
    for (int i = from; i < to; i++) {
      bits[blocks[i] >>> 6] |= 1L << blocks[i];
    }
    out.writeShort(0).writeLongs(bits, words);
  }

  /** Reads lists whose checksum has been checked. */
  static BlockLists read(BytesReader in, int size, int blockCount) throws CorruptFileException {
    int base = in.position();
    int[] starts = new int[size];
    for (int code = 0; code < size; code++) {
      starts[code] = in.position() - base;
      int count = in.readShort();
      for (int i = 0; i < count; i++) {
        if (in.readShort() >= blockCount) {
          throw in.corrupt("a block below " + blockCount, "a greater one");
        }
      }
      if (count == 0) {
        in.advance((blockCount + 63) / 64 * 8);
      }
    }
    in.expectEnd();
    byte[] bytes = Arrays.copyOfRange(in.array(), base, in.position());
    return new BlockLists(bytes, starts, blockCount);
  }

  /** Returns the bytes of heap that the lists take. */
  long heldBytes() {
    return bytes.length + starts.length * 4L;
  }

  /** Returns one bit for each block: whether the value occurs in it. */
  long[] blocksOf(int code) {
    long[] bits = new long[(blockCount + 63) / 64];
    BytesReader in = new BytesReader("", 0, bytes, starts[code], bytes.length - starts[code]);
    try {
      int count = in.readShort();
      if (count == 0) {
        in.readLongs(bits, bits.length);
      }
      for (int i = 0; i < count; i++) {
        int block = in.readShort();
        bits[block >>> 6] |= 1L << block;
      }
    } catch (CorruptFileException impossible) {
      throw new AssertionError("the lists were checked when they were read", impossible);
    }
    return bits;
  }

  /** Takes a code the first time that it is met in a block. */
  private interface Occurrence {

    void accept(int code, int block);
  }
}
