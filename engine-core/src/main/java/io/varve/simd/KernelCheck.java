package io.varve.simd;

import io.varve.column.Int128;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The check that vector kernels must pass before they are used. Stateless. */
final class KernelCheck {

  private static final int COUNT = 1000;

  /** Of kernels that are long in vectors: each instruction is interpreted when a process starts. */
  private static final int FEW = 90;

  /** Where the upper words of keys begin. */
  private static final int UPPER = 60;

  private static final int WORDS = (COUNT + 63) / 64;

  private KernelCheck() {}

  /** Returns whether two implementations answer alike on a few blocks. */
  static boolean agree(Kernels one, Kernels other) {
    long[] values = new long[COUNT];
    long state = 1;
    for (int i = 0; i < COUNT; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      values[i] = state;
    }
    LongTotals totals = new LongTotals();
    one.summarize(values, 3, COUNT - 3, totals);
    boolean same = totals.toSummary().equals(other.summarize(values, 3, COUNT - 3));
    long[] bits = new long[WORDS];
    long[] otherBits = new long[WORDS];
    one.selectRange(values, COUNT, values[0], Long.MAX_VALUE, bits);
    other.selectRange(values, COUNT, values[0], Long.MAX_VALUE, otherBits);
    same &= Arrays.equals(bits, otherBits);
    same &=
        one.sumSelected(values, COUNT, otherBits)
            .equals(other.sumSelected(values, COUNT, otherBits));
    long[] wanted = {values[7], 5, values[COUNT - 1]};
    one.selectIn(values, COUNT, wanted, bits);
    other.selectIn(values, COUNT, wanted, otherBits);
    same &= Arrays.equals(bits, otherBits);
    long[] sums = values.clone();
    long[] otherSums = values.clone();
    one.addUp(sums, 3, COUNT);
    other.addUp(otherSums, 3, COUNT);
    same &= Arrays.equals(sums, otherSums);
    double[] doubles = new double[COUNT];
    Arrays.setAll(doubles, i -> Double.longBitsToDouble(values[i]));
    one.selectRange(doubles, COUNT, -0.0, 1e100, bits);
    other.selectRange(doubles, COUNT, -0.0, 1e100, otherBits);
    same &= Arrays.equals(bits, otherBits);
    double[] products = new double[COUNT];
    double[] otherProducts = new double[COUNT];
    long[] small = new long[COUNT];
    Arrays.setAll(small, i -> values[i] >> 13);
    one.multiply(small, 1e3, 1e-5, products, COUNT);
    other.multiply(small, 1e3, 1e-5, otherProducts, COUNT);
    same &= Arrays.equals(products, otherProducts);
    same &= Arrays.equals(selections(one, values), selections(other, values));
    same &= Arrays.equals(bitmaps(one, values), bitmaps(other, values));
    same &= Arrays.equals(groups(one, values), groups(other, values));
    same &= Arrays.equals(keys(one, values), keys(other, values));
    for (int width = 1; width <= 64; width += 9) {
      same &= agree(one, other, values, width);
    }
    return same;
  }

  /** Returns all bits that kernels find of numbers that are no long. */
  private static long[] selections(Kernels kernels, long[] values) {
    int[] ints = new int[COUNT];
    double[] doubles = new double[COUNT];
    byte[] table = new byte[COUNT];
    int[] codes = new int[COUNT];
    long[] low = new long[COUNT];
    for (int i = 0; i < COUNT; i++) {
      ints[i] = (int) (values[i] >> 40);
      doubles[i] = values[i] >> 60;
      codes[i] = (int) (values[i] >>> 32) % COUNT & 511;
      table[i] = (byte) (values[i] >>> 50);
      low[i] = Long.rotateLeft(values[i], 32);
    }
    Int128 first = new Int128(values[1] >> 1, low[1]);
    Int128 last = new Int128(Long.MAX_VALUE, low[2]);
    Int128[] wanted = {first, new Int128(values[9], low[9]), new Int128(values[9], low[8])};
    long[][] bits = new long[5][WORDS];
    kernels.selectRange(ints, COUNT, -5, Integer.MAX_VALUE, bits[0]);
    kernels.selectRange(values, low, FEW, first, last, bits[1]);
    kernels.selectIn(doubles, FEW, new double[] {0.0, -3, 5}, bits[2]);
    kernels.selectIn(values, low, FEW, wanted, bits[3]);
    kernels.selectByTable(codes, COUNT, table, bits[4]);
    return Arrays.stream(bits).flatMapToLong(Arrays::stream).toArray();
  }

  /** Returns what kernels make of bitmaps, and what they sum under one. */
  private static long[] bitmaps(Kernels kernels, long[] values) {
    long[][] made = new long[5][];
    Arrays.setAll(made, i -> Arrays.copyOf(values, WORDS));
    long[] bitmap = Arrays.copyOfRange(values, 20, 20 + WORDS);
    kernels.and(bitmap, WORDS - 1, made[0]);
    kernels.or(bitmap, WORDS - 1, made[1]);
    kernels.andNot(bitmap, WORDS - 1, made[2]);
    kernels.not(made[3], COUNT);
    LongTotals totals = new LongTotals();
    long[] few = {made[3][0], made[3][1] & (1L << FEW) - 1};
    kernels.summarizeSelected(values, FEW, few, totals);
    made[4] = new long[] {totals.min(), totals.max(), totals.sumHigh(), totals.sumLow()};
    return Arrays.stream(made).flatMapToLong(Arrays::stream).toArray();
  }

