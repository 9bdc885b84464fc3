package io.varve.simd;

import io.varve.column.Int128;
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
      out[i] = base + single(words, width, i);
    }
  }

  private static LongVector straddling(long[] words, int index, int shift) {
    LongVector low = LongVector.fromArray(SPECIES, words, index);
    LongVector high = LongVector.fromArray(SPECIES, words, index + Lanes.COUNT);
    return low.lanewise(VectorOperators.LSHR, shift)
        .or(high.lanewise(VectorOperators.LSHL, 64 - shift));
  }

  /** Returns one packed value, for the last group when it isn't whole. */
  private static long single(long[] words, int width, int i) {
    int bit = i / Lanes.COUNT * width;
    int word = (bit >>> 6) * Lanes.COUNT + i % Lanes.COUNT;
    int shift = bit & 63;
    long value = words[word] >>> shift;
    if (shift + width > 64) {
      value |= words[word + Lanes.COUNT] << (64 - shift);
    }
    return value & Lanes.mask(width);
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
      LongVector total = LongVector.zero(SPECIES);
      int bit = 0;
      for (int first = 0; first < whole; first += Lanes.COUNT, bit += width) {
        int word = (bit >>> 6) * Lanes.COUNT + lane;
        int shift = bit & 63;
        LongVector values =
            shift + width <= 64
                ? LongVector.fromArray(SPECIES, words, word).lanewise(VectorOperators.LSHR, shift)
                : straddling(words, word, shift);
        total = total.add(values.and(mask));
      }
      sum = sum.plus(sumUnsigned(total));
    }
    for (int i = whole; i < count; i++) {
      long value = single(words, width, i);
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
  public LongSummary summarize(long[] values, int from, int count) {
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
    LongSummary rest = scalar.summarize(values, wholeEnd, end - wholeEnd);
    return new LongSummary(
        Math.min(min.reduceLanes(VectorOperators.MIN), rest.min()),
        Math.max(max.reduceLanes(VectorOperators.MAX), rest.max()),
        LongSummary.join(
                upper.reduceLanes(VectorOperators.ADD), lower.reduceLanes(VectorOperators.ADD))
            .plus(rest.sum()));
  }

  @Override
  public void compare(
      long[] values, int count, Comparison comparison, long operand, long[] bitmap) {
    scalar.compare(values, count, comparison, operand, bitmap);
  }

  @Override
  public Int128 sumSelected(long[] values, int count, long[] bitmap) {
    return scalar.sumSelected(values, count, bitmap);
  }
}
