package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.SeededTest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every kernel agrees with a plain loop over big integers, in all implementations that this JVM can
 * run. What could break: a width that straddles words, a last group that isn't whole, a sum that
 * exceeds 64 bits.
 */
class KernelsModelTest {

  static List<Kernels> all() {
    List<Kernels> all = new ArrayList<>();
    all.add(new ScalarKernels());
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      all.add(new VectorKernels());
    }
    return all;
  }

  @Test
  void theBuildRunsBothImplementations() {
    assertThat(all()).hasSize(2);
  }

  @SeededTest(runs = 3)
  void unpacksEveryWidthAndCount(Random random) {
    for (int width = 1; width <= 64; width++) {
      int count = 1 + random.nextInt(1024);
      for (int rows : new int[] {count, 1, 15, 16, 17, 1023, 1024}) {
        long base = random.nextLong();
        long[] values = values(random, rows, width, base);
        long[] words = new long[Lanes.words(rows, width)];
        Lanes.pack(values, base, width, rows, words);
        for (Kernels kernels : all()) {
          long[] out = new long[rows + 2];
          out[rows] = 4711;
          kernels.unpack(words, width, base, out, rows);
          assertThat(Arrays.copyOf(out, rows))
              .as("%s, %s bits, %s rows", kernels.name(), width, rows)
              .isEqualTo(values);
          assertThat(out[rows]).as("nothing behind the last row").isEqualTo(4711);
          assertThat(kernels.sumPacked(words, width, rows).toBigInteger())
              .as("%s, sum of %s bits, %s rows", kernels.name(), width, rows)
              .isEqualTo(unsignedSum(values, base));
        }
      }
    }
  }

  @SeededTest(runs = 3)
  void unpacksInts(Random random) {
    for (int width = 1; width <= 32; width++) {
      for (int rows : new int[] {1 + random.nextInt(1024), 1 + random.nextInt(200), 15, 16, 1024}) {
        int base = width < 32 ? 5 : random.nextInt();
        long[] values = values(random, rows, width, 0);
        long[] words = new long[Lanes.words(rows, width)];
        Lanes.pack(values, 0, width, rows, words);
        for (Kernels kernels : all()) {
          int[] out = new int[rows + 1];
          out[rows] = 4711;
          kernels.unpackInts(words, width, base, out, rows);
          assertThat(Arrays.copyOf(out, rows))
              .as("%s, %s bits, %s rows", kernels.name(), width, rows)
              .isEqualTo(Arrays.stream(values).mapToInt(v -> (int) (v + base)).toArray());
          assertThat(out[rows]).as("nothing behind the last row").isEqualTo(4711);
        }
      }
    }
  }

  /** Values whose difference to the base takes at most some bits; the extremes are among them. */
  private static long[] values(Random random, int rows, int width, long base) {
    long mask = Lanes.mask(width);
    long[] values = new long[rows];
    for (int i = 0; i < rows; i++) {
      long offset = random.nextInt(8) == 0 ? mask : random.nextLong() & mask;
      values[i] = base + offset;
    }
    return values;
  }

  private static BigInteger unsignedSum(long[] values, long base) {
    BigInteger sum = BigInteger.ZERO;
    for (long value : values) {
      sum = sum.add(new BigInteger(Long.toUnsignedString(value - base)));
    }
    return sum;
  }

  @SeededTest(runs = 30)
  void multipliesWholeNumbersAsJavaDoes(Random random) {
    int count = random.nextInt(1100);
    long[] values = new long[count];
    int shift = 13 + random.nextInt(50);
    long limit = (1L << 51) - 1;
    Arrays.setAll(
        values,
        i ->
            switch (random.nextInt(9)) {
              case 0 -> limit;
              case 1 -> -limit;
              default -> random.nextLong() >> shift;
            });
    double first = Math.pow(10, random.nextInt(19));
    double second = 1 / Math.pow(10, random.nextInt(19));
    double[] expected = new double[count + 1];
    Arrays.setAll(expected, i -> i < count ? (double) values[i] * first * second : 4711);
    for (Kernels kernels : all()) {
      double[] out = new double[count + 1];
      out[count] = 4711;
      kernels.multiply(values, first, second, out, count);
      assertThat(out).as(kernels.name()).isEqualTo(expected);
    }
  }

  @SeededTest(runs = 50)
  void summarizes(Random random) {
    int from = random.nextInt(20);
    int count = random.nextInt(1100);
    long[] values = new long[from + count + 5];
    int shift = random.nextInt(64);
    Arrays.setAll(
        values, i -> random.nextInt(9) == 0 ? Long.MIN_VALUE : random.nextLong() >> shift);
    BigInteger sum = BigInteger.ZERO;
    for (int i = from; i < from + count; i++) {
      sum = sum.add(BigInteger.valueOf(values[i]));
    }
    long[] part = Arrays.copyOfRange(values, from, from + count);
    LongTotals totals = new LongTotals();
    for (Kernels kernels : all()) {
      LongSummary summary = kernels.summarize(values, from, count);
      kernels.summarize(values, from, count, totals); // has those of the kernels before
      assertThat(totals.toSummary()).isEqualTo(summary);
      assertThat(summary.sum().toBigInteger()).isEqualTo(sum);
      assertThat(summary.min()).isEqualTo(Arrays.stream(part).min().orElse(Long.MAX_VALUE));
      assertThat(summary.max()).isEqualTo(Arrays.stream(part).max().orElse(Long.MIN_VALUE));
    }
    assertThat(new ScalarKernels().summarize(values, 0, 0)).isEqualTo(LongSummary.EMPTY);
  }

  @SeededTest(runs = 3)
  void selectsAndSumsPackedValues(Random random) {
    for (int width = 1; width <= 64; width++) {
      for (int rows : new int[] {1 + random.nextInt(1024), 1, 16, 63, 64, 65, 1023, 1024}) {
        long[] values = values(random, rows, width, 0);
        long[] words = new long[Lanes.words(rows, width)];
        Lanes.pack(values, 0, width, rows, words);
        long one = values[random.nextInt(rows)];
        long other = random.nextBoolean() ? one : values[random.nextInt(rows)];
        boolean ordered = Long.compareUnsigned(one, other) <= 0;
        checkPacked(values, words, width, ordered ? one : other, ordered ? other : one);
        checkPacked(values, words, width, 0, Lanes.mask(width));
      }
    }
  }

  private static void checkPacked(long[] values, long[] words, int width, long first, long last) {
    long[] expected = new long[16];
    BigInteger sum = BigInteger.ZERO;
    for (int i = 0; i < values.length; i++) {
      if (Long.compareUnsigned(values[i], first) >= 0
          && Long.compareUnsigned(values[i], last) <= 0) {
        expected[i >>> 6] |= 1L << i;
        sum = sum.add(new BigInteger(Long.toUnsignedString(values[i])));
      }
    }
    SelectedRows rows = new SelectedRows();
    for (Kernels kernels : all()) {
      long[] bits = new long[16];
      kernels.selectRangePacked(words, width, values.length, first, last, bits);
      assertThat(bits).as("%s, %s bits", kernels.name(), width).isEqualTo(expected);
      rows.set(bits, values.length);
      assertThat(kernels.sumSelectedPacked(words, width, values.length, rows).toBigInteger())
          .as("%s, sum of %s bits, %s rows", kernels.name(), width, values.length)
          .isEqualTo(sum);
    }
  }

  /**
   * As many as one pass compares with, one more, all; among them none, and what fills groups up.
   */
  @SeededTest(runs = 3)
  void selectsValuesThatAreOneOfSome(Random random) {
    for (int width = 1; width <= 64; width++) {
      for (int rows : new int[] {1 + random.nextInt(1024), 1, 15, 16, 63, 65, 1023, 1024}) {
        long[] values = values(random, rows, width, 0);
        long mask = Lanes.mask(width);
        long[] wanted = new long[random.nextInt(Kernels.MAX_WANTED + 1)];
        Arrays.setAll(
            wanted,
            i ->
                switch (random.nextInt(4)) {
                  case 0 -> 0;
                  case 1 -> random.nextLong() & mask;
                  default -> values[random.nextInt(rows)];
                });
        long[] expected = new long[16];
        for (int i = 0; i < rows; i++) {
          long value = values[i];
          boolean found = Arrays.stream(wanted).anyMatch(one -> one == value);
          expected[i >>> 6] |= found ? 1L << i : 0;
        }
        long[] words = new long[Lanes.words(rows, width)];
        Lanes.pack(values, 0, width, rows, words);
        for (Kernels kernels : all()) {
          long[] bits = new long[16];
          Arrays.fill(bits, 0, (rows + 63) >>> 6, random.nextLong());
          kernels.selectIn(values, rows, wanted, bits);
          assertThat(bits).as("%s, %s rows", kernels.name(), rows).isEqualTo(expected);
          Arrays.fill(bits, 0, (rows + 63) >>> 6, random.nextLong());
          kernels.selectInPacked(words, width, rows, wanted, bits);
          assertThat(bits)
              .as("%s, %s bits, %s rows", kernels.name(), width, rows)
              .isEqualTo(expected);
        }
      }
    }
  }

  @SeededTest(runs = 20)
  void addsDifferencesUp(Random random) {
    int count = 1 + random.nextInt(1024);
    int shift = random.nextInt(64);
    long[] values = random.longs(count).map(value -> value >> shift).toArray();
    long[] differences = new long[count + 1];
    differences[0] = random.nextLong();
    for (int i = 1; i < count; i++) {
      differences[i] = values[i] - values[i - 1];
    }
    differences[count] = 4711;
    for (Kernels kernels : all()) {
      long[] out = differences.clone();
      kernels.addUp(out, values[0], count);
      assertThat(Arrays.copyOf(out, count)).as(kernels.name()).isEqualTo(values);
      assertThat(out[count]).as("nothing behind the last row").isEqualTo(4711);
    }
  }

  @SeededTest(runs = 20)
  void findsValuesThatExceed(Random random) {
    int width = 1 + random.nextInt(31);
    int rows = 1 + random.nextInt(1024);
    long[] values = new long[rows];
    int limit = random.nextInt((int) Lanes.mask(width)) + 1;
    Arrays.setAll(values, i -> random.nextInt(limit));
    int greatest = (int) Arrays.stream(values).max().orElseThrow();
    long[] words = new long[Lanes.words(rows, width)];
    Lanes.pack(values, 0, width, rows, words);
    for (Kernels kernels : all()) {
      assertThat(kernels.exceeds(words, width, rows, greatest)).isFalse();
      if (greatest > 0) {
        assertThat(kernels.exceeds(words, width, rows, greatest - 1)).isTrue();
      }
    }
  }

  @SeededTest(runs = 50)
  void selectsDoubles(Random random) {
    double[] special = {0.0, -0.0, Double.NaN, 1, -1, 1e300, Double.MIN_VALUE};
    double[] infinite = {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] values = new double[1 + random.nextInt(1024)];
    Arrays.setAll(
        values,
        i ->
            switch (random.nextInt(3)) {
              case 0 -> special[random.nextInt(special.length)];
              case 1 -> infinite[random.nextInt(2)];
              default -> Double.longBitsToDouble(random.nextLong());
            });
    double one = values[random.nextInt(values.length)];
    double other = special[random.nextInt(special.length)];
    double first = Double.isNaN(one) || Double.isNaN(other) ? -0.0 : Math.min(one, other);
    double last = Double.isNaN(one) || Double.isNaN(other) ? 0.0 : Math.max(one, other);
    for (Kernels kernels : all()) {
      long[] bits = new long[16];
      kernels.selectRange(values, values.length, first, last, bits);
      for (int i = 0; i < values.length; i++) {
        assertThat((bits[i >>> 6] >>> i & 1) == 1)
            .as("%s: %s from %s to %s", kernels.name(), values[i], first, last)
            .isEqualTo(values[i] >= first && values[i] <= last);
      }
    }
  }

  @SeededTest(runs = 50)
  void comparesAndSumsWhatIsSelected(Random random) {
    int count = 1 + random.nextInt(1024);
    long[] values = new long[count];
    Arrays.setAll(values, i -> random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(4));
    long operand = values[random.nextInt(count)];
    for (Comparison comparison : Comparison.values()) {
      for (Kernels kernels : all()) {
        long[] bitmap = new long[16];
        Arrays.fill(bitmap, random.nextLong());
        kernels.compare(values, count, comparison, operand, bitmap);
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < count; i++) {
          boolean expected = comparison.test(values[i], operand);
          assertThat((bitmap[i >>> 6] >>> i & 1) == 1)
              .as("%s %s %s", values[i], comparison, operand)
              .isEqualTo(expected);
          sum = sum.add(expected ? BigInteger.valueOf(values[i]) : BigInteger.ZERO);
        }
        if (count % 64 != 0) {
          assertThat(bitmap[count >>> 6] >>> count).as("no bits past the last row").isZero();
        }
        assertThat(kernels.sumSelected(values, count, bitmap).toBigInteger()).isEqualTo(sum);
      }
    }
  }
}
