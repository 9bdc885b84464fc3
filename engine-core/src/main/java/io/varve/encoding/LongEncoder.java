package io.varve.encoding;

import io.varve.column.BlockSource;
import io.varve.io.BytesWriter;
import io.varve.simd.Kernels;
import io.varve.simd.Lanes;
import io.varve.simd.LongTotals;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes up to 1,024 integers in the smallest of their encodings. Confined. */
final class LongEncoder {

  /** How many transformations (deltas, multiples) may be put one upon the other. */
  static final int MAX_DEPTH = 3;

  /** Neither transformations nor patches. */
  static final int PLAIN = -1;

  /** Bytes before the words of {@link Encoding#PACKED}: base and width. */
  private static final int PACKED_HEAD_BYTES = 9;

  /** Bytes of {@link Encoding#MULTIPLES} before the quotients: base, divisor, their encoding. */
  private static final int MULTIPLES_HEAD_BYTES = 17;

  /** Delta encoding must save as much as one part in this many, as it costs more to decode. */
  private static final int DELTA_GAIN = 4;

  /** Of fewer values all are looked at. */
  private static final int MIN_SAMPLED = 256;

  /** How many neighbours are looked at before all are. */
  private static final int NEIGHBOURS = 64;

  /** More of them than one in this many far apart, and differences save nothing. */
  private static final int FAR_NEIGHBOURS = 3;

  /** Patches must save as much as one part in this many. */
  private static final int PATCH_GAIN = 16;

  /** Runs must save as much as one part in this many. */
  private static final int RUN_GAIN = 16;

  /** Runs must be as long on the average, or filling them in costs more than unpacking does. */
  private static final int MIN_RUN_ROWS = 16;

  /** Of the neighbours that are looked at, one in this many may differ if there are runs. */
  private static final int DIFFERENT_NEIGHBOURS = 8;

  /** Bytes of {@link Encoding#RUNS} before the ends and after them: their number, an encoding. */
  private static final int RUNS_HEAD_BYTES = 3;

  private final Kernels kernels = Kernels.chosen();
  private final long[] words = new long[BlockSource.MAX_BLOCK_ROWS];
  private final long[] patched = new long[BlockSource.MAX_BLOCK_ROWS];
  private final long[] uppers = new long[BlockSource.MAX_BLOCK_ROWS];
  private final char[] patchedRows = new char[BlockSource.MAX_BLOCK_ROWS];
  private final long[][] transformed = new long[MAX_DEPTH][BlockSource.MAX_BLOCK_ROWS];
  private final Patch patch = new Patch();
  private final LongTotals[] totals = new LongTotals[MAX_DEPTH - PLAIN + 1];
  private final LongTotals differences = new LongTotals();
  private long divisor;

  LongEncoder() {
    Arrays.setAll(totals, depth -> new LongTotals());
  }

  /**
   * Appends the values without saying how.
   *
   * @param count 1 to 1,024
   * @param ordered whether neighbours may be worth comparing
   * @return the encoding, which the caller writes down
   */
  Encoding encode(long[] values, int count, boolean ordered, BytesWriter out) {
    return encode(values, count, ordered ? MAX_DEPTH : 0, out);
  }

  /** Appends the values without a search: packed, or as one. */
  Encoding encodeLight(long[] values, int count, BytesWriter out) {
    return encode(values, count, PLAIN, out);
  }

  /** Appends the number of the encoding and the values, packed, or as one. */
  void encodeLightNumbered(long[] values, int count, BytesWriter out) {
    encodeNumbered(values, count, PLAIN, out);
  }

  /** Appends the number of the encoding and the values, without comparing neighbours. */
  void encodeNumbered(long[] values, int count, BytesWriter out) {
    encodeNumbered(values, count, 0, out);
  }

  /** Appends the number of the encoding and the values, of which neighbours may be alike. */
  void encodeOrdered(long[] values, int count, BytesWriter out) {
    encodeNumbered(values, count, MAX_DEPTH, out);
  }

