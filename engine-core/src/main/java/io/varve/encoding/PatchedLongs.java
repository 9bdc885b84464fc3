package io.varve.encoding;

import io.varve.column.EncodedLongs;
import io.varve.column.Int128;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;
import io.varve.simd.LongSummary;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bit-packed integers of which a few lack their upper bits, over the bytes of their block. What is
 * asked of all values is asked of the packed ones, and put right for the few.
 */
final class PatchedLongs implements EncodedLongs {

  private static final long LOWER = 0xffff_ffffL;

  private final @Nullable PackedLongs packed; // null if all lower bits are none
  private final LongDecoder decoder;
  private final Patches patches;
  private final byte[] bytes;
  private final int start;
  private final int length;
  private final long base;
  private final int width;
  private final int count;
  private final int patchCount;

  private PatchedLongs(LongDecoder decoder, BytesReader in, int count) throws CorruptFileException {
    this.decoder = decoder;
    this.patches = decoder.patches();
    this.count = count;
    this.base = in.readLong();
    this.width = in.readByte();
    this.patchCount = in.readShort();
    if (width >= Long.SIZE || patchCount < 1 || patchCount > count) {
      throw in.corrupt(
          "1 to " + count + " patches of below 64 bits", patchCount + " of " + width + " bits");
    }
    this.packed = width == 0 ? null : decoder.packed(in, base, width, count);
    this.bytes = in.array();
    this.start = in.position();
    decoder.readPatches(in, count, patchCount);
    this.length = in.position() - start;
    patches.owner = this;
  }

  /**
   * Takes values from a block; rows and upper parts of the patches are checked now.
   *
   * @throws CorruptFileException if they can't be
   */
  static PatchedLongs read(LongDecoder decoder, BytesReader in, int count)
      throws CorruptFileException {
    return new PatchedLongs(decoder, in, count);
  }

  /** Returns whether no value wraps around 64 bits, so that sums and ranges may be taken apart. */
  boolean isExact() {
    if (width >= Long.SIZE - 1 || (packed != null && !PackedLongs.suits(base, width))) {
      return false;
    }
    long greatestLower = width == 0 ? 0 : (1L << width) - 1;
    for (int i = 0; i < patchCount; i++) {
      long upper = patches.uppers[i];
      long added = upper << width;
      long least = base + added;
      boolean wraps =
          added >> width != upper
              || ((base ^ least) & (added ^ least)) < 0
              || least > Long.MAX_VALUE - greatestLower;
      if (wraps) {
        return false;
      }
    }
    return true;
  }

  /** Makes sure that the shared memory has the patches of this block. */
  private void load() {
    if (patches.owner == this) {
      return;
    }
    try {
      decoder.readPatches(new BytesReader("", 0, bytes, start, length), count, patchCount);
    } catch (CorruptFileException changed) {
      throw new IllegalStateException("the bytes of a block changed while it was read", changed);
    }
    patches.owner = this;
  }

  @Override
  public void decode(long[] out) {
    if (packed == null) {
      Arrays.fill(out, 0, count, base);
    } else {
      packed.decode(out);
    }
    load();
    for (int i = 0; i < patchCount; i++) {
      out[patches.rows[i]] += patches.uppers[i] << width;
    }
  }

  @Override
  public void decodeInts(int[] out) {
    if (packed == null) {
      Arrays.fill(out, 0, count, (int) base);
    } else {
      packed.decodeInts(out);
    }
    load();
    for (int i = 0; i < patchCount; i++) {
      out[patches.rows[i]] += (int) (patches.uppers[i] << width);
    }
  }

  @Override
  public void gather(int[] rows, int rowCount, long[] out) {
    if (packed == null) {
      Arrays.fill(out, 0, rowCount, base);
    } else {
      packed.gather(rows, rowCount, out);
    }
    load();
    int patch = 0;
    for (int n = 0; n < rowCount && patch < patchCount; n++) {
      while (patch < patchCount && patches.rows[patch] < rows[n]) {
        patch++;
      }
      if (patch < patchCount && patches.rows[patch] == rows[n]) {
        out[n] += patches.uppers[patch] << width;
      }
    }
  }