  /** Returns what kernels add up by groups. */
  private static long[] groups(Kernels kernels, long[] values) {
    int[] groups = new int[COUNT];
    double[] doubles = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      groups[i] = (int) (values[i] >>> 58);
      doubles[i] = values[i] / 3.0;
    }
    long[] bitmap = new long[WORDS];
    Arrays.fill(bitmap, 0x9999_9999_9999_9999L);
    bitmap[WORDS - 1] >>>= 64 * WORDS - COUNT;
    long[][] sums = new long[5][64];
    double[] high = new double[64];
    double[] low = new double[64];
    kernels.addToGroups(values, groups, COUNT, sums[0]);
    kernels.addToGroups(values, groups, COUNT, sums[1], sums[2]);
    kernels.countGroups(groups, COUNT, sums[3]);
    kernels.countGroups(groups, COUNT, bitmap, sums[4]);
    kernels.addToGroup(doubles, COUNT, 5, high, low);
    kernels.addToGroup(doubles, COUNT, bitmap, 6, high, low);
    return LongStream.concat(
            Arrays.stream(sums).flatMapToLong(Arrays::stream),
            DoubleStream.concat(Arrays.stream(high), Arrays.stream(low))
                .mapToLong(Double::doubleToLongBits))
        .toArray();
  }

  /** Returns keys that kernels join, and the groups that they find of them in small tables. */
  private static int[] keys(Kernels kernels, long[] values) {
    long[] upper = new long[FEW];
    long[] lower = new long[FEW];
    for (int i = 0; i < FEW; i++) {
      upper[i] = values[i] >>> 61;
      lower[i] = values[i] >>> 50 & 3;
    }
    long[] keys = new long[FEW];
    kernels.packKeys(new long[][] {upper, lower}, new int[] {UPPER, 0}, FEW, keys);
    long[] table = new long[2 * 32];
    for (int i = 0; i < 20; i++) {
      long wanted = ((long) (i >>> 2) << UPPER | (i & 3)) + 1;
      int place = KeyPlaces.first(wanted, KeyPlaces.shift(table));
      while (table[place] != 0) {
        place = (place + 2) % table.length;
      }
      table[place] = wanted;
      table[place + 1] = i + 5L;
    }
    int[] rest = new int[FEW];
    int[] groups = new int[FEW];
    kernels.findKeys(keys, 2, FEW - 2, table, rest, groups);
    int[] missed = new int[FEW];
    int[] recent = new int[FEW];
    missed[0] = kernels.findRecent(keys, FEW, table, 1, missed, recent);
    return Stream.of(groups, missed, recent, Arrays.stream(keys).mapToInt(Long::hashCode).toArray())
        .flatMapToInt(Arrays::stream)
        .toArray();
  }

  private static boolean agree(Kernels one, Kernels other, long[] values, int width) {
    long[] masked = new long[COUNT];
    Arrays.setAll(masked, i -> values[i] & Lanes.mask(width));
    long[] words = new long[Lanes.words(COUNT, width)];
    Lanes.pack(masked, 0, width, COUNT, words);
    long[] unpacked = new long[COUNT];
    one.unpack(words, width, 0, unpacked, COUNT);
    boolean same = Arrays.equals(masked, unpacked);
    same &= one.sumPacked(words, width, COUNT).equals(other.sumPacked(words, width, COUNT));
    long[] bits = new long[WORDS];
    long[] otherBits = new long[WORDS];
    one.selectRangePacked(words, width, COUNT, 0, Lanes.mask(width) >>> 1, bits);
    other.selectRangePacked(words, width, COUNT, 0, Lanes.mask(width) >>> 1, otherBits);
    same &= Arrays.equals(bits, otherBits);
    long[] wanted = {masked[9], masked[COUNT - 1], Lanes.mask(width)};
    one.selectInPacked(words, width, COUNT, wanted, bits);
    other.selectInPacked(words, width, COUNT, wanted, otherBits);
    same &= Arrays.equals(bits, otherBits);
    SelectedRows rows = new SelectedRows();
    rows.set(otherBits, COUNT);
    same &=
        one.sumSelectedPacked(words, width, COUNT, rows)
            .equals(other.sumSelectedPacked(words, width, COUNT, rows));
    if (width < Integer.SIZE) {
      int[] ints = new int[COUNT];
      int[] otherInts = new int[COUNT];
      one.unpackInts(words, width, 1, ints, COUNT);
      other.unpackInts(words, width, 1, otherInts, COUNT);
      int greatest = (int) (Lanes.mask(width) >>> 1);
      same &= Arrays.equals(ints, otherInts);
      same &=
          one.exceeds(words, width, COUNT, greatest)
              == other.exceeds(words, width, COUNT, greatest);
    }
    return same;
  }
}
