package io.varve.encoding;

import io.varve.column.EncodedLongs;
import io.varve.column.Int128;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;
import io.varve.simd.Kernels;
import io.varve.simd.Lanes;
import io.varve.simd.LongSummary;
import io.varve.simd.SelectedRows;
import java.util.Arrays;

/**
 * Bit-packed integers over the bytes of their block. The words are copied out when first needed,
 * into memory that blocks share: whoever copied last owns it.
 */
final class PackedLongs implements EncodedLongs {

  /** As many values are taken one by one unless the words were copied before. */
  private static final int FEW = 32;

  private static final long LOWER = 0xffff_ffffL;

  private final Kernels kernels;
  private final Words words;
  private final byte[] bytes;
  private final int start;
  private final long base;
  private final int width;
  private final int count;

  private PackedLongs(Kernels kernels, Words words, BytesReader in, long base, int width, int count)
      throws CorruptFileException {
    this.kernels = kernels;
    this.words = words;
    this.bytes = in.array();
    this.base = base;
    this.width = width;
    this.count = count;
    this.start = in.advance(Lanes.words(count, width) * Long.BYTES);
  }

  /** Returns whether no value wraps around when the base is added to it. */
  static boolean suits(long base, int width) {
    return width < Long.SIZE - 1 && base <= Long.MAX_VALUE - Lanes.mask(width);
  }

  /** Takes the words of {@code count} values from a block; base and width must suit. */
  static PackedLongs read(
      Kernels kernels, Words words, BytesReader in, long base, int width, int count)
      throws CorruptFileException {
    return new PackedLongs(kernels, words, in, base, width, count);
  }

  private long[] words() {
    if (words.owner != this) {
      BytesReader.copyLongs(bytes, start, words.array, Lanes.words(count, width));
      words.owner = this;
    }
    return words.array;
  }

  @Override
  public void decode(long[] out) {
    kernels.unpack(words(), width, base, out, count);
  }

  @Override
  public void decodeInts(int[] out) {
    kernels.unpackInts(words(), width, (int) base, out, count);
  }

  @Override
  public void gather(int[] rows, int rowCount, long[] out) {
    long mask = Lanes.mask(width);
    for (int n = 0; n < rowCount; n++) {
      out[n] = base + LongDecoder.packedAt(bytes, start, width, mask, rows[n]);
    }
  }

  @Override
  public Int128 sum() {
    return based(kernels.sumPacked(words(), width, count), count);
  }

  @Override
  public Int128 sumSelected(long[] bits) {
    SelectedRows rows = words.selectedRows;
    rows.set(bits, count);
    int selected = rows.selected();
    if (selected <= FEW && words.owner != this) {
      return based(sumFew(bits), selected);
    }
    return based(kernels.sumSelectedPacked(words(), width, count, rows), selected);
  }

  /** Sums a few values, each taken from the bytes alone: to copy all words would cost more. */
  private Int128 sumFew(long[] bits) {
    long mask = Lanes.mask(width);
    long upper = 0;
    long lower = 0;
    for (int word = 0; word < (count + 63) >>> 6; word++) {
      for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
        int row = (word << 6) + Long.numberOfTrailingZeros(rest);
        long value = LongDecoder.packedAt(bytes, start, width, mask, row);
        upper += value >>> 32;
        lower += value & LOWER;
      }
    }
    return LongSummary.join(upper, lower);
  }

  /** Adds the base as often as there are values. */
  private Int128 based(Int128 sum, int values) {
    return times(base, values).plus(sum);
  }

  /** Returns a number times another. */
  static Int128 times(long value, int times) {
    return new Int128(Math.multiplyHigh(value, times), value * times);
  }

  /** Returns one value. */
  long value(int row) {
    return base + Lanes.get(words(), width, row);
  }

  @Override
  public void selectRange(long first, long last, long[] bits) {
    long greatest = base + Lanes.mask(width);
    if (last < base || first > greatest || first > last) {
      Arrays.fill(bits, 0, (count + 63) >>> 6, 0);
      return;
    }
    long from = Math.max(first, base) - base;
    long to = Math.min(last, greatest) - base;
    kernels.selectRangePacked(words(), width, count, from, to, bits);
  }

  @Override
  public void selectIn(long[] wanted, long[] bits) {
    long greatest = base + Lanes.mask(width);
    int from = 0;
    int to = wanted.length;
    while (from < to && wanted[from] < base) {
      from++;
    }
    while (to > from && wanted[to - 1] > greatest) {
      to--;
    }
    if (from == to) {
      Arrays.fill(bits, 0, (count + 63) >>> 6, 0);
      return;
    }
    long[] differences = new long[to - from];
    for (int i = from; i < to; i++) {
      differences[i - from] = wanted[i] - base;
    }
    kernels.selectInPacked(words(), width, count, differences, bits);
  }

  /** Returns whether a value is greater than a number that is not below the base. */
  boolean exceeds(int greatest) {
    return kernels.exceeds(words(), width, count, greatest - (int) base);
  }

  /** Memory for the words of one block at a time, and for the rows that sums are asked of. */
  static final class Words {

    private final long[] array;
    private final SelectedRows selectedRows = new SelectedRows();
    private Object owner = this;

    Words(int length) {
      this.array = new long[length];
    }

    /** Returns the memory, taken from whoever has it. */
    long[] take() {
      owner = this;
      return array;
    }
  }
}
