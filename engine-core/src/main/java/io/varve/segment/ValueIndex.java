package io.varve.segment;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import java.io.IOException;
import java.util.Arrays;

/**
 * From the hash of a value to the blocks that may hold it: for columns of so many different values
 * that a dictionary would not pay, such as ids. Immutable.
 *
 * <p>On disk: a head, then pages. The page of a hash is its upper half scaled to the number of
 * pages; in a page stand the lowest 16 bits of each hash, in order, and beside them the number of
 * the block, so that a lookup reads one page of about 2 KiB and one in some hundred finds a block
 * in vain.
 *
 * <pre>
 * head  number of pages (4), for each page its entries (4), checksum
 * page  lowest 16 bits of each hash (2 each, ascending as unsigned numbers),
 *       block numbers of w bits each, lowest first, in whole bytes; checksum
 * </pre>
 *
 * <p>{@code w} is as many bits as the greatest block number of the segment needs. Entries of equal
 * bits are ordered by block, and none comes twice.
 */
final class ValueIndex {

  /** How many entries a page has on average. */
  private static final int PAGE_ENTRIES = 512;

  private static final int FRAGMENT_MASK = 0xffff;

  private final SegmentFile file;
  private final long[] offsets; // where each page begins, then the end
  private final int[] counts;
  private final int blockCount;
  private byte[] page = new byte[0];

  private ValueIndex(SegmentFile file, long[] offsets, int[] counts, int blockCount) {
    this.file = file;
    this.offsets = offsets;
    this.counts = counts;
    this.blockCount = blockCount;
  }

  /**
   * Returns the bytes of the index of a column.
   *
   * @param hashes of the values that are not null, in the order of their rows
   * @param blocks the block of each of them
   */
  static byte[] write(long[] hashes, char[] blocks, int count, int blockCount) {
    int pages = Math.max(1, count / PAGE_ENTRIES);
    int[] ends = new int[pages + 1];
    for (int i = 0; i < count; i++) {
      ends[pageOf(hashes[i], pages) + 1]++;
    }
    for (int page = 0; page < pages; page++) {
      ends[page + 1] += ends[page];
    }
    int[] entries = entries(hashes, blocks, count, ends);
    BytesWriter head = new BytesWriter(pages * 4 + 8).writeInt(pages);
    BytesWriter body = new BytesWriter(count * 4 + pages * 8);
    for (int page = 0; page < pages; page++) {
      head.writeInt(writePage(entries, ends[page], ends[page + 1], width(blockCount), body));
    }
    head.writeChecksum(0).writeBytes(body.array(), 0, body.size());
    return head.toByteArray();
  }

  /**
   * Returns the hashes' fragments, each with its block below, page by page and in order: spread by
   * one half of the fragment, then by the other, then by page, each time keeping the order so far.
   *
   * @param ends where each page begins
   */
  private static int[] entries(long[] hashes, char[] blocks, int count, int[] ends) {
    int pages = ends.length - 1;
    long[] from = new long[count];
    long[] to = new long[count];
    for (int i = 0; i < count; i++) {
      long page = pageOf(hashes[i], pages);
      from[i] = page << 32 | (hashes[i] & FRAGMENT_MASK) << 16 | blocks[i];
    }
    spread(from, 16, to);
    spread(to, 24, from);
    int[] entries = new int[count];
    int[] next = Arrays.copyOf(ends, pages);
    for (long entry : from) {
      entries[next[(int) (entry >>> 32)]++] = (int) entry;
    }
    return entries;
  }

  /** Copies numbers in the order of the eight bits from one on. */
  private static void spread(long[] from, int bit, long[] to) {
    int[] next = new int[257];
    for (long entry : from) {
      next[((int) (entry >>> bit) & 0xff) + 1]++;
    }
    for (int digit = 0; digit < 256; digit++) {
      next[digit + 1] += next[digit];
    }
    for (long entry : from) {
      to[next[(int) (entry >>> bit) & 0xff]++] = entry;
    }
  }

  /** Appends a page and returns the number of its entries. */
  private static int writePage(int[] entries, int from, int to, int width, BytesWriter out) {
    int start = out.size();
    int kept = from;
    for (int i = from; i < to; i++) {
      if (i == from || entries[i] != entries[kept - 1]) {
        entries[kept++] = entries[i];
        out.writeShort(entries[i] >>> 16);
      }
    }
    long bits = 0;
    int filled = 0;
    for (int i = from; i < kept; i++) {
      bits |= (entries[i] & 0xffffL) << filled;
      for (filled += width; filled >= 8; filled -= 8, bits >>>= 8) {
        out.writeByte((int) bits);
      }
    }
    if (filled > 0) {
      out.writeByte((int) bits);
    }
    out.writeChecksum(start);
    return kept - from;
  }

