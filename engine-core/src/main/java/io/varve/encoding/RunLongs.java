package io.varve.encoding;

import io.varve.column.BlockSource;
import io.varve.column.EncodedLongs;
import io.varve.column.Int128;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;
import io.varve.simd.LongSummary;
import java.util.Arrays;

/**
 * Integers in runs of equal ones, over the bytes of their block. What is asked of all values is
 * asked of each run once.
 */
final class RunLongs implements EncodedLongs {

  /** All but one row in so many have one value: they have mostly one. */
  private static final int OTHERS = 8;

  private static final long LOWER = 0xffff_ffffL;

  private final LongDecoder decoder;
  private final Runs runs;
  private final byte[] bytes;
  private final int start;
  private final int length;
  private final int count;

  private RunLongs(LongDecoder decoder, BytesReader in, int count) throws CorruptFileException {
    this.decoder = decoder;
    this.runs = decoder.runs();
    this.bytes = in.array();
    this.start = in.position();
    this.count = count;
    decoder.readRuns(in, count);
    this.length = in.position() - start;
    runs.owner = this;
  }

  /**
   * Takes values from a block; the runs are checked now.
   *
   * @throws CorruptFileException if they are not as many rows, each run at least one
   */
  static RunLongs read(LongDecoder decoder, BytesReader in, int count) throws CorruptFileException {
    return new RunLongs(decoder, in, count);
  }

  /** Makes sure that the shared memory has the runs of this block. */
  private void load() {
    if (runs.owner == this) {
      return;
    }
    try {
      decoder.readRuns(new BytesReader("", 0, bytes, start, length), count);
    } catch (CorruptFileException changed) {
      throw new IllegalStateException("the bytes of a block changed while it was read", changed);
    }
    runs.owner = this;
  }

  @Override
  public void decode(long[] out) {
    load();
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      Arrays.fill(out, from, to, runs.values[run]);
      from = to;
    }
  }

  @Override
  public void decodeInts(int[] out) {
    load();
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      Arrays.fill(out, from, to, (int) runs.values[run]);
      from = to;
    }
  }

  @Override
  public void gather(int[] rows, int rowCount, long[] out) {
    load();
    int run = 0;
    for (int n = 0; n < rowCount; n++) {
      while (runs.ends[run] <= rows[n]) {
        run++;
      }
      out[n] = runs.values[run];
    }
  }

  @Override
  public Int128 sum() {
    load();
    long upper = 0;
    long lower = 0;
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      upper += (runs.values[run] >> 32) * (to - from);
      lower += (runs.values[run] & LOWER) * (to - from);
      from = to;
    }
    return LongSummary.join(upper, lower);
  }

  @Override
  public Int128 sumSelected(long[] bits) {
    load();
    long upper = 0;
    long lower = 0;
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      int selected = countBits(bits, from, to);
      upper += (runs.values[run] >> 32) * selected;
      lower += (runs.values[run] & LOWER) * selected;
      from = to;
    }
    return LongSummary.join(upper, lower);
  }

  /** Returns how many bits are set of those from one that is there up to another. */
  private static int countBits(long[] bits, int from, int to) {
    int first = from >>> 6;
    int last = (to - 1) >>> 6;
    long low = -1L << from;
    long high = -1L >>> -to;
    if (first == last) {
      return Long.bitCount(bits[first] & low & high);
    }
    int sum = Long.bitCount(bits[first] & low) + Long.bitCount(bits[last] & high);
    for (int word = first + 1; word < last; word++) {
      sum += Long.bitCount(bits[word]);
    }
    return sum;
  }

  @Override
  public void selectRange(long first, long last, long[] bits) {
    load();
    Arrays.fill(bits, 0, (count + 63) >>> 6, 0);
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      long value = runs.values[run];
      if (value >= first && value <= last) {
        setBits(bits, from, to);
      }
      from = to;
    }
  }

  @Override
  public void selectIn(long[] wanted, long[] bits) {
    load();
    Arrays.fill(bits, 0, (count + 63) >>> 6, 0);
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      if (Arrays.binarySearch(wanted, runs.values[run]) >= 0) {
        setBits(bits, from, to);
      }
      from = to;
    }
  }

  private static void setBits(long[] bits, int from, int to) {
    int first = from >>> 6;
    int last = (to - 1) >>> 6;
    long low = -1L << from;
    long high = -1L >>> -to;
    if (first == last) {
      bits[first] |= low & high;
    } else {
      bits[first] |= low;
      Arrays.fill(bits, first + 1, last, -1L);
      bits[last] |= high;
    }
  }

  @Override
  public boolean isMostlyOne() {
    load();
    long most = runs.values[longest()];
    int rows = 0;
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      rows += runs.values[run] == most ? to - from : 0;
      from = to;
    }
    return rows >= count - count / OTHERS;
  }

  /** Returns the run of the most rows. */
  private int longest() {
    int longest = 0;
    int most = 0;
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      if (to - from > most) {
        most = to - from;
        longest = run;
      }
      from = to;
    }
    return longest;
  }

  @Override
  public long mostly(long[] others) {
    if (!isMostlyOne()) {
      throw new IllegalStateException("the values have no one in common");
    }
    long most = runs.values[longest()];
    Arrays.fill(others, 0, (count + 63) >>> 6, 0);
    for (int run = 0, from = 0; run < runs.count; run++) {
      int to = runs.ends[run];
      if (runs.values[run] != most) {
        setBits(others, from, to);
      }
      from = to;
    }
    return most;
  }

  /** Returns whether all values lie from 0 to below a limit. */
  boolean areIndexes(int limit) {
    load();
    for (int run = 0; run < runs.count; run++) {
      if (runs.values[run] < 0 || runs.values[run] >= limit) {
        return false;
      }
    }
    return true;
  }

  /** Memory for the runs of one block at a time. Confined. */
  static final class Runs {

    /** The row after the last of each run. */
    final char[] ends = new char[BlockSource.MAX_BLOCK_ROWS];

    final long[] values = new long[BlockSource.MAX_BLOCK_ROWS];
    int count;
    private Object owner = this;

    /** Takes the memory from whoever has it. */
    void take() {
      owner = this;
    }
  }
}
