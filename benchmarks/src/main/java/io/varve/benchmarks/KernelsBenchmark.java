package io.varve.benchmarks;

import io.varve.column.BlockSource;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.encoding.BlockDecoder;
import io.varve.encoding.BlockEncoder;
import io.varve.encoding.BlockOptions;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.simd.Kernels;
import io.varve.simd.Lanes;
import io.varve.simd.SelectedRows;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Calls over one block of {@value #VALUES} values; {@code bin/varve-bench kernels} runs them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class KernelsBenchmark {

  /** Values of one call. */
  public static final int VALUES = BlockSource.MAX_BLOCK_ROWS;

  /** Cycles of the processor that one call of {@link #clock} takes. */
  public static final int CLOCK_CYCLES = 1 << 13;

  private static final int WIDTH = 20;
  private static final int CODE_WIDTH = 13;
  private static final long[] WANTED = {17, 400, 2000, 8000};

  private final Kernels chosen = Kernels.chosen();
  private final long[] values = new long[VALUES];
  private final double[] doubles = new double[VALUES];
  private final long[] words = new long[Lanes.words(VALUES, WIDTH)];
  private final long[] codes = new long[Lanes.words(VALUES, CODE_WIDTH)];
  private final long[] out = new long[VALUES];
  private final long[] bitmap = new long[VALUES / Long.SIZE];
  private final SelectedRows halfOfRows = new SelectedRows();
  private final BlockDecoder decoder = new BlockDecoder();
  private final DoubleColumn decoded = new DoubleColumn();
  private long clockValue = 0x9e37_79b9_7f4a_7c15L;
  private byte[] decimals = new byte[0];

  /** Creates the state of a benchmark. */
  public KernelsBenchmark() {}

  /** Fills the arrays, the same way every time. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    long[] half = new long[VALUES / Long.SIZE];
    for (int i = 0; i < VALUES; i++) {
      values[i] = random.nextInt(1 << WIDTH);
      doubles[i] = random.nextInt(1_000_000) / 100.0;
      half[i >>> 6] |= random.nextBoolean() ? 1L << i : 0;
    }
    halfOfRows.set(half, VALUES);
    Lanes.pack(values, 0, WIDTH, VALUES, words);
    LongColumn few = new LongColumn();
    for (int i = 0; i < VALUES; i++) {
      few.append(values[i] & ((1 << CODE_WIDTH) - 1));
    }
    Lanes.pack(few.values(), 0, CODE_WIDTH, VALUES, codes);
    DoubleColumn column = new DoubleColumn();
    for (double value : doubles) {
      column.append(value);
    }
    BytesWriter writer = new BytesWriter(1 << 14);
    new BlockEncoder(BlockOptions.SEALED).encode(column, 0, VALUES, writer);
    decimals = writer.toByteArray();
  }

  /** Instructions of one cycle, each of which waits for the one before: how fast the clock is. */
  @Benchmark
  public long clock() {
    long value = clockValue;
    for (int i = 0; i < CLOCK_CYCLES; i += 2) {
      value = Long.rotateLeft(value, 7) ^ clockValue;
    }
    return value;
  }

  /** Unpacks. */
  @Benchmark
  public long[] unpack() {
    chosen.unpack(words, WIDTH, 5, out, VALUES);
    return out;
  }

  /** Unpacks and sums. */
  @Benchmark
  public Object sumPacked() {
    return chosen.sumPacked(words, WIDTH, VALUES);
  }

  /** Sums plain integers. */
  @Benchmark
  public Object sum() {
    return chosen.summarize(values, 0, VALUES);
  }

  /** Compares codes with one. */
  @Benchmark
  public long[] selectCodes() {
    chosen.selectRangePacked(codes, CODE_WIDTH, VALUES, 17, 17, bitmap);
    return bitmap;
  }

  /** Looks for four codes. */
  @Benchmark
  public long[] selectCodesIn() {
    chosen.selectInPacked(codes, CODE_WIDTH, VALUES, WANTED, bitmap);
    return bitmap;
  }

  /** Looks for four integers. */
  @Benchmark
  public long[] selectIn() {
    chosen.selectIn(values, VALUES, WANTED, bitmap);
    return bitmap;
  }

  /** Turns differences into values. */
  @Benchmark
  public long[] addUp() {
    System.arraycopy(values, 0, out, 0, VALUES);
    chosen.addUp(out, 5, VALUES);
    return out;
  }

  /** Compares plain integers with two bounds. */
  @Benchmark
  public long[] selectRange() {
    chosen.selectRange(values, VALUES, 1000, 500_000, bitmap);
    return bitmap;
  }

  /** Compares doubles with two bounds. */
  @Benchmark
  public long[] selectDoubles() {
    chosen.selectRange(doubles, VALUES, 10.0, 5000.0, bitmap);
    return bitmap;
  }

  /** Sums packed values under a bitmap. */
  @Benchmark
  public Object sumSelected() {
    return chosen.sumSelectedPacked(words, WIDTH, VALUES, halfOfRows);
  }

  /** Decodes a block of doubles that are decimals. */
  @Benchmark
  public double[] decodeDecimals() throws CorruptFileException {
    decoder.decode(new BytesReader("block", 0, decimals, 0, decimals.length), VALUES, decoded);
    return decoded.values();
  }
}