  private void encodeNumbered(long[] values, int count, int depth, BytesWriter out) {
    int numberAt = out.size();
    out.writeByte(0);
    Encoding encoding = encode(values, count, depth, out);
    out.setByte(numberAt, encoding.number());
  }

  private Encoding encode(long[] values, int count, int depth, BytesWriter out) {
    LongTotals all = totals[depth + 1]; // what it goes on with has less depth
    kernels.summarize(values, 0, count, all);
    if (all.min() == all.max()) {
      out.writeLong(all.min());
      return Encoding.CONSTANT;
    }
    int width = Lanes.width(all.min(), all.max());
    int plainBytes = plainBytes(count, width);
    if (depth == PLAIN) {
      return encodePlain(values, all.min(), width, count, out);
    }
    patch.find(values, all, count, depth < MAX_DEPTH);
    int patchedBytes = patch.bytes;
    boolean patches = patchedBytes < plainBytes - plainBytes / PATCH_GAIN;
    int patchWidth = patch.width;
    long patchBase = patch.base;
    int bytes = patches ? patchedBytes : plainBytes;
    int runs = countRuns(values, count);
    int runBytes = RUNS_HEAD_BYTES + 2 * runs + plainBytes(runs, width);
    boolean inRuns = runs * MIN_RUN_ROWS <= count && runBytes < bytes - bytes / RUN_GAIN;
    if (depth > 0) {
      bytes = inRuns ? runBytes : bytes;
      Encoding better = tryTransform(values, all, count, depth, bytes, out);
      if (better != null) {
        return better;
      }
    }
    if (inRuns) {
      encodeRuns(values, runs, count, out);
      return Encoding.RUNS;
    }
    if (patches) {
      encodePatched(values, patchBase, patchWidth, count, out);
      return Encoding.PATCHED;
    }
    return encodePlain(values, all.min(), width, count, out);
  }

  /** Returns the number of runs of equal values, or of all values if neighbours mostly differ. */
  private static int countRuns(long[] values, int count) {
    int step = Math.max(1, count / NEIGHBOURS);
    int different = 0;
    for (int i = 1; i < count; i += step) {
      different += values[i] != values[i - 1] ? 1 : 0;
    }
    if (different * DIFFERENT_NEIGHBOURS * step > count) {
      return count;
    }
    int runs = 1;
    for (int i = 1; i < count; i++) {
      runs += values[i] != values[i - 1] ? 1 : 0;
    }
    return runs;
  }

  private @Nullable Encoding tryTransform(
      long[] values, LongTotals all, int count, int depth, int bytes, BytesWriter out) {
    long[] target = transformed[depth - 1];
    long step = values[1] - values[0];
    boolean sameSteps = values[count - 1] - values[count - 2] == step;
    for (int i = 1; sameSteps && i < count; i++) {
      sameSteps = values[i] - values[i - 1] == step;
    }
    if (!sameSteps && isMultiples(values, all, count, bytes)) {
      encodeMultiples(values, all.min(), divisor, count, depth, out);
      return Encoding.MULTIPLES;
    }
    if (!sameSteps && count >= MIN_SAMPLED && !mayBeNearer(values, all, count)) {
      return null;
    }
    target[0] = step; // of no meaning; so it is like the others
    for (int i = 1; i < count; i++) {
      target[i] = values[i] - values[i - 1]; // may wrap; decoding wraps back
    }
    LongTotals deltas = differences;
    kernels.summarize(target, 0, count, deltas);
    int deltaBytes = Long.BYTES;
    if (!sameSteps) {
      int plain = plainBytes(count, Lanes.width(deltas.min(), deltas.max()));
      patch.find(target, deltas, count, true);
      deltaBytes = Math.min(plain, patch.bytes);
    }
    if (9 + deltaBytes >= bytes - bytes / DELTA_GAIN) {
      return null;
    }
    out.writeLong(values[0]);
    encodeNumbered(target, count, depth - 1, out);
    return Encoding.DELTA;
  }

