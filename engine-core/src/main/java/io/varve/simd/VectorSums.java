package io.varve.simd;

import io.varve.column.Int128;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels of {@link VectorKernels} that sum values under a bitmap, for at most {@link
 * LaneBits#MAX_ROWS}. As there, no method takes or returns a vector. Stateless.
 */
final class VectorSums {

  private static final VectorSpecies<Long> LONGS = VectorKernels.SPECIES;
  private static final int STEP = LONGS.length();
  private static final long LOWER = 0xffff_ffffL;

  private VectorSums() {}

  static Int128 sumSelected(long[] values, int count, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    long[] lanes = LaneBits.ofRows(bitmap, whole);
    LongVector zero = LongVector.zero(LONGS);
    long upperSum = 0;
    long lowerSum = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector bits = LongVector.fromArray(LONGS, lanes, lane);
      LongVector upper = LongVector.zero(LONGS);
      LongVector lower = LongVector.zero(LONGS);
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector kept = zero.sub(bits.and(1));
        bits = bits.lanewise(VectorOperators.LSHR, 1);
        LongVector next = LongVector.fromArray(LONGS, values, at).and(kept);
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

  static void summarizeSelected(long[] values, int count, long[] bitmap, LongTotals totals) {
    int whole = count - count % Lanes.COUNT;
    long[] lanes = LaneBits.ofRows(bitmap, whole);
    LongVector zero = LongVector.zero(LONGS);
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    long upperSum = 0;
    long lowerSum = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector bits = LongVector.fromArray(LONGS, lanes, lane);
      LongVector min = LongVector.broadcast(LONGS, Long.MAX_VALUE);
      LongVector max = LongVector.broadcast(LONGS, Long.MIN_VALUE);
      LongVector upper = LongVector.zero(LONGS);
      LongVector lower = LongVector.zero(LONGS);
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector kept = zero.sub(bits.and(1));
        bits = bits.lanewise(VectorOperators.LSHR, 1);
        LongVector next = LongVector.fromArray(LONGS, values, at).and(kept);
        LongVector left = kept.not();
        min = min.min(next.or(left.and(Long.MAX_VALUE)));
        max = max.max(next.or(left.and(Long.MIN_VALUE)));
        upper = upper.add(next.lanewise(VectorOperators.ASHR, 32));
        lower = lower.add(next.and(LOWER));
      }
      least = Math.min(least, min.reduceLanes(VectorOperators.MIN));
      greatest = Math.max(greatest, max.reduceLanes(VectorOperators.MAX));
      upperSum += upper.reduceLanes(VectorOperators.ADD);
      lowerSum += lower.reduceLanes(VectorOperators.ADD);
    }
    totals.set(least, greatest, upperSum, lowerSum);
    for (int i = whole; i < count; i++) {
      if ((bitmap[i >>> 6] >>> i & 1) != 0) {
        totals.add(values, i, 1);
      }
    }
  }

  /** As the kernel; the selected rows as bits by lanes. */
  static Int128 sumSelectedPacked(long[] words, int width, int count, long[] lanes) {
    LongVector mask = LongVector.broadcast(LONGS, Lanes.mask(width));
    LongVector zero = LongVector.zero(LONGS);
    int groups = LaneBits.groups(count);
    long upper = 0;
    long lower = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector bits = LongVector.fromArray(LONGS, lanes, lane);
      LongVector total = LongVector.zero(LONGS);
      for (int group = 0, bit = 0; group < groups; group++, bit += width) {
        LongVector kept = zero.sub(bits.and(1));
        bits = bits.lanewise(VectorOperators.LSHR, 1);
        int word = (bit >>> 6) * Lanes.COUNT + lane;
        int next = (bit & 63) + width > 64 ? word + Lanes.COUNT : word; // masked off
        LongVector value =
            LongVector.fromArray(LONGS, words, word)
                .lanewise(VectorOperators.LSHR, LongVector.broadcast(LONGS, bit)) // modulo 64
                .or(
                    LongVector.fromArray(LONGS, words, next)
                        .lanewise(VectorOperators.LSHL, LongVector.broadcast(LONGS, -bit)))
                .and(mask);
        total = total.add(value.and(kept));
      }
      upper += total.lanewise(VectorOperators.LSHR, 32).reduceLanes(VectorOperators.ADD);
      lower += total.and(LOWER).reduceLanes(VectorOperators.ADD);
    }
    return LongSummary.join(upper, lower);
  }
}
