package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.Int128;
import io.varve.testkit.SeededTest;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/**
 * Kernels that make bitmaps of other numbers than long, and of bitmaps, agree with one test a row.
 * What could break: rows of a last group that isn't whole, the half of lanes that holds late rows,
 * a borrow between halves, zeros with a sign.
 */
class SelectionKernelsModelTest {

  private static final int WORDS = 17;
  private static final int[] COUNTS = {0, 1, 511, 512, 513, 527, 528, 1023, 1024, 1041};

  /** Every length up to 200, some above, and those at which another way is taken. */
  private static int[] counts(Random random) {
    int[] counts = Arrays.copyOf(COUNTS, COUNTS.length + 220);
    for (int i = COUNTS.length; i < counts.length; i++) {
      int length = i - COUNTS.length;
      counts[i] = length <= 200 ? length : random.nextInt(1042);
    }
    return counts;
  }

  private static void check(int count, IntPredicate expected, BitmapOf kernel) {
    long[] rows = new long[WORDS];
    for (int i = 0; i < count; i++) {
      rows[i >>> 6] |= expected.test(i) ? 1L << i : 0;
    }
    for (Kernels kernels : KernelsModelTest.all()) {
      long[] bits = new long[WORDS];
      Arrays.fill(bits, 0, (count + 63) >>> 6, -1L);
      kernel.find(kernels, bits);
      assertThat(bits).as("%s, %s rows", kernels.name(), count).isEqualTo(rows);
    }
  }

  private interface BitmapOf {

    void find(Kernels kernels, long[] bits);
  }

  @SeededTest(runs = 3)
  void selectsIntsInARange(Random random) {
    int[] extremes = {Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1};
    for (int count : counts(random)) {
      int shift = random.nextInt(32);
      int[] values = random.ints(count).map(value -> value >> shift).toArray();
      Arrays.setAll(values, i -> random.nextInt(9) == 0 ? extremes[random.nextInt(4)] : values[i]);
      int one = count == 0 ? 3 : values[random.nextInt(count)];
      int other = random.nextInt(3) == 0 ? one : extremes[random.nextInt(4)];
      int first = Math.min(one, other);
      int last = Math.max(one, other);
      check(
          count,
          i -> values[i] >= first && values[i] <= last,
          (kernels, bits) -> kernels.selectRange(values, count, first, last, bits));
    }
  }

