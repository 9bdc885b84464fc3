package io.varve.benchmarks;

import io.varve.column.BlockSource;
import io.varve.simd.Kernels;
import io.varve.simd.KeyPlaces;
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
 * Calls that find the groups of keys, over one block of {@value #VALUES} keys after the other, as
 * one block would bring all that it needs into a cache; {@code bin/varve-bench kernels} runs them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class KeyKernelsBenchmark {

  /** Keys of one call. */
  public static final int VALUES = BlockSource.MAX_BLOCK_ROWS;

  private static final int BLOCKS = 1024;
  private static final int USER_SHIFT = 21;
  private static final int DAY_SHIFT = 42;
  private static final int RECENT = 1 << 16;

  private final Kernels chosen = Kernels.chosen();
  private final Keys thousand = new Keys(1000);
  private final Keys many = new Keys(64_000);
  private final Keys million = new Keys(1_000_000);
  private final long[] recent = new long[2 * RECENT];
  private final long[][] words = new long[3][VALUES];
  private final int[] shifts = {DAY_SHIFT, USER_SHIFT, 0};
  private final long[] keys = new long[VALUES];
  private final int[] rest = new int[VALUES];
  private final int[] groups = new int[VALUES];

  /** Creates the state of a benchmark. */
  public KeyKernelsBenchmark() {}

  /** Fills the arrays, the same way every time. */
  @Setup
  public void fill() {
    thousand.fill();
    many.fill();
    million.fill();
    for (int n = 0; n < RECENT; n++) {
      long key = many.all[n % many.all.length];
      int place = (int) key & RECENT - 1;
      recent[2 * place] = key + 1;
      recent[2 * place + 1] = n;
    }
    for (int i = 0; i < VALUES; i++) {
      words[0][i] = 7;
      words[1][i] = i % 100;
      words[2][i] = i;
    }
  }

  /** Keys and their table. */
  private static final class Keys {

    private final long[] all;
    private final long[] table;
    private final long[] some = new long[BLOCKS * VALUES];
    private int from;

    Keys(int size) {
      all = new long[size];
      table = new long[8 * Integer.highestOneBit(size)];
    }

    void fill() {
      Random random = new Random(1);
      for (int n = 0; n < all.length; n++) {
        all[n] =
            (long) random.nextInt(30) << DAY_SHIFT | (long) random.nextInt(5000) << USER_SHIFT | n;
        int place = KeyPlaces.first(all[n] + 1, KeyPlaces.shift(table));
        while (table[place] != 0) {
          place = (place + 2) % table.length;
        }
        table[place] = all[n] + 1;
        table[place + 1] = n + 1L;
      }
      for (int i = 0; i < some.length; i++) {
        some[i] = all[random.nextInt(all.length)];
      }
    }

    void next(long[] keys) {
      from = (from + VALUES) % some.length;
      System.arraycopy(some, from, keys, 0, VALUES);
    }
  }

  private int[] find(Keys from) {
    from.next(keys);
    chosen.findKeys(keys, 0, VALUES, from.table, rest, groups);
    return groups;
  }

  /** Finds keys in a small table. */
  @Benchmark
  public int[] findKeys1k() {
    return find(thousand);
  }

  /** Finds keys in a larger table. */
  @Benchmark
  public int[] findKeys64k() {
    return find(many);
  }

  /** Finds keys in a table that exceeds caches. */
  @Benchmark
  public int[] findKeys1M() {
    return find(million);
  }

  /** Finds keys among recent ones, where they are. */
  @Benchmark
  public int findRecent() {
    many.next(keys);
    return chosen.findRecent(keys, VALUES, recent, 0, rest, groups);
  }

  /** Joins words. */
  @Benchmark
  public long[] packKeys() {
    chosen.packKeys(words, shifts, VALUES, keys);
    return keys;
  }
}
