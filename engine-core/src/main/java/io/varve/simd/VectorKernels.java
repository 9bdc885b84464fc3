package io.varve.simd;

import io.varve.column.Int128;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels in vector instructions. Loaded only where the module {@code jdk.incubator.vector} is.
 *
 * <p>Only loads from arrays and plain lane operations are used: they compile to single instructions
 * and exist alike in all releases since 17. Thread-safe.
 */
final class VectorKernels implements Kernels {

  /** The widest vectors that the lanes of {@link Lanes} are a multiple of. */
  private static final VectorSpecies<Long> SPECIES =
      LongVector.SPECIES_PREFERRED.length() > 8
          ? LongVector.SPECIES_512
          : LongVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Double> DOUBLES =
      DoubleVector.SPECIES_PREFERRED.length() > 8
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;

  private static final int STEP = SPECIES.length();
  private static final long LOWER = 0xffff_ffffL;

  private final ScalarKernels scalar = new ScalarKernels();

  /** Returns the bits of a vector. */
  static int vectorBits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  public String name() {
    return "vector-" + vectorBits();
  }

  @Override
  public void unpack(long[] words, int width, long base, long[] out, int count) {
    long mask = Lanes.mask(width);
    int whole = count - count % Lanes.COUNT;
    int bit = 0;
    for (int first = 0; first < whole; first += Lanes.COUNT, bit += width) {
      int word = (bit >>> 6) * Lanes.COUNT;
      int shift = bit & 63;
      if (shift + width <= 64) {
        for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
          LongVector.fromArray(SPECIES, words, word + lane)
              .lanewise(VectorOperators.LSHR, shift)
              .and(mask)
              .add(base)
              .intoArray(out, first + lane);
        }
      } else {
        for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
          straddling(words, word + lane, shift).and(mask).add(base).intoArray(out, first + lane);
        }
      }
    }
    for (int i = whole; i < count; i++) {
      out[i] = base + Lanes.get(words, width, i);
    }
  }

  private static LongVector straddling(long[] words, int index, int shift) {
    LongVector low = LongVector.fromArray(SPECIES, words, index);
    LongVector high = LongVector.fromArray(SPECIES, words, index + Lanes.COUNT);
    return low.lanewise(VectorOperators.LSHR, shift)
        .or(high.lanewise(VectorOperators.LSHL, 64 - shift));
  }

  @Override
  public void unpackInts(long[] words, int width, int base, int[] out, int count) {
    scalar.unpackInts(words, width, base, out, count);
  }

  @Override
  public Int128 sumPacked(long[] words, int width, int count) {
    int whole = count - count % Lanes.COUNT;
    if (width > ScalarKernels.MAX_LANE_SUM_WIDTH || whole > 64 * Lanes.COUNT) {
      return scalar.sumPacked(words, width, count);
    }
    long mask = Lanes.mask(width);
    Int128 sum = Int128.ZERO;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      int last = lastWord(width, count, lane);
      LongVector total = LongVector.zero(SPECIES);
      int bit = 0;
      for (int first = 0; first < whole; first += Lanes.COUNT, bit += width) {
        total = total.add(packed(words, bit, lane, last).and(mask));
      }
      sum = sum.plus(sumUnsigned(total));
    }
    for (int i = whole; i < count; i++) {
      long value = Lanes.get(words, width, i);
      sum = sum.plus(new Int128(0, value));
    }
    return sum;
  }

  private static Int128 sumUnsigned(LongVector total) {
    long lower = total.and(LOWER).reduceLanes(VectorOperators.ADD);
    long upper = total.lanewise(VectorOperators.LSHR, 32).reduceLanes(VectorOperators.ADD);
    return LongSummary.join(upper, lower);
  }

  @Override
  public void summarize(long[] values, int from, int count, LongTotals totals) {
    int end = from + count;
    int wholeEnd = end - count % STEP;
    LongVector min = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
    LongVector max = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
    LongVector upper = LongVector.zero(SPECIES);
    LongVector lower = LongVector.zero(SPECIES);
    for (int i = from; i < wholeEnd; i += STEP) {
      LongVector next = LongVector.fromArray(SPECIES, values, i);
      min = min.min(next);
      max = max.max(next);
      upper = upper.add(next.lanewise(VectorOperators.ASHR, 32));
      lower = lower.add(next.and(LOWER));
    }
    totals.set(
        min.reduceLanes(VectorOperators.MIN),
        max.reduceLanes(VectorOperators.MAX),
        upper.reduceLanes(VectorOperators.ADD),
        lower.reduceLanes(VectorOperators.ADD));
    totals.add(values, wholeEnd, end - wholeEnd);
  }

  @Override
  public void selectRange(long[] values, int count, long first, long last, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    if (whole == 0 || count > LaneBits.MAX_ROWS) {
      scalar.selectRange(values, count, first, last, bitmap);
      return;
    }
    long span = last - first;
    long[] outside = new long[Lanes.COUNT];
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector spans = LongVector.broadcast(SPECIES, span);
      LongVector found = LongVector.zero(SPECIES);
      for (int at = lane, group = 0; at < whole; at += Lanes.COUNT, group++) {
        LongVector next = LongVector.fromArray(SPECIES, values, at);
        found = found.or(outside(next.sub(first), spans).lanewise(VectorOperators.LSHL, group));
      }
      found.intoArray(outside, lane);
    }
    finish(outside, count, bitmap);
    for (int i = whole; i < count; i++) {
      boolean within = values[i] >= first && values[i] <= last;
      long bit = 1L << i;
      bitmap[i >>> 6] = within ? bitmap[i >>> 6] | bit : bitmap[i >>> 6] & ~bit;
    }
  }

  /**
   * Returns 1 where a distance is greater than a span, both unsigned: the borrow of their
   * difference.
   */
  private static LongVector outside(LongVector distance, LongVector span) {
    LongVector inverse = span.not();
    return distance
        .and(inverse)
        .or(distance.or(inverse).and(span.sub(distance)))
        .lanewise(VectorOperators.LSHR, 63);
  }

  @Override
  public void selectRange(double[] values, int count, double first, double last, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    if (whole == 0 || count > LaneBits.MAX_ROWS) {
      scalar.selectRange(values, count, first, last, bitmap);
      return;
    }
    // Zeros are equal, but their bits are not: begin at the lesser, end at the greater.
    long least = order(first == 0 ? -0.0 : first);
    long span = order(last == 0 ? 0.0 : last) - least;
    long[] outside = new long[Lanes.COUNT];
    LongVector spans = LongVector.broadcast(SPECIES, span);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector found = LongVector.zero(SPECIES);
      for (int at = lane, group = 0; at < whole; at += Lanes.COUNT, group++) {
        LongVector bits = DoubleVector.fromArray(DOUBLES, values, at).reinterpretAsLongs();
        LongVector ordered =
            bits.lanewise(VectorOperators.ASHR, 63)
                .lanewise(VectorOperators.LSHR, 1)
                .lanewise(VectorOperators.XOR, bits);
        found = found.or(outside(ordered.sub(least), spans).lanewise(VectorOperators.LSHL, group));
      }
      found.intoArray(outside, lane);
    }
    finish(outside, count, bitmap);
    for (int i = whole; i < count; i++) {
      boolean within = values[i] >= first && values[i] <= last;
      long bit = 1L << i;
      bitmap[i >>> 6] = within ? bitmap[i >>> 6] | bit : bitmap[i >>> 6] & ~bit;
    }
  }

  /** Returns a number that is greater for a greater number, with NaNs at both ends. */
  private static long order(double value) {
    long bits = Double.doubleToRawLongBits(value);
    return bits ^ ((bits >> 63) >>> 1);
  }

  private static void finish(long[] outside, int count, long[] bitmap) {
    LaneBits.toRows(outside, bitmap);
    LaneBits.invert(bitmap, count);
  }

  @Override
  public void selectRangePacked(
      long[] words, int width, int count, long from, long to, long[] bitmap) {
    if (width > ScalarKernels.MAX_SIGNED_WIDTH || count > LaneBits.MAX_ROWS) {
      scalar.selectRangePacked(words, width, count, from, to, bitmap);
      return;
    }
    long[] outside = new long[Lanes.COUNT];
    int groups = LaneBits.groups(count);
    LongVector mask = LongVector.broadcast(SPECIES, Lanes.mask(width));
    LongVector firsts = LongVector.broadcast(SPECIES, from);
    LongVector lasts = LongVector.broadcast(SPECIES, to);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      int last = lastWord(width, count, lane);
      LongVector found = LongVector.zero(SPECIES);
      for (int group = 0, bit = 0; group < groups; group++, bit += width) {
        LongVector values = packed(words, bit, lane, last).and(mask);
        LongVector signs = values.sub(firsts).or(lasts.sub(values));
        found =
            found.or(
                signs.lanewise(VectorOperators.LSHR, 63).lanewise(VectorOperators.LSHL, group));
      }
      found.intoArray(outside, lane);
    }
    finish(outside, count, bitmap);
  }

  /**
   * Returns the values of a group that begins at a bit, with what lies above them. The next word is
   * always joined on, where it is not needed above what is masked off: to choose between two
   * vectors costs more.
   *
   * @param lastWord index of the last word of the lane
   */
  private static LongVector packed(long[] words, int bit, int lane, int lastWord) {
    int word = (bit >>> 6) * Lanes.COUNT + lane;
    int shift = bit & 63;
    LongVector low = LongVector.fromArray(SPECIES, words, word);
    LongVector high = LongVector.fromArray(SPECIES, words, Math.min(word + Lanes.COUNT, lastWord));
    return low.lanewise(VectorOperators.LSHR, shift)
        .or(high.lanewise(VectorOperators.LSHL, 63 - shift).lanewise(VectorOperators.LSHL, 1));
  }

  /** Returns the index of the last word of a lane. */
  private static int lastWord(int width, int count, int lane) {
    return Lanes.words(count, width) - Lanes.COUNT + lane;
  }

  @Override
  public boolean exceeds(long[] words, int width, int count, int greatest) {
    LongVector mask = LongVector.broadcast(SPECIES, Lanes.mask(width));
    LongVector limit = LongVector.broadcast(SPECIES, greatest);
    int groups = LaneBits.groups(count);
    long signs = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      int last = lastWord(width, count, lane);
      LongVector found = LongVector.zero(SPECIES);
      for (int group = 0, bit = 0; group < groups; group++, bit += width) {
        found = found.or(limit.sub(packed(words, bit, lane, last).and(mask)));
      }
      signs |= found.reduceLanes(VectorOperators.OR);
    }
    return signs < 0;
  }

  @Override
  public Int128 sumSelected(long[] values, int count, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    if (isSparse(bitmap, count)) {
      return scalar.sumSelected(values, count, bitmap);
    }
    long[] lanes = LaneBits.ofRows(bitmap, whole);
    LongVector zero = LongVector.zero(SPECIES);
    long upperSum = 0;
    long lowerSum = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector bits = LongVector.fromArray(SPECIES, lanes, lane);
      LongVector upper = LongVector.zero(SPECIES);
      LongVector lower = LongVector.zero(SPECIES);
      for (int at = lane, group = 0; at < whole; at += Lanes.COUNT, group++) {
        LongVector kept = zero.sub(bits.lanewise(VectorOperators.LSHR, group).and(1));
        LongVector next = LongVector.fromArray(SPECIES, values, at).and(kept);
        upper = upper.add(next.lanewise(VectorOperators.ASHR, 32));
        lower = lower.add(next.and(LOWER));
      }
      upperSum += upper.reduceLanes(VectorOperators.ADD);
      lowerSum += lower.reduceLanes(VectorOperators.ADD);
    }
    Int128 sum = LongSummary.join(upperSum, lowerSum);
    for (int i = whole; i < count; i++) {
      if ((bitmap[i >>> 6] >>> i & 1) != 0) {
        sum = sum.plus(Int128.of(values[i]));
      }
    }
    return sum;
  }

  @Override
  public Int128 sumSelectedPacked(long[] words, int width, int count, long[] bitmap) {
    if (width > ScalarKernels.MAX_LANE_SUM_WIDTH || isSparse(bitmap, count)) {
      return scalar.sumSelectedPacked(words, width, count, bitmap);
    }
    long[] lanes = LaneBits.ofRows(bitmap, count);
    LongVector mask = LongVector.broadcast(SPECIES, Lanes.mask(width));
    LongVector zero = LongVector.zero(SPECIES);
    int groups = LaneBits.groups(count);
    Int128 sum = Int128.ZERO;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      int last = lastWord(width, count, lane);
      LongVector bits = LongVector.fromArray(SPECIES, lanes, lane);
      LongVector total = LongVector.zero(SPECIES);
      for (int group = 0, bit = 0; group < groups; group++, bit += width) {
        LongVector kept = zero.sub(bits.lanewise(VectorOperators.LSHR, group).and(1));
        total = total.add(packed(words, bit, lane, last).and(mask).and(kept));
      }
      sum = sum.plus(sumUnsigned(total));
    }
    return sum;
  }

  @Override
  public void multiply(long[] values, double first, double second, double[] out, int count) {
    int whole = count - count % STEP;
    for (int i = 0; i < whole; i += STEP) {
      LongVector.fromArray(SPECIES, values, i)
          .add(ScalarKernels.WHOLE_BITS)
          .reinterpretAsDoubles()
          .sub(ScalarKernels.WHOLE)
          .mul(first)
          .mul(second)
          .intoArray(out, i);
    }
    for (int i = whole; i < count; i++) {
      double value =
          Double.longBitsToDouble(values[i] + ScalarKernels.WHOLE_BITS) - ScalarKernels.WHOLE;
      out[i] = value * first * second;
    }
  }

  /** Returns whether it is cheaper to visit the selected rows one by one. */
  private static boolean isSparse(long[] bitmap, int count) {
    return count > LaneBits.MAX_ROWS || LaneBits.cardinality(bitmap, count) < count >>> 4;
  }
}
