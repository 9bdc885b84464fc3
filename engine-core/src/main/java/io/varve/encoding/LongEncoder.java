package io.varve.encoding;

import io.varve.column.BlockSource;
import io.varve.io.BytesWriter;
import io.varve.simd.Kernels;
import io.varve.simd.Lanes;
import io.varve.simd.LongSummary;

/** Writes up to 1,024 integers in the smallest of their encodings. Confined. */
final class LongEncoder {

  /** Bytes before the words of {@link Encoding#PACKED}: base and width. */
  private static final int PACKED_HEAD_BYTES = 9;

  /** Delta encoding must save as much as one part in this many, as it costs more to decode. */
  private static final int DELTA_GAIN = 4;

  private final Kernels kernels = Kernels.chosen();
  private final long[] words = new long[BlockSource.MAX_BLOCK_ROWS];
  private final long[] deltas = new long[BlockSource.MAX_BLOCK_ROWS];

  /**
   * Appends the values without saying how.
   *
   * @param count 1 to 1,024
   * @param ordered whether neighbours may be worth comparing
   * @return the encoding, which the caller writes down
   */
  Encoding encode(long[] values, int count, boolean ordered, BytesWriter out) {
    LongSummary all = kernels.summarize(values, 0, count);
    if (all.min() == all.max()) {
      out.writeLong(all.min());
      return Encoding.CONSTANT;
    }
    int width = Lanes.width(all.min(), all.max());
    if (ordered && tryDelta(values, count, plainBytes(count, width), out)) {
      return Encoding.DELTA;
    }
    return encodePlain(values, all.min(), width, count, out);
  }

  /** Appends the number of the encoding and the values. */
  void encodeNumbered(long[] values, int count, BytesWriter out) {
    int numberAt = out.size();
    out.writeByte(0);
    Encoding encoding = encode(values, count, false, out);
    out.setByte(numberAt, encoding.number());
  }

  private boolean tryDelta(long[] values, int count, int plainBytes, BytesWriter out) {
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    for (int i = 1; i < count; i++) {
      long delta = values[i] - values[i - 1]; // may wrap; decoding wraps back
      deltas[i] = delta;
      least = Math.min(least, delta);
      greatest = Math.max(greatest, delta);
    }
    int width = Lanes.width(least, greatest);
    int bytes = 9 + (width == 0 ? Long.BYTES : plainBytes(count, width));
    if (bytes >= plainBytes - plainBytes / DELTA_GAIN) {
      return false;
    }
    deltas[0] = least;
    out.writeLong(values[0]);
    encodeNumbered(deltas, count, out);
    return true;
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
}