  /** Halves of few values, so that many numbers differ in one half only. */
  private static Int128[] pairs(Random random, int count) {
    long[] halves = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, random.nextLong()};
    Int128[] pairs = new Int128[count + 2];
    Arrays.setAll(pairs, i -> new Int128(halves[random.nextInt(6)], halves[random.nextInt(6)]));
    return pairs;
  }

  @SeededTest(runs = 3)
  void selectsPairsInARangeAndAmongSome(Random random) {
    for (int count : counts(random)) {
      Int128[] pairs = pairs(random, count);
      long[] high = Arrays.stream(pairs).mapToLong(Int128::high).toArray();
      long[] low = Arrays.stream(pairs).mapToLong(Int128::low).toArray();
      Int128 one = pairs[random.nextInt(count + 2)];
      Int128 other = pairs[random.nextInt(count + 2)];
      Int128 first = one.compareTo(other) < 0 ? one : other;
      Int128 last = first.equals(one) ? other : one;
      check(
          count,
          i -> pairs[i].compareTo(first) >= 0 && pairs[i].compareTo(last) <= 0,
          (kernels, bits) -> kernels.selectRange(high, low, count, first, last, bits));
      Int128[] wanted = new Int128[random.nextInt(Kernels.MAX_WANTED + 1)];
      Arrays.setAll(wanted, i -> pairs[random.nextInt(count + 2)]);
      check(
          count,
          i -> Arrays.asList(wanted).contains(pairs[i]),
          (kernels, bits) -> kernels.selectIn(high, low, count, wanted, bits));
    }
  }

  @SeededTest(runs = 3)
  void selectsDoublesAmongSome(Random random) {
    double[] numbers = {0.0, -0.0, 1, -1, Double.MIN_VALUE, 1e308, Double.NEGATIVE_INFINITY};
    double[] nans = {Double.NaN, Double.longBitsToDouble(-1L)};
    for (int count : counts(random)) {
      double[] values = new double[count];
      Arrays.setAll(
          values,
          i -> random.nextInt(5) == 0 ? nans[random.nextInt(2)] : numbers[random.nextInt(7)]);
      double[] wanted = new double[random.nextInt(4)];
      Arrays.setAll(wanted, i -> numbers[random.nextInt(7)]);
      check(
          count,
          i -> Arrays.stream(wanted).anyMatch(one -> one == values[i]),
          (kernels, bits) -> kernels.selectIn(values, count, wanted, bits));
    }
  }

  @SeededTest(runs = 3)
  void selectsByATableOfCodes(Random random) {
    byte[] table = new byte[1 + random.nextInt(300)];
    random.nextBytes(table);
    for (int count : counts(random)) {
      int[] codes = random.ints(count, 0, table.length).toArray();
      check(
          count,
          i -> (table[codes[i]] & 1) == 1,
          (kernels, bits) -> kernels.selectByTable(codes, count, table, bits));
    }
  }

  @SeededTest(runs = 20)
  void combinesBitmaps(Random random) {
    for (int words = 0; words <= WORDS; words++) {
      long[] one = random.longs(WORDS).toArray();
      long[] other = random.longs(WORDS).toArray();
      int used = words;
      checkWords(one, used, (i, word) -> word & other[i], k -> k.kernels.and(other, used, k.bits));
      checkWords(one, used, (i, word) -> word | other[i], k -> k.kernels.or(other, used, k.bits));
      checkWords(
          one, used, (i, word) -> word & ~other[i], k -> k.kernels.andNot(other, used, k.bits));
    }
    for (int count : counts(random)) {
      long[] bits = new long[WORDS];
      for (int i = 0; i < count; i++) {
        bits[i >>> 6] |= random.nextBoolean() ? 1L << i : 0;
      }
      check(
          count,
          i -> (bits[i >>> 6] >>> i & 1) == 0,
          (kernels, out) -> {
            System.arraycopy(bits, 0, out, 0, WORDS);
            kernels.not(out, count);
          });
    }
  }

  private record Call(Kernels kernels, long[] bits) {}

  private interface WordOf {

    long of(int index, long word);
  }

  private static void checkWords(long[] one, int words, WordOf expected, Consumer<Call> call) {
    for (Kernels kernels : KernelsModelTest.all()) {
      long[] bits = one.clone();
      call.accept(new Call(kernels, bits));
      for (int i = 0; i < WORDS; i++) {
        assertThat(bits[i])
            .as("%s, word %s of %s", kernels.name(), i, words)
            .isEqualTo(i < words ? expected.of(i, one[i]) : one[i]);
      }
    }
  }

  @SeededTest(runs = 3)
  void summarizesWhatIsSelected(Random random) {
    long[] extremes = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1};
    for (int count : counts(random)) {
      long[] values = new long[count];
      int shift = random.nextInt(64);
      Arrays.setAll(
          values,
          i -> random.nextInt(9) == 0 ? extremes[random.nextInt(4)] : random.nextLong() >> shift);
      int oneOf = 1 + random.nextInt(20);
      long[] bits = new long[WORDS];
      long min = Long.MAX_VALUE;
      long max = Long.MIN_VALUE;
      BigInteger sum = BigInteger.ZERO;
      for (int i = 0; i < count; i++) {
        if (random.nextInt(oneOf) == 0) {
          bits[i >>> 6] |= 1L << i;
          min = Math.min(min, values[i]);
          max = Math.max(max, values[i]);
          sum = sum.add(BigInteger.valueOf(values[i]));
        }
      }
      LongTotals totals = new LongTotals();
      for (Kernels kernels : KernelsModelTest.all()) {
        kernels.summarizeSelected(values, count, bits, totals); // has those of the kernels before
        assertThat(totals.toSummary())
            .as("%s, %s rows", kernels.name(), count)
            .isEqualTo(new LongSummary(min, max, Int128.of(sum)));
      }
    }
  }

  @Test
  void noRowIsAmongNoValues() {
    check(
        20,
        i -> false,
        (kernels, bits) -> kernels.selectIn(new double[20], 20, new double[0], bits));
    check(
        20,
        i -> false,
        (kernels, bits) -> kernels.selectIn(new long[20], new long[20], 20, new Int128[0], bits));
  }
}
