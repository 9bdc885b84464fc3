package io.varve.simd;

/**
 * The layout of bit-packed numbers: value {@code i} lies in lane {@code i % 16}; a lane is a stream
 * of bits, lowest first, cut into words of 64 bits; word {@code k} of lane {@code l} is at index
 * {@code 16 * k + l}.
 *
 * <p>So the sixteen values of a group stand at the same bit of sixteen neighbouring words: a loop
 * over the lanes shifts them all alike and writes them in order, whatever the width of a vector.
 */
public final class Lanes {

  /** The number of lanes. */
  public static final int COUNT = 16;

  private Lanes() {}

  /** Returns how many words {@code count} values of {@code width} bits take, in all lanes. */
  public static int words(int count, int width) {
    int groups = (count + COUNT - 1) / COUNT;
    return COUNT * ((groups * width + 63) / 64);
  }

  /** Returns the bits that the greatest difference to the base needs, 0 to 64. */
  public static int width(long min, long max) {
    return 64 - Long.numberOfLeadingZeros(max - min);
  }

  /** Returns the lowest {@code width} bits set, for a width of 1 to 64. */
  public static long mask(int width) {
    return -1L >>> (64 - width);
  }

  /**
   * Packs the differences of values to a base.
   *
   * @param width 1 to 64; no difference needs more bits
   * @param words filled up to {@link #words}
   */
  public static void pack(long[] values, long base, int width, int count, long[] words) {
    java.util.Arrays.fill(words, 0, words(count, width), 0);
    for (int first = 0, bit = 0; first < count; first += COUNT, bit += width) {
      int word = (bit >>> 6) * COUNT;
      int shift = bit & 63;
      int lanes = Math.min(COUNT, count - first);
      for (int lane = 0; lane < lanes; lane++) {
        words[word + lane] |= (values[first + lane] - base) << shift;
      }
      if (shift + width > 64) {
        for (int lane = 0; lane < lanes; lane++) {
          words[word + COUNT + lane] |= (values[first + lane] - base) >>> (64 - shift);
        }
      }
    }
  }

  /** Returns one packed value. */
  public static long get(long[] words, int width, int index) {
    int bit = index / COUNT * width;
    int word = (bit >>> 6) * COUNT + index % COUNT;
    int shift = bit & 63;
    long value = words[word] >>> shift;
    if (shift + width > 64) {
      value |= words[word + COUNT] << (64 - shift);
    }
    return value & mask(width);
  }
}
