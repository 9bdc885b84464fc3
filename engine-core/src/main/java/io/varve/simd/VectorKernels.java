package io.varve.simd;

import io.varve.column.Int128;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels in vector instructions. Loaded only where the module {@code jdk.incubator.vector} is.
 *
 * <p>Only loads from arrays, one of them by indexes, plain lane operations and one narrowing are
 * used: they compile to single instructions and exist alike in all releases since 17. Thread-safe.
 *
 * <p>No shift is by a number that varies, only by a constant or by the lanes of another vector:
 * where a loop is compiled while it runs, the compiler of JDK 17 may let the number arrive in the
 * first lane only (ADR 64).
 *
 * <p>No method here takes or returns a vector, though some lines are alike: a small method that was
 * compiled alone before the loops that call it is one too large to inline, and then every vector of
 * those loops is an object on the heap. How a packed value is taken is the same everywhere: the
 * next word is joined on, or the same one again where the value ends in it, which is masked off: to
 * choose between two vectors costs more.
 */
final class VectorKernels extends PlainKernels {

  /** The widest vectors that the lanes of {@link Lanes} are a multiple of. */
  static final VectorSpecies<Long> SPECIES =
      LongVector.SPECIES_PREFERRED.length() > 8
          ? LongVector.SPECIES_512
          : LongVector.SPECIES_PREFERRED;

  static final VectorSpecies<Double> DOUBLES =
      DoubleVector.SPECIES_PREFERRED.length() > 8
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;