  /**
   * Returns whether neighbours, of a sample, are so much nearer to one another than the least value
   * to the greatest that their differences may be worth it.
   */
  private static boolean mayBeNearer(long[] values, LongTotals all, int count) {
    int width = Lanes.width(all.min(), all.max());
    int far = 0;
    int sampled = 0;
    int step = Math.max(1, count / NEIGHBOURS);
    for (int i = 1; i < count; i += step) {
      long delta = values[i] - values[i - 1];
      int bits = Long.SIZE - Long.numberOfLeadingZeros(delta ^ (delta >> 63));
      far += bits >= width - width / DELTA_GAIN ? 1 : 0;
      sampled++;
    }
    return far * FAR_NEIGHBOURS <= sampled;
  }

  /** Returns whether all differences to the least value have a divisor that is worth taking out. */
  private boolean isMultiples(long[] values, LongTotals all, int count, int bytes) {
    if (all.max() - all.min() < 0) { // more than 63 bits
      return false;
    }
    long common = 0;
    for (int i = 0; i < count; i++) {
      long difference = values[i] - all.min();
      if (common == 0 || difference % common != 0) {
        common = gcd(difference, common);
        if (common == 1) {
          return false;
        }
      }
    }
    divisor = common;
    int width = Lanes.width(0, (all.max() - all.min()) / common);
    return MULTIPLES_HEAD_BYTES + plainBytes(count, width) < bytes;
  }

  private static long gcd(long a, long b) {
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }

  private void encodeMultiples(
      long[] values, long base, long by, int count, int depth, BytesWriter out) {
    long[] target = transformed[depth - 1];
    for (int i = 0; i < count; i++) {
      target[i] = (values[i] - base) / by;
    }
    out.writeLong(base).writeLong(by);
    encodeNumbered(target, count, depth - 1, out);
  }

  private void encodePatched(long[] values, long base, int width, int count, BytesWriter out) {
    long mask = width == 0 ? 0 : Lanes.mask(width);
    int exceptions = 0;
    for (int i = 0; i < count; i++) {
      long difference = values[i] - base;
      patched[i] = difference & mask;
      if (patched[i] != difference) {
        patchedRows[exceptions] = (char) i;
        uppers[exceptions++] = difference >> width;
      }
    }
    out.writeLong(base).writeByte(width).writeShort(exceptions);
    if (width > 0) {
      Lanes.pack(patched, 0, width, count, words);
      out.writeLongs(words, Lanes.words(count, width));
    }
    for (int i = 0; i < exceptions; i++) {
      out.writeShort(patchedRows[i]);
    }
    encodeNumbered(uppers, exceptions, PLAIN, out);
  }

  private void encodeRuns(long[] values, int runs, int count, BytesWriter out) {
    out.writeShort(runs);
    int run = 0;
    for (int end = 1; end <= count; end++) {
      if (end == count || values[end] != values[end - 1]) {
        out.writeShort(end);
        uppers[run++] = values[end - 1];
      }
    }
    encodeNumbered(uppers, runs, PLAIN, out);
  }

  private Encoding encodePlain(long[] values, long base, int width, int count, BytesWriter out) {
    if (fixedBytes(count, width) < packedBytes(count, width)) {
      encodeFixed(values, base, bytesPerValue(width), count, out);
      return Encoding.FIXED;
    }
    Lanes.pack(values, base, width, count, words);
    out.writeLong(base).writeByte(width).writeLongs(words, Lanes.words(count, width));
    return Encoding.PACKED;
  }