  private static int pageOf(long hash, int pages) {
    return (int) (((hash >>> 32) * pages) >>> 32);
  }

  private static int width(int blockCount) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(blockCount - 1);
  }

  private static long pageBytes(int entries, int width) {
    return 2L * entries + ((long) entries * width + 7) / 8 + SegmentFormat.CHECKSUM_BYTES;
  }

  /** Reads the head of an index. */
  static ValueIndex open(SegmentFile file, ColumnEntry.Extent extent, int blockCount)
      throws IOException {
    long most = extent.length() / 8; // each page costs its entries' number and a checksum
    if (most < 1) {
      throw file.damaged(extent.offset(), "an index", extent.length() + " bytes");
    }
    BytesReader number =
        new BytesReader(file.name(), extent.offset(), file.read(extent.offset(), 4), 0, 4);
    int pages = number.readCount((int) Math.min(most, Integer.MAX_VALUE / 8));
    long headBytes = 4L + 4L * pages + SegmentFormat.CHECKSUM_BYTES;
    if (pages == 0 || headBytes > extent.length()) {
      throw number.corrupt("pages of " + extent.length() + " bytes", String.valueOf(pages));
    }
    BytesReader head = file.readChecked(new ColumnEntry.Extent(extent.offset(), headBytes));
    head.advance(4);
    long[] offsets = new long[pages + 1];
    int[] counts = new int[pages];
    offsets[0] = extent.offset() + headBytes;
    long end = extent.offset() + extent.length();
    for (int page = 0; page < pages; page++) {
      counts[page] = head.readCount(Integer.MAX_VALUE / 8);
      offsets[page + 1] = offsets[page] + pageBytes(counts[page], width(blockCount));
      if (offsets[page + 1] > end) {
        throw head.corrupt("pages before byte " + end, "up to " + offsets[page + 1]);
      }
    }
    if (offsets[pages] != end) {
      throw head.corrupt("pages up to byte " + end, "up to " + offsets[pages]);
    }
    return new ValueIndex(file, offsets, counts, blockCount);
  }

  /** Sets the bits of the blocks that may hold a value with this hash. */
  void addBlocks(long hash, long[] bits) throws IOException {
    int index = pageOf(hash, counts.length);
    BytesReader in = readPage(index);
    byte[] bytes = in.array();
    int start = in.position();
    int fragment = (int) hash & FRAGMENT_MASK;
    int count = counts[index];
    int lower = 0;
    for (int upper = count; lower < upper; ) {
      int middle = (lower + upper) >>> 1;
      if (fragmentAt(bytes, start, middle) < fragment) {
        lower = middle + 1;
      } else {
        upper = middle;
      }
    }
    for (int i = lower; i < count && fragmentAt(bytes, start, i) == fragment; i++) {
      int block = blockAt(bytes, start + 2 * count, i);
      if (block >= blockCount) {
        throw in.corrupt("a block below " + blockCount, String.valueOf(block));
      }
      bits[block >>> 6] |= 1L << block;
    }
  }

  private BytesReader readPage(int index) throws IOException {
    int length = Math.toIntExact(offsets[index + 1] - offsets[index]);
    if (page.length < length) {
      page = new byte[length];
    }
    file.read(offsets[index], page, length);
    return file.checked(page, 0, length, offsets[index]);
  }

  private static int fragmentAt(byte[] bytes, int start, int index) {
    int at = start + 2 * index;
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }

  private int blockAt(byte[] bytes, int start, int index) {
    int width = width(blockCount);
    long bit = (long) index * width;
    int at = start + (int) (bit >>> 3);
    int shift = (int) (bit & 7);
    int value = 0;
    for (int filled = 0; filled < shift + width; filled += 8) {
      value |= (bytes[at++] & 0xff) << filled;
    }
    return (value >>> shift) & ((1 << width) - 1);
  }

  /** Returns the bytes of heap that the head takes. */
  long heldBytes() {
    return offsets.length * 8L + counts.length * 4L;
  }

  /** Reads every page and checks that its entries are in order and name blocks that there are. */
  void verify() throws IOException {
    for (int index = 0; index < counts.length; index++) {
      BytesReader in = readPage(index);
      int start = in.position();
      long before = -1;
      for (int i = 0; i < counts[index]; i++) {
        int block = blockAt(in.array(), start + 2 * counts[index], i);
        long entry = (long) fragmentAt(in.array(), start, i) << 16 | block;
        if (block >= blockCount || entry <= before) {
          throw in.corrupt("entries in order, of blocks below " + blockCount, "others");
        }
        before = entry;
      }
    }
  }
}