  /** Vectors of as many integers of 32 bits. */
  static final VectorSpecies<Integer> NARROW =
      VectorSpecies.of(int.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private static final int STEP = SPECIES.length();

  /** How many wanted values are compared with in one pass. */
  private static final int AT_ONCE = 4;

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
      LongVector before = LongVector.broadcast(SPECIES, bit); // a shift takes it modulo 64
      if ((bit & 63) + width <= 64) {
        for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
          LongVector.fromArray(SPECIES, words, word + lane)
              .lanewise(VectorOperators.LSHR, before)
              .and(mask)
              .add(base)
              .intoArray(out, first + lane);
        }
      } else {
        LongVector left = LongVector.broadcast(SPECIES, -bit);
        for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
          LongVector.fromArray(SPECIES, words, word + lane)
              .lanewise(VectorOperators.LSHR, before)
              .or(
                  LongVector.fromArray(SPECIES, words, word + lane + Lanes.COUNT)
                      .lanewise(VectorOperators.LSHL, left))
              .and(mask)
              .add(base)
              .intoArray(out, first + lane);
        }
      }
    }
    for (int i = whole; i < count; i++) {
      out[i] = base + Lanes.get(words, width, i);
    }
  }

  @Override
  public void unpackInts(long[] words, int width, int base, int[] out, int count) {
    long mask = Lanes.mask(width);
    int whole = count - count % Lanes.COUNT;
    int bit = 0;
    for (int first = 0; first < whole; first += Lanes.COUNT, bit += width) {
      int word = (bit >>> 6) * Lanes.COUNT;
      LongVector before = LongVector.broadcast(SPECIES, bit); // a shift takes it modulo 64
      if ((bit & 63) + width <= 64) {
        for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
          LongVector.fromArray(SPECIES, words, word + lane)
              .lanewise(VectorOperators.LSHR, before)
              .and(mask)
              .add(base)
              .convertShape(VectorOperators.L2I, NARROW, 0)
              .reinterpretAsInts()
              .intoArray(out, first + lane);
        }
      } else {
        LongVector left = LongVector.broadcast(SPECIES, -bit);
        for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
          LongVector.fromArray(SPECIES, words, word + lane)
              .lanewise(VectorOperators.LSHR, before)
              .or(
                  LongVector.fromArray(SPECIES, words, word + lane + Lanes.COUNT)
                      .lanewise(VectorOperators.LSHL, left))
              .and(mask)
              .add(base)
              .convertShape(VectorOperators.L2I, NARROW, 0)
              .reinterpretAsInts()
              .intoArray(out, first + lane);
        }
      }
    }
    for (int i = whole; i < count; i++) {
      out[i] = base + (int) Lanes.get(words, width, i);
    }
  }

  @Override
  public Int128 sumPacked(long[] words, int width, int count) {
    int whole = count - count % Lanes.COUNT;
    if (width > ScalarKernels.MAX_LANE_SUM_WIDTH || whole > 64 * Lanes.COUNT) {
      return scalar.sumPacked(words, width, count);
    }
    LongVector mask = LongVector.broadcast(SPECIES, Lanes.mask(width));
    long upper = 0;
    long lower = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector total = LongVector.zero(SPECIES);
      int bit = 0;
      for (int first = 0; first < whole; first += Lanes.COUNT, bit += width) {
        int word = (bit >>> 6) * Lanes.COUNT + lane;
        int next = (bit & 63) + width > 64 ? word + Lanes.COUNT : word; // masked off
        LongVector value =
            LongVector.fromArray(SPECIES, words, word)
                .lanewise(VectorOperators.LSHR, LongVector.broadcast(SPECIES, bit)) // modulo 64
                .or(
                    LongVector.fromArray(SPECIES, words, next)
                        .lanewise(VectorOperators.LSHL, LongVector.broadcast(SPECIES, -bit)))
                .and(mask);
        total = total.add(value);
      }
      upper += total.lanewise(VectorOperators.LSHR, 32).reduceLanes(VectorOperators.ADD);
      lower += total.and(LOWER).reduceLanes(VectorOperators.ADD);
    }
    Int128 sum = LongSummary.join(upper, lower);
    for (int i = whole; i < count; i++) {
      long value = Lanes.get(words, width, i);
      sum = sum.plus(new Int128(0, value));
    }
    return sum;
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
    long[] outside = new long[Lanes.COUNT];
    LongVector spans = LongVector.broadcast(SPECIES, last - first);
    LongVector inverse = spans.not();
    LongVector top = LongVector.broadcast(SPECIES, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector found = LongVector.zero(SPECIES);
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector distance = LongVector.fromArray(SPECIES, values, at).sub(first);
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
    finish(outside, whole / Lanes.COUNT, count, bitmap);
    for (int i = whole; i < count; i++) {
      boolean within = values[i] >= first && values[i] <= last;
      long bit = 1L << i;
      bitmap[i >>> 6] = within ? bitmap[i >>> 6] | bit : bitmap[i >>> 6] & ~bit;
    }
  }

  private static void finish(long[] outside, int groups, int count, long[] bitmap) {
    LaneBits.toRows(outside, groups, bitmap);
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
    LongVector top = LongVector.broadcast(SPECIES, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector found = LongVector.zero(SPECIES);
      for (int group = 0, bit = 0; group < groups; group++, bit += width) {
        int word = (bit >>> 6) * Lanes.COUNT + lane;
        int next = (bit & 63) + width > 64 ? word + Lanes.COUNT : word; // masked off
        LongVector values =
            LongVector.fromArray(SPECIES, words, word)
                .lanewise(VectorOperators.LSHR, LongVector.broadcast(SPECIES, bit)) // modulo 64
                .or(
                    LongVector.fromArray(SPECIES, words, next)
                        .lanewise(VectorOperators.LSHL, LongVector.broadcast(SPECIES, -bit)))
                .and(mask);
        LongVector signs = values.sub(firsts).or(lasts.sub(values));
        found = found.lanewise(VectorOperators.LSHR, 1).or(signs.and(top));
      }
      found.intoArray(outside, lane);
    }
    finish(outside, groups, count, bitmap);
  }

  @Override
  public void selectIn(long[] values, int count, long[] wanted, long[] bitmap) {
    int whole = count - count % Lanes.COUNT;
    if (whole == 0 || count > LaneBits.MAX_ROWS || wanted.length == 0) {
      scalar.selectIn(values, count, wanted, bitmap);
      return;
    }
    long[] missed = new long[Lanes.COUNT];
    java.util.Arrays.fill(missed, -1L);
    for (int from = 0; from < wanted.length; from += AT_ONCE) {
      missAll(values, whole, wanted, from, missed);
    }
    finish(missed, whole / Lanes.COUNT, count, bitmap);
    for (int i = whole; i < count; i++) {
      boolean found = false;
      for (long one : wanted) {
        found |= values[i] == one;
      }
      long bit = 1L << i;
      bitmap[i >>> 6] = found ? bitmap[i >>> 6] | bit : bitmap[i >>> 6] & ~bit;
    }
  }

  /** Clears the bits by lanes of the values that are one of the next few that are wanted. */
  private static void missAll(long[] values, int whole, long[] wanted, int from, long[] missed) {
    LongVector one = LongVector.broadcast(SPECIES, next(wanted, from));
    LongVector two = LongVector.broadcast(SPECIES, next(wanted, from + 1));
    LongVector three = LongVector.broadcast(SPECIES, next(wanted, from + 2));
    LongVector four = LongVector.broadcast(SPECIES, next(wanted, from + 3));
    LongVector zero = LongVector.zero(SPECIES);
    LongVector top = LongVector.broadcast(SPECIES, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector misses = zero;
      for (int at = lane; at < whole; at += Lanes.COUNT) {
        LongVector value = LongVector.fromArray(SPECIES, values, at);
        LongVector first = value.lanewise(VectorOperators.XOR, one);
        LongVector second = value.lanewise(VectorOperators.XOR, two);
        LongVector third = value.lanewise(VectorOperators.XOR, three);
        LongVector fourth = value.lanewise(VectorOperators.XOR, four);
        misses =
            misses
                .lanewise(VectorOperators.LSHR, 1)
                .or(
                    first
                        .or(zero.sub(first)) // negative unless it is zero
                        .and(second.or(zero.sub(second)))
                        .and(third.or(zero.sub(third)).and(fourth.or(zero.sub(fourth))))
                        .and(top));
      }
      misses.and(LongVector.fromArray(SPECIES, missed, lane)).intoArray(missed, lane);
    }
  }

  /** Returns a wanted value, the last one where there are no more. */
  private static long next(long[] wanted, int index) {
    return wanted[Math.min(index, wanted.length - 1)];
  }

  @Override
  public void selectInPacked(long[] words, int width, int count, long[] wanted, long[] bitmap) {
    if (width > ScalarKernels.MAX_SIGNED_WIDTH || count > LaneBits.MAX_ROWS) {
      scalar.selectInPacked(words, width, count, wanted, bitmap);
      return;
    }
    long[] found = new long[Lanes.COUNT];
    for (int from = 0; from < wanted.length; from += AT_ONCE) {
      findAny(words, width, count, wanted, from, found);
    }
    LaneBits.toRows(found, LaneBits.groups(count), bitmap);
    if ((count & 63) != 0) { // what fills up the last group may be one of them
      bitmap[count >>> 6] &= (1L << count) - 1;
    }
  }

  /** Sets the bits by lanes of the packed values that are one of the next few that are wanted. */
  private static void findAny(
      long[] words, int width, int count, long[] wanted, int from, long[] found) {
    LongVector one = LongVector.broadcast(SPECIES, next(wanted, from));
    LongVector two = LongVector.broadcast(SPECIES, next(wanted, from + 1));
    LongVector three = LongVector.broadcast(SPECIES, next(wanted, from + 2));
    LongVector four = LongVector.broadcast(SPECIES, next(wanted, from + 3));
    LongVector mask = LongVector.broadcast(SPECIES, Lanes.mask(width));
    int groups = LaneBits.groups(count);
    LongVector top = LongVector.broadcast(SPECIES, LaneBits.TOP);
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector hits = LongVector.zero(SPECIES);
      for (int group = 0, bit = 0; group < groups; group++, bit += width) {
        int word = (bit >>> 6) * Lanes.COUNT + lane;
        int next = (bit & 63) + width > 64 ? word + Lanes.COUNT : word; // masked off
        LongVector value =
            LongVector.fromArray(SPECIES, words, word)
                .lanewise(VectorOperators.LSHR, LongVector.broadcast(SPECIES, bit)) // modulo 64
                .or(
                    LongVector.fromArray(SPECIES, words, next)
                        .lanewise(VectorOperators.LSHL, LongVector.broadcast(SPECIES, -bit)))
                .and(mask);
        LongVector either = // of differences only 0 is negative when 1 is taken away
            value
                .lanewise(VectorOperators.XOR, one)
                .sub(1)
                .or(value.lanewise(VectorOperators.XOR, two).sub(1));
        LongVector other =
            value
                .lanewise(VectorOperators.XOR, three)
                .sub(1)
                .or(value.lanewise(VectorOperators.XOR, four).sub(1));
        hits = hits.lanewise(VectorOperators.LSHR, 1).or(either.or(other).and(top));
      }
      hits.or(LongVector.fromArray(SPECIES, found, lane)).intoArray(found, lane);
    }
  }

  @Override
  public boolean exceeds(long[] words, int width, int count, int greatest) {
    LongVector mask = LongVector.broadcast(SPECIES, Lanes.mask(width));
    LongVector limit = LongVector.broadcast(SPECIES, greatest);
    int groups = LaneBits.groups(count);
    long signs = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane += STEP) {
      LongVector found = LongVector.zero(SPECIES);
      for (int group = 0, bit = 0; group < groups; group++, bit += width) {
        int word = (bit >>> 6) * Lanes.COUNT + lane;
        int next = (bit & 63) + width > 64 ? word + Lanes.COUNT : word; // masked off
        LongVector value =
            LongVector.fromArray(SPECIES, words, word)
                .lanewise(VectorOperators.LSHR, LongVector.broadcast(SPECIES, bit)) // modulo 64
                .or(
                    LongVector.fromArray(SPECIES, words, next)
                        .lanewise(VectorOperators.LSHL, LongVector.broadcast(SPECIES, -bit)))
                .and(mask);
        found = found.or(limit.sub(value));
      }
      signs |= found.reduceLanes(VectorOperators.OR);
    }
    return signs < 0;
  }

  @Override
  public Int128 sumSelected(long[] values, int count, long[] bitmap) {
    return isSparse(bitmap, count)
        ? scalar.sumSelected(values, count, bitmap)
        : VectorSums.sumSelected(values, count, bitmap);
  }

  @Override
  public void summarizeSelected(long[] values, int count, long[] bitmap, LongTotals totals) {
    if (isSparse(bitmap, count)) {
      scalar.summarizeSelected(values, count, bitmap, totals);
    } else {
      VectorSums.summarizeSelected(values, count, bitmap, totals);
    }
  }

  @Override
  public Int128 sumSelectedPacked(long[] words, int width, int count, SelectedRows rows) {
    return width > ScalarKernels.MAX_LANE_SUM_WIDTH || rows.isSparse()
        ? scalar.sumSelectedPacked(words, width, count, rows)
        : VectorSums.sumSelectedPacked(words, width, count, rows.lanes());
  }

  /** Returns whether it is cheaper to visit the selected rows one by one. */
  private static boolean isSparse(long[] bitmap, int count) {
    return count > LaneBits.MAX_ROWS
        || LaneBits.isSparse(LaneBits.cardinality(bitmap, count), count);
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

  @Override
  public void selectRange(double[] values, int count, double first, double last, long[] bitmap) {
    if (suits(count)) {
      VectorSelections.range(values, count, first, last, bitmap);
    } else {
      scalar.selectRange(values, count, first, last, bitmap);
    }
  }

  @Override
  public void selectRange(int[] values, int count, int first, int last, long[] bitmap) {
    if (suits(count)) {
      VectorSelections.range(values, count, first, last, bitmap);
    } else {
      scalar.selectRange(values, count, first, last, bitmap);
    }
  }

  @Override
  public void selectRange(
      long[] high, long[] low, int count, Int128 first, Int128 last, long[] bitmap) {
    if (suits(count)) {
      VectorSelections.range(high, low, count, first, last, bitmap);
    } else {
      scalar.selectRange(high, low, count, first, last, bitmap);
    }
  }

  @Override
  public void selectIn(double[] values, int count, double[] wanted, long[] bitmap) {
    if (suits(count) && wanted.length > 0) {
      VectorSelections.in(values, count, wanted, bitmap);
    } else {
      scalar.selectIn(values, count, wanted, bitmap);
    }
  }

  @Override
  public void selectIn(long[] high, long[] low, int count, Int128[] wanted, long[] bitmap) {
    if (suits(count) && wanted.length > 0) {
      VectorSelections.in(high, low, count, wanted, bitmap);
    } else {
      scalar.selectIn(high, low, count, wanted, bitmap);
    }
  }

  @Override
  public void and(long[] other, int words, long[] bitmap) {
    int whole = words - words % STEP;
    for (int i = 0; i < whole; i += STEP) {
      LongVector.fromArray(SPECIES, bitmap, i)
          .and(LongVector.fromArray(SPECIES, other, i))
          .intoArray(bitmap, i);
    }
    for (int i = whole; i < words; i++) {
      bitmap[i] &= other[i];
    }
  }

  @Override
  public void or(long[] other, int words, long[] bitmap) {
    int whole = words - words % STEP;
    for (int i = 0; i < whole; i += STEP) {
      LongVector.fromArray(SPECIES, bitmap, i)
          .or(LongVector.fromArray(SPECIES, other, i))
          .intoArray(bitmap, i);
    }
    for (int i = whole; i < words; i++) {
      bitmap[i] |= other[i];
    }
  }

  @Override
  public void andNot(long[] other, int words, long[] bitmap) {
    int whole = words - words % STEP;
    for (int i = 0; i < whole; i += STEP) {
      LongVector.fromArray(SPECIES, bitmap, i)
          .and(LongVector.fromArray(SPECIES, other, i).not())
          .intoArray(bitmap, i);
    }
    for (int i = whole; i < words; i++) {
      bitmap[i] &= ~other[i];
    }
  }

  @Override
  public void findKeys(long[] keys, int from, int count, long[] table, int[] rest, int[] groups) {
    int whole = count > LaneBits.MAX_ROWS ? 0 : count - count % Lanes.COUNT;
    if (whole > 0) {
      VectorKeys.find(keys, from, whole, table, rest, groups);
    }
    scalar.findKeys(keys, from + whole, count - whole, table, rest, groups);
  }

  /** Returns whether there is a whole group of lanes and no more rows than bits by lanes. */
  private static boolean suits(int count) {
    return count >= Lanes.COUNT && count <= LaneBits.MAX_ROWS;
  }
}