  @Override
  public Int128 sum() {
    Int128 all = packed == null ? PackedLongs.times(base, count) : packed.sum();
    load();
    long upper = 0;
    long lower = 0;
    for (int i = 0; i < patchCount; i++) {
      long added = patches.uppers[i] << width;
      upper += added >> 32;
      lower += added & LOWER;
    }
    return LongSummary.join(upper, lower).plus(all);
  }

  @Override
  public Int128 sumSelected(long[] bits) {
    Int128 all;
    if (packed == null) {
      int selected = 0;
      for (int word = 0; word < (count + 63) >>> 6; word++) {
        selected += Long.bitCount(bits[word]);
      }
      all = PackedLongs.times(base, selected);
    } else {
      all = packed.sumSelected(bits);
    }
    load();
    long upper = 0;
    long lower = 0;
    for (int i = 0; i < patchCount; i++) { // no branch: which rows are selected can't be guessed
      int row = patches.rows[i];
      long added = patches.uppers[i] << width & -(bits[row >>> 6] >>> row & 1);
      upper += added >> 32;
      lower += added & LOWER;
    }
    return LongSummary.join(upper, lower).plus(all);
  }

  @Override
  public void selectRange(long first, long last, long[] bits) {
    if (packed == null) {
      fill(bits, base >= first && base <= last);
    } else {
      packed.selectRange(first, last, bits);
    }
    load();
    for (int i = 0; i < patchCount; i++) {
      long value = patchedValue(i);
      set(bits, patches.rows[i], value >= first && value <= last);
    }
  }

  @Override
  public void selectIn(long[] wanted, long[] bits) {
    if (packed == null) {
      fill(bits, Arrays.binarySearch(wanted, base) >= 0);
    } else {
      packed.selectIn(wanted, bits);
    }
    load();
    for (int i = 0; i < patchCount; i++) {
      set(bits, patches.rows[i], Arrays.binarySearch(wanted, patchedValue(i)) >= 0);
    }
  }

  /** Returns the value that a patch puts right. */
  private long patchedValue(int patch) {
    long lower = packed == null ? base : packed.value(patches.rows[patch]);
    return lower + (patches.uppers[patch] << width);
  }

  private static void set(long[] bits, int row, boolean selected) {
    long bit = 1L << row;
    if (selected) {
      bits[row >>> 6] |= bit;
    } else {
      bits[row >>> 6] &= ~bit;
    }
  }

  /** Sets or clears the bits of all rows. */
  private void fill(long[] bits, boolean selected) {
    Arrays.fill(bits, 0, (count + 63) >>> 6, selected ? -1L : 0);
    if (selected && (count & 63) != 0) {
      bits[count >>> 6] = (1L << count) - 1;
    }
  }

  @Override
  public boolean isMostlyOne() {
    return packed == null;
  }

  @Override
  public long mostly(long[] others) {
    if (packed != null) {
      throw new IllegalStateException("the values have no one in common");
    }
    load();
    Arrays.fill(others, 0, (count + 63) >>> 6, 0);
    for (int i = 0; i < patchCount; i++) {
      int row = patches.rows[i];
      others[row >>> 6] |= 1L << row;
    }
    return base;
  }

  /** Returns whether all values lie from 0 to below a limit. */
  boolean areIndexes(int limit) {
    long greatestLower = width == 0 ? 0 : (1L << width) - 1;
    if (base < 0 || base >= limit || width >= Integer.SIZE) {
      return false;
    }
    if (packed != null && base + greatestLower >= limit && packed.exceeds(limit - 1)) {
      return false;
    }
    for (int i = 0; i < patchCount; i++) {
      long value = patchedValue(i);
      if (value < 0 || value >= limit) {
        return false;
      }
    }
    return true;
  }

  /** Memory for the patches of one block at a time. Confined. */
  static final class Patches {

    final char[] rows = new char[io.varve.column.BlockSource.MAX_BLOCK_ROWS];
    final long[] uppers = new long[io.varve.column.BlockSource.MAX_BLOCK_ROWS];
    private Object owner = this;

    /** Takes the memory from whoever has it. */
    void take() {
      owner = this;
    }
  }
}