  private static void encodeFixed(long[] values, long base, int size, int count, BytesWriter out) {
    out.writeLong(base).writeByte(size);
    for (int i = 0; i < count; i++) {
      long value = values[i] - base;
      switch (size) {
        case 1 -> out.writeByte((int) value);
        case 2 -> out.writeShort((int) value);
        case 4 -> out.writeInt((int) value);
        default -> out.writeLong(value);
      }
    }
  }

  private static int plainBytes(int count, int width) {
    return Math.min(fixedBytes(count, width), packedBytes(count, width));
  }

  private static int packedBytes(int count, int width) {
    return PACKED_HEAD_BYTES + Lanes.words(count, width) * Long.BYTES;
  }

  private static int fixedBytes(int count, int width) {
    return PACKED_HEAD_BYTES + count * bytesPerValue(width);
  }

  private static int bytesPerValue(int width) {
    return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
  }

  /** The base and the number of bits at which patching takes the fewest bytes. Confined. */
  private static final class Patch {

    /** Base, width, number of patches, encoding of their upper parts. */
    private static final int HEAD_BYTES = 12;

    private static final int SAMPLES = 32;

    private static final int TABLE = Long.SIZE + 1;

    private final int[] counts = new int[4 * TABLE];
    private final long[] sample = new long[SAMPLES];
    private long base;
    private int width;
    private int bytes;

    /**
     * Finds them.
     *
     * @param below whether a few values may lie far below the others, as differences do
     */
    void find(long[] values, LongTotals all, int count, boolean below) {
      bytes = Integer.MAX_VALUE;
      if (all.max() - all.min() < 0) {
        return; // more than 63 bits
      }
      tryBase(values, all.min(), all, count);
      if (below && count >= SAMPLES) {
        for (int i = 0; i < SAMPLES; i++) {
          sample[i] = values[i * count / SAMPLES];
        }
        Arrays.sort(sample);
        long low = sample[SAMPLES / 16];
        long high = sample[SAMPLES - 1 - SAMPLES / 16];
        if (Lanes.width(low, high) < Lanes.width(all.min(), high)) {
          tryBase(values, low, all, count);
        }
      }
    }

    /** Counts bits in four tables by turns: increments of one place would wait for each other. */
    private void countLengths(long[] values, long from, int count) {
      Arrays.fill(counts, 0);
      int i = 0;
      for (; i + 4 <= count; i += 4) {
        counts[Long.SIZE - Long.numberOfLeadingZeros(values[i] - from)]++;
        counts[TABLE + Long.SIZE - Long.numberOfLeadingZeros(values[i + 1] - from)]++;
        counts[2 * TABLE + Long.SIZE - Long.numberOfLeadingZeros(values[i + 2] - from)]++;
        counts[3 * TABLE + Long.SIZE - Long.numberOfLeadingZeros(values[i + 3] - from)]++;
      }
      for (; i < count; i++) {
        counts[Long.SIZE - Long.numberOfLeadingZeros(values[i] - from)]++;
      }
      for (int bits = 0; bits < TABLE; bits++) {
        counts[bits] += counts[TABLE + bits] + counts[2 * TABLE + bits] + counts[3 * TABLE + bits];
      }
    }

    private void tryBase(long[] values, long from, LongTotals all, int count) {
      countLengths(values, from, count);
      int exceptions = counts[Long.SIZE]; // those below the base
      counts[Long.SIZE] = 0;
      int longest = Long.SIZE - 1;
      while (counts[longest] == 0) {
        longest--;
      }
      for (int bits = longest; bits >= 0; bits--) {
        exceptions += bits == longest ? 0 : counts[bits + 1];
        if (exceptions == 0) {
          continue;
        }
        int upperWidth = Lanes.width((all.min() - from) >> bits, (all.max() - from) >> bits);
        int size =
            HEAD_BYTES
                + Lanes.words(count, bits) * Long.BYTES
                + exceptions * 2
                + plainBytes(exceptions, upperWidth);
        if (size < bytes) {
          bytes = size;
          width = bits;
          base = from;
        }
      }
    }
  }
}
