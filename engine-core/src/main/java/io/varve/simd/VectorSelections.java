package io.varve.simd;

import io.varve.column.Int128;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels of {@link VectorKernels} that compare numbers of other types than long, for at most
 * {@link LaneBits#MAX_ROWS}. As there, no method takes or returns a vector. Stateless.
 */
final class VectorSelections {

  private static final VectorSpecies<Integer> INTS =
      IntVector.SPECIES_PREFERRED.length() > Lanes.COUNT
          ? IntVector.SPECIES_512
          : IntVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Long> LONGS = VectorKernels.SPECIES;
  private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;
  private static final int STEP = LONGS.length();

  /** The rows whose bits by lanes the halves of sixteen words hold. */
  private static final int HALF_ROWS = LaneBits.MAX_ROWS / 2;

  private VectorSelections() {}

  static void range(int[] values, int count, int first, int last, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    long[] outside = new long[Lanes.COUNT];
    int[] half = new int[Lanes.COUNT];
    for (int from = 0; from < whole; from += HALF_ROWS) {
      int to = Math.min(whole, from + HALF_ROWS);
      findOutside(values, from, to, first, last, half);
      int unused = Integer.SIZE - (to - from) / Lanes.COUNT;
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        outside[lane] |= (half[lane] >>> unused & 0xffff_ffffL) << (from == 0 ? 0 : 32);
      }
    }
    LaneBits.toRows(outside, bitmap);
    LaneBits.invert(bitmap, count);
    for (int i = whole; i < count; i++) {
      put(bitmap, i, values[i] >= first && values[i] <= last);
    }
  }

  /** Finds the bits by lanes of some groups; the last one's are the highest. */
  private static void findOutside(
      int[] values, int from, int to, int first, int last, int[] outside) {
    IntVector spans = IntVector.broadcast(INTS, last - first);
    IntVector inverse = spans.not();
    IntVector top = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    for (int lane = 0; lane < Lanes.COUNT; lane += INTS.length()) {
      IntVector found = IntVector.zero(INTS);
      for (int at = from + lane; at < to; at += Lanes.COUNT) {
        IntVector distance = IntVector.fromArray(INTS, values, at).sub(first);
        found =
            found
                .lanewise(VectorOperators.LSHR, 1)
                .or( // the borrow of the difference, as for long
                    distance
                        .and(inverse)
                        .or(distance.or(inverse).and(spans.sub(distance)))
                        .and(top));
      }
      found.intoArray(outside, lane);
    }
  }

  static void range(long[] high, long[] low, int count, Int128 first, Int128 last, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    Int128 span = span(first, last);
    long[] outside = new long[Lanes.COUNT];
    LongVector firstLow = LongVector.broadcast(LONGS, first.low());
    LongVector firstHigh = LongVector.broadcast(LONGS, first.high());
    LongVector spanLow = LongVector.broadcast(LONGS, span.low());
    LongVector spanHigh = LongVector.broadcast(LONGS, span.high());
    LongVector inverseLow = spanLow.not();
    LongVector inverseHigh = spanHigh.not();
    LongVector top = LongVector.broadcast(LONGS, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector found = LongVector.zero(LONGS);
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector lower = LongVector.fromArray(LONGS, low, at);
        LongVector inverse = lower.not();
        LongVector lowDistance = lower.sub(firstLow);
        LongVector highDistance =
            LongVector.fromArray(LONGS, high, at)
                .sub(firstHigh)
                .sub( // what the lower half borrows
                    inverse
                        .and(firstLow)
                        .or(inverse.or(firstLow).and(lowDistance))
                        .lanewise(VectorOperators.LSHR, 63));
        LongVector carried =
            inverseLow
                .and(lowDistance)
                .or(inverseLow.or(lowDistance).and(spanLow.sub(lowDistance)))
                .lanewise(VectorOperators.LSHR, 63);
        LongVector rest = spanHigh.sub(highDistance).sub(carried);
        found =
            found
                .lanewise(VectorOperators.LSHR, 1)
                .or(
                    inverseHigh
                        .and(highDistance)
                        .or(inverseHigh.or(highDistance).and(rest))
                        .and(top));
      }
      found.intoArray(outside, lane);
    }
    LaneBits.toRows(outside, whole / Lanes.COUNT, bitmap);
    LaneBits.invert(bitmap, count);
    for (int i = whole; i < count; i++) {
      Int128 value = new Int128(high[i], low[i]);
      put(bitmap, i, value.compareTo(first) >= 0 && value.compareTo(last) <= 0);
    }
  }

  /** Returns the distance of two numbers, unsigned. */
  private static Int128 span(Int128 first, Int128 last) {
    long borrow = Long.compareUnsigned(last.low(), first.low()) < 0 ? 1 : 0;
    return new Int128(last.high() - first.high() - borrow, last.low() - first.low());
  }

  static void range(double[] values, int count, double first, double last, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    // Zeros are equal, but their bits are not: begin at the lesser, end at the greater.
    long least = order(first == 0 ? -0.0 : first);
    long span = order(last == 0 ? 0.0 : last) - least;
    long[] outside = new long[Lanes.COUNT];
    LongVector spans = LongVector.broadcast(LONGS, span);
    LongVector inverse = spans.not();
    LongVector top = LongVector.broadcast(LONGS, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector found = LongVector.zero(LONGS);
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector bits = DoubleVector.fromArray(DOUBLES, values, at).reinterpretAsLongs();
        LongVector distance =
            bits.lanewise(VectorOperators.ASHR, 63)
                .lanewise(VectorOperators.LSHR, 1)
                .lanewise(VectorOperators.XOR, bits)
                .sub(least);
        // The borrow of the difference: negative where the distance is greater than the span, both
        // unsigned.
        found =
            found
                .lanewise(VectorOperators.LSHR, 1)
                .or(
                    distance
                        .and(inverse)
                        .or(distance.or(inverse).and(spans.sub(distance)))
                        .and(top));
      }
      found.intoArray(outside, lane);
    }
    LaneBits.toRows(outside, whole / Lanes.COUNT, bitmap);
    LaneBits.invert(bitmap, count);
    for (int i = whole; i < count; i++) {
      put(bitmap, i, values[i] >= first && values[i] <= last);
    }
  }

  /** Returns a number that is greater for a greater number, with NaNs at both ends. */
  private static long order(double value) {
    long bits = Double.doubleToRawLongBits(value);
    return bits ^ ((bits >> 63) >>> 1);
  }

  static void in(double[] values, int count, double[] wanted, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    long[] missed = new long[Lanes.COUNT];
    Arrays.fill(missed, -1L);
    for (double one : wanted) {
      miss(values, whole, Double.doubleToRawLongBits(one + 0.0), missed);
    }
    LaneBits.toRows(missed, whole / Lanes.COUNT, bitmap);
    LaneBits.invert(bitmap, count);
    for (int i = whole; i < count; i++) {
      boolean found = false;
      for (double one : wanted) {
        found |= values[i] == one;
      }
      put(bitmap, i, found);
    }
  }

  /** Clears the bits by lanes of the numbers that have some bits once -0.0 is 0.0. */
  private static void miss(double[] values, int whole, long wanted, long[] missed) {
    LongVector one = LongVector.broadcast(LONGS, wanted);
    LongVector zero = LongVector.zero(LONGS);
    LongVector top = LongVector.broadcast(LONGS, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector misses = zero;
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector difference =
            DoubleVector.fromArray(DOUBLES, values, at)
                .add(0.0)
                .reinterpretAsLongs()
                .lanewise(VectorOperators.XOR, one);
        misses =
            misses
                .lanewise(VectorOperators.LSHR, 1)
                .or(
                    difference
                        .or(zero.sub(difference)) // negative unless it is zero
                        .and(top));
      }
      misses.and(LongVector.fromArray(LONGS, missed, lane)).intoArray(missed, lane);
    }
  }

  static void in(long[] high, long[] low, int count, Int128[] wanted, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    long[] missed = new long[Lanes.COUNT];
    Arrays.fill(missed, -1L);
    for (Int128 one : wanted) {
      miss(high, low, whole, one, missed);
    }
    LaneBits.toRows(missed, whole / Lanes.COUNT, bitmap);
    LaneBits.invert(bitmap, count);
    for (int i = whole; i < count; i++) {
      boolean found = false;
      for (Int128 one : wanted) {
        found |= high[i] == one.high() && low[i] == one.low();
      }
      put(bitmap, i, found);
    }
  }

  /** Clears the bits by lanes of the numbers that are the wanted one. */
  private static void miss(long[] high, long[] low, int whole, Int128 wanted, long[] missed) {
    LongVector wantedHigh = LongVector.broadcast(LONGS, wanted.high());
    LongVector wantedLow = LongVector.broadcast(LONGS, wanted.low());
    LongVector zero = LongVector.zero(LONGS);
    LongVector top = LongVector.broadcast(LONGS, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector misses = zero;
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector difference =
            LongVector.fromArray(LONGS, high, at)
                .lanewise(VectorOperators.XOR, wantedHigh)
                .or(LongVector.fromArray(LONGS, low, at).lanewise(VectorOperators.XOR, wantedLow));
        misses =
            misses
                .lanewise(VectorOperators.LSHR, 1)
                .or(
                    difference
                        .or(zero.sub(difference)) // negative unless it is zero
                        .and(top));
      }
      misses.and(LongVector.fromArray(LONGS, missed, lane)).intoArray(missed, lane);
    }
  }

  private static void put(long[] bitmap, int row, boolean value) {
    long bit = 1L << row;
    bitmap[row >>> 6] = value ? bitmap[row >>> 6] | bit : bitmap[row >>> 6] & ~bit;
  }
}
