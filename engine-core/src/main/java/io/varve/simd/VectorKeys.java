package io.varve.simd;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of {@link VectorKernels} that finds keys: what is in their first places is gathered.
 * As there, no method takes or returns a vector. Stateless.
 */
final class VectorKeys {

  private static final VectorSpecies<Long> LONGS = VectorKernels.SPECIES;
  private static final VectorSpecies<Integer> INTS = VectorKernels.NARROW;
  private static final int STEP = LONGS.length();

  private VectorKeys() {}

  /**
   * Finds keys.
   *
   * @param count whole groups of lanes, at most {@link LaneBits#MAX_ROWS}
   */
  static void find(long[] keys, int from, int count, long[] table, int[] rest, int[] groups) {
    LongVector shift = LongVector.broadcast(LONGS, KeyPlaces.shift(table));
    long[] others = new long[Lanes.COUNT];
    LongVector zero = LongVector.zero(LONGS);
    LongVector top = LongVector.broadcast(LONGS, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector found = zero;
      for (int at = lane; at < count; at += Lanes.COUNT) {
        LongVector wanted = LongVector.fromArray(LONGS, keys, from + at).add(1);
        wanted
            .lanewise(VectorOperators.XOR, wanted.lanewise(VectorOperators.LSHR, KeyPlaces.FOLD))
            .mul(KeyPlaces.MIX)
            .lanewise(VectorOperators.LSHR, shift)
            .lanewise(VectorOperators.LSHL, 1)
            .convertShape(VectorOperators.L2I, INTS, 0)
            .reinterpretAsInts()
            .intoArray(rest, at);
        LongVector held = LongVector.fromArray(LONGS, table, 0, rest, at);
        LongVector.fromArray(LONGS, table, 1, rest, at)
            .sub(1)
            .convertShape(VectorOperators.L2I, INTS, 0)
            .reinterpretAsInts()
            .intoArray(groups, from + at);
        LongVector difference = held.lanewise(VectorOperators.XOR, wanted);
        // Negative where the place has another key: neither the difference nor what is held is
        // zero.
        found =
            found
                .lanewise(VectorOperators.LSHR, 1)
                .or(difference.or(zero.sub(difference)).and(held.or(zero.sub(held))).and(top));
      }
      found.intoArray(others, lane);
    }
    long[] bitmap = new long[LaneBits.MAX_ROWS / Long.SIZE];
    LaneBits.toRows(others, count / Lanes.COUNT, bitmap);
    int left = 0;
    for (int word = 0; word < bitmap.length; word++) {
      for (long bits = bitmap[word]; bits != 0; bits &= bits - 1) {
        rest[left++] = from + (word << 6) + Long.numberOfTrailingZeros(bits);
      }
    }
    KeyPlaces.follow(keys, table, rest, left, groups);
  }
}
