package io.varve.benchmarks;

import io.varve.column.BlockSource;
import io.varve.column.Int128;
import io.varve.simd.Kernels;
import io.varve.simd.Lanes;
import io.varve.simd.LongTotals;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Calls that groups, bitmaps and comparisons of other numbers than long need, over one block of
 * {@value #VALUES} values; {@code bin/varve-bench kernels} runs them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class QueryKernelsBenchmark {

  /** Values of one call. */
  public static final int VALUES = BlockSource.MAX_BLOCK_ROWS;

  /** Groups that rows are of, at random. */
  public static final int GROUPS = 1200;

  private static final int CODE_WIDTH = 13;
  private static final int BITMAP_WORDS = VALUES / Long.SIZE;

  private final Kernels chosen = Kernels.chosen();
  private final long[] values = new long[VALUES];
  private final long[] low = new long[VALUES];
  private final double[] doubles = new double[VALUES];
  private final int[] codes = new int[VALUES];
  private final byte[] table = new byte[1 << CODE_WIDTH];
  private final long[] packed = new long[Lanes.words(VALUES, CODE_WIDTH)];
  private final int[] groups = new int[VALUES];
  private final long[] bitmap = new long[BITMAP_WORDS];
  private final long[] half = new long[BITMAP_WORDS];
  private final int[] out = new int[VALUES];
  private final long[] sums = new long[GROUPS];
  private final long[] upperSums = new long[GROUPS];
  private final double[] doubleSums = new double[GROUPS];
  private final double[] errors = new double[GROUPS];
  private final LongTotals totals = new LongTotals();
  private final double[] wanted = new double[4];
  private final Int128[] wantedPairs = new Int128[4];

  /** Creates the state of a benchmark. */
  public QueryKernelsBenchmark() {}

  /** Fills the arrays, the same way every time. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    long[] wide = new long[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = random.nextInt(1000) - 500L;
      low[i] = random.nextLong();
      doubles[i] = random.nextInt(1_000_000) / 100.0;
      codes[i] = random.nextInt(1 << CODE_WIDTH);
      wide[i] = codes[i];
      groups[i] = random.nextInt(GROUPS);
      half[i >>> 6] |= random.nextBoolean() ? 1L << i : 0;
    }
    for (int code = 0; code < table.length; code++) {
      table[code] = (byte) random.nextInt(2);
    }
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = doubles[i * 9];
      wantedPairs[i] = new Int128(values[i * 9], low[i * 9]);
    }
    Lanes.pack(wide, 0, CODE_WIDTH, VALUES, packed);
  }

  /** Unpacks codes. */
  @Benchmark
  public int[] unpackCodes() {
    chosen.unpackInts(packed, CODE_WIDTH, 0, out, VALUES);
    return out;
  }

  /** Compares codes that aren't packed with two bounds. */
  @Benchmark
  public long[] selectInts() {
    chosen.selectRange(codes, VALUES, 100, 4000, bitmap);
    return bitmap;
  }

  /** Looks codes that aren't packed up in a table. */
  @Benchmark
  public long[] selectByTable() {
    chosen.selectByTable(codes, VALUES, table, bitmap);
    return bitmap;
  }

  /** Compares integers of 128 bits with two bounds. */
  @Benchmark
  public long[] selectPairs() {
    chosen.selectRange(values, low, VALUES, new Int128(-3, 5), new Int128(400, 77), bitmap);
    return bitmap;
  }

  /** Looks for four integers of 128 bits. */
  @Benchmark
  public long[] selectPairsIn() {
    chosen.selectIn(values, low, VALUES, wantedPairs, bitmap);
    return bitmap;
  }

  /** Looks for four doubles. */
  @Benchmark
  public long[] selectDoublesIn() {
    chosen.selectIn(doubles, VALUES, wanted, bitmap);
    return bitmap;
  }

  /** Combines bitmaps four times. */
  @Benchmark
  public long[] combineBitmaps() {
    chosen.and(half, BITMAP_WORDS, bitmap);
    chosen.or(half, BITMAP_WORDS, bitmap);
    chosen.andNot(half, BITMAP_WORDS, bitmap);
    chosen.not(bitmap, VALUES);
    return bitmap;
  }

  /** Sum, least and greatest under a bitmap. */
  @Benchmark
  public Object summarizeSelected() {
    chosen.summarizeSelected(values, VALUES, half, totals);
    return totals;
  }

  /** Sums by groups in 64 bits. */
  @Benchmark
  public long[] addToGroups() {
    chosen.addToGroups(values, groups, VALUES, sums);
    return sums;
  }

  /** Sums by groups in 128 bits. */
  @Benchmark
  public long[] addToGroupsWide() {
    chosen.addToGroups(values, groups, VALUES, sums, upperSums);
    return sums;
  }

  /** Sum of doubles. */
  @Benchmark
  public double[] addDoubles() {
    chosen.addToGroup(doubles, VALUES, 0, doubleSums, errors);
    return doubleSums;
  }

  /** Sum of doubles under a bitmap. */
  @Benchmark
  public double[] addDoublesSelected() {
    chosen.addToGroup(doubles, VALUES, half, 0, doubleSums, errors);
    return doubleSums;
  }

  /** Counts by groups. */
  @Benchmark
  public long[] countGroups() {
    chosen.countGroups(groups, VALUES, sums);
    return sums;
  }

  /** Counts by groups under a bitmap. */
  @Benchmark
  public long[] countGroupsSelected() {
    chosen.countGroups(groups, VALUES, half, sums);
    return sums;
  }
}
