package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.Int128;
import io.varve.testkit.SeededTest;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;

/**
 * Kernels that add up by groups agree with big integers, and with one addition after the other.
 * What could break: a carry between halves, rows that follow each other in one group, a bit too
 * many at the end.
 */
class GroupKernelsModelTest {

  private static final int GUARD = 4711;

  private static int count(Random random, int run) {
    return run <= 200 ? run : random.nextInt(1100);
  }

  private static int[] groups(Random random, int count, int groups) {
    return random.ints(count, 0, groups).toArray();
  }

  private static long[] bitmap(Random random, int count) {
    long[] bits = new long[(count + 63) >>> 6];
    for (int i = 0; i < count; i++) {
      bits[i >>> 6] |= random.nextBoolean() ? 1L << i : 0;
    }
    return bits;
  }

  private static boolean has(long[] bits, int row) {
    return (bits[row >>> 6] >>> row & 1) == 1;
  }

  @SeededTest(runs = 3)
  void addsIntegersToGroups(Random random) {
    long[] extremes = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1};
    for (int run = 0; run < 220; run++) {
      int count = count(random, run);
      int size = 1 + random.nextInt(random.nextBoolean() ? 3 : 2000);
      int[] groups = groups(random, count, size);
      int shift = random.nextInt(64);
      long[] values = random.longs(count).map(value -> value >> shift).toArray();
      Arrays.setAll(values, i -> random.nextInt(5) == 0 ? extremes[random.nextInt(4)] : values[i]);
      BigInteger[] expected = new BigInteger[size];
      Arrays.fill(expected, BigInteger.valueOf(GUARD));
      for (int i = 0; i < count; i++) {
        expected[groups[i]] = expected[groups[i]].add(BigInteger.valueOf(values[i]));
      }
      for (Kernels kernels : KernelsModelTest.all()) {
        long[] sums = new long[size];
        long[] low = new long[size];
        long[] high = new long[size];
        Arrays.fill(sums, GUARD);
        Arrays.fill(low, GUARD);
        kernels.addToGroups(values, groups, count, sums);
        kernels.addToGroups(values, groups, count, low, high);
        for (int group = 0; group < size; group++) {
          assertThat(new Int128(high[group], low[group]).toBigInteger())
              .as("%s, group %s", kernels.name(), group)
              .isEqualTo(expected[group]);
          assertThat(sums[group]).isEqualTo(low[group]);
        }
      }
    }
  }

  @SeededTest(runs = 3)
  void countsRowsOfGroups(Random random) {
    for (int run = 0; run < 220; run++) {
      int count = count(random, run);
      int size = 1 + random.nextInt(50);
      int[] groups = groups(random, count, size);
      long[] bits = bitmap(random, count);
      long[] all = new long[size];
      long[] some = new long[size];
      Arrays.fill(all, GUARD);
      for (int i = 0; i < count; i++) {
        all[groups[i]]++;
        some[groups[i]] += has(bits, i) ? 1 : 0;
      }
      for (Kernels kernels : KernelsModelTest.all()) {
        long[] counts = new long[size];
        Arrays.fill(counts, GUARD);
        kernels.countGroups(groups, count, counts);
        assertThat(counts).as(kernels.name()).isEqualTo(all);
        counts = new long[size];
        kernels.countGroups(groups, count, bits, counts);
        assertThat(counts).as(kernels.name()).isEqualTo(some);
      }
    }
  }

  /** Each addition as the documentation of sums of doubles has it, in order. */
  private static final class Sum {

    private double high;
    private double low;

    void add(double value) {
      double before = high;
      high = before + value;
      double part = high - before;
      low += (before - (high - part)) + (value - part);
    }
  }

  @SeededTest(runs = 3)
  void addsDoublesInOrder(Random random) {
    double[] special = {0.0, -0.0, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NaN, 1e-300};
    for (int run = 0; run < 220; run++) {
      int count = count(random, run);
      int size = 1 + random.nextInt(20);
      long[] bits = bitmap(random, count);
      int oneOf = random.nextBoolean() ? 400 : 5;
      double[] values = new double[count];
      Arrays.setAll(
          values,
          i ->
              random.nextInt(oneOf) == 0
                  ? special[random.nextInt(special.length)]
                  : random.nextGaussian() * Math.pow(10, random.nextInt(20)));
      Sum[] expected = new Sum[size];
      Arrays.setAll(expected, group -> new Sum());
      int one = random.nextInt(size);
      for (int i = 0; i < count; i++) {
        expected[one].add(values[i]);
      }
      for (int i = 0; i < count; i++) {
        if (has(bits, i)) {
          expected[one].add(values[i]);
        }
      }
      for (Kernels kernels : KernelsModelTest.all()) {
        double[] high = new double[size];
        double[] low = new double[size];
        kernels.addToGroup(values, count, one, high, low);
        kernels.addToGroup(values, count, bits, one, high, low);
        assertThat(high).isEqualTo(Arrays.stream(expected).mapToDouble(sum -> sum.high).toArray());
        assertThat(low).isEqualTo(Arrays.stream(expected).mapToDouble(sum -> sum.low).toArray());
      }
    }
  }
}
