package io.varve.simd;

import io.varve.column.Int128;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process in which vector kernels are compiled over and over: each round loads them with a loader
 * of its own, and so runs what an interpreter, two compilers and their ways from one to the other
 * in the middle of a loop make of them. See {@link FreshKernelsTest}.
 */
public final class FreshKernels {

  private static final int COUNT = 1024;

  /** So many values that a loop over them is compiled while it runs. */
  private static final int MANY = 1 << 16;

  private static final int[] WIDTHS = {1, 2, 3, 5, 7, 31, 45, 64};

  /** So many of them are of values that fit into an int. */
  private static final int NARROW = 6;

  private static final int LONG_CALLS = 60;
  private static final int SHORT_CALLS = 1500;

  private final SplittableRandom random;
  private final long[] values = new long[MANY];
  private final long[] low = new long[COUNT];
  private final double[] doubles = new double[COUNT];
  private final int[] ints = new int[COUNT];
  private final long[] bits = new long[COUNT / Long.SIZE];
  private final long[] words = new long[MANY];
  private final long[] table = new long[2 * 256];
  private int width;
  private int count;

  private FreshKernels(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < MANY; i++) {
      values[i] = random.nextLong();
    }
    for (int i = 0; i < COUNT; i++) {
      low[i] = random.nextLong();
      doubles[i] = random.nextDouble(-10, 10);
      ints[i] = random.nextInt(100);
    }
    Arrays.setAll(bits, i -> random.nextLong());
    for (int i = 0; i < 100; i++) {
      int place = KeyPlaces.first(i + 1, KeyPlaces.shift(table));
      while (table[place] != 0) {
        place = (place + 2) % table.length;
      }
      table[place] = i + 1L;
      table[place + 1] = i + 9L;
    }
  }

  /**
   * Runs rounds and prints what was wrong; ends with 1 then.
   *
   * @param args how many rounds over few kernels and how many over all, and a seed
   */
  public static void main(String[] args) throws Exception {
    int wrong = 0;
    long seed = Long.parseLong(args[2]);
    int few = Integer.parseInt(args[0]);
    for (int round = 0; round < few + Integer.parseInt(args[1]); round++) {
      String found = fresh(seed + round, round >= few);
      if (found != null) {
        wrong++;
        System.out.println("round " + round + ": " + found);
      }
    }
    System.out.println(wrong + " rounds were wrong");
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static @Nullable String fresh(long seed, boolean all)
      throws IOException, ReflectiveOperationException {
    URL[] classes = {location(Kernels.class), location(FreshKernels.class)};
    try (URLClassLoader loader =
        new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      return (String)
          loader
              .loadClass(FreshKernels.class.getName())
              .getMethod("round", long.class, boolean.class)
              .invoke(null, seed, all);
    }
  }

  private static URL location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  /** Returns which kernels answered otherwise than the plain ones, and when; null if none did. */
  public static @Nullable String round(long seed, boolean all) {
    FreshKernels data = new FreshKernels(seed);
    Map<String, String> wrong = new LinkedHashMap<>();
    data.longCalls().forEach((name, kernel) -> data.compare(name, kernel, LONG_CALLS, wrong));
    if (all) {
      data.shortCalls().forEach((name, kernel) -> data.compare(name, kernel, SHORT_CALLS, wrong));
    }
    return wrong.isEmpty() ? null : "seed " + seed + ": " + wrong;
  }

  private void compare(
      String name, Function<Kernels, Object> kernel, int calls, Map<String, String> wrong) {
    Kernels vector = new VectorKernels();
    Kernels plain = new ScalarKernels();
    for (int call = 0; call < calls; call++) {
      width = WIDTHS[random.nextInt(name.endsWith("ints") ? NARROW : WIDTHS.length)];
      int most = calls == LONG_CALLS ? MANY : COUNT;
      count = random.nextInt(4) == 0 ? most - random.nextInt(100) : most;
      pack();
      Object[] found = {kernel.apply(vector)};
      Object[] expected = {kernel.apply(plain)};
      if (!Arrays.deepEquals(found, expected)) {
        wrong.putIfAbsent(name, "call " + call + ", " + count + " values of " + width + " bits");
      }
    }
  }

  /** Fills {@link #words} with whatever values of the width. */
  private void pack() {
    int from = random.nextInt(COUNT);
    int length = Lanes.words(count, width);
    for (int i = 0; i < length; i++) {
      words[i] = values[from + i & MANY - 1];
    }
  }

  private Map<String, Function<Kernels, Object>> longCalls() {
    Map<String, Function<Kernels, Object>> calls = new LinkedHashMap<>();
    long[] out = new long[MANY];
    calls.put(
        "unpack",
        kernels -> {
          kernels.unpack(words, width, 7, out, count);
          return Arrays.copyOf(out, count);
        });
    int[] outInts = new int[MANY];
    calls.put(
        "unpack to ints",
        kernels -> {
          kernels.unpackInts(words, width, 7, outInts, count);
          return Arrays.copyOf(outInts, count);
        });
    Kernels plain = new ScalarKernels();
    calls.put(
        "greatest of ints", // one above the others, mostly: no other group may stand for its own
        kernels -> {
          plain.unpackInts(words, width, 0, outInts, count);
          int greatest = Arrays.stream(outInts, 0, count).max().orElseThrow();
          return List.of(
              kernels.exceeds(words, width, count, greatest),
              kernels.exceeds(words, width, count, greatest - 1));
        });
    calls.put("summarize", kernels -> kernels.summarize(values, 3, count - 3));
    double[] products = new double[COUNT];
    long[] small = Arrays.stream(low).map(value -> value >> 13).toArray();
    calls.put(
        "multiply",
        kernels -> {
          kernels.multiply(small, 1e3, 1e-5, products, COUNT - 3);
          return products.clone();
        });
    put(calls, "and", (kernels, found) -> kernels.and(values, found.length, found));
    put(calls, "or", (kernels, found) -> kernels.or(values, found.length, found));
    put(calls, "and not", (kernels, found) -> kernels.andNot(values, found.length, found));
    return calls;
  }

  private Map<String, Function<Kernels, Object>> shortCalls() {
    Map<String, Function<Kernels, Object>> calls = new LinkedHashMap<>();
    SelectedRows rows = new SelectedRows();
    Int128 first = new Int128(-1L << 62, 5);
    Int128 last = new Int128(1L << 62, 9);
    long[] wanted = {values[0], values[500], 3, 5, values[1000]};
    double[] wantedDoubles = {doubles[3], 0, 5};
    Int128[] wide = {first, new Int128(values[9], low[9])};
    calls.put("unpack few", this::unpackFew);
    calls.put("sum packed", kernels -> kernels.sumPacked(words, width, count));
    calls.put("sum selected", kernels -> kernels.sumSelected(values, count, selected()));
    calls.put("summarize selected", this::summarizeSelected);
    calls.put(
        "sum selected and packed",
        kernels -> {
          rows.set(selected(), count);
          return kernels.sumSelectedPacked(words, width, count, rows);
        });
    put(
        calls,
        "range",
        (kernels, found) -> kernels.selectRange(values, count, -9, 1L << 62, found));
    put(calls, "doubles", (kernels, found) -> kernels.selectRange(doubles, count, -1, 5, found));
    put(calls, "codes", (kernels, found) -> kernels.selectRange(ints, count, 20, 50, found));
    put(
        calls,
        "wide",
        (kernels, found) -> kernels.selectRange(values, low, count, first, last, found));
    put(
        calls,
        "packed",
        (kernels, found) ->
            kernels.selectRangePacked(words, width, count, width / 2, width / 2, found));
    put(calls, "in", (kernels, found) -> kernels.selectIn(values, count, wanted, found));
    put(
        calls,
        "in doubles",
        (kernels, found) -> kernels.selectIn(doubles, count, wantedDoubles, found));
    put(calls, "in wide", (kernels, found) -> kernels.selectIn(values, low, count, wide, found));
    put(
        calls,
        "in packed",
        (kernels, found) ->
            kernels.selectInPacked(words, width, count, new long[] {1, width / 3}, found));
    calls.put("find keys", this::findKeys);
    return calls;
  }

  private interface Selection {
    void select(Kernels kernels, long[] found);
  }

  /** Adds a selection, into a bitmap that has bits already. */
  private void put(Map<String, Function<Kernels, Object>> calls, String name, Selection selection) {
    calls.put(
        name,
        kernels -> {
          long[] found = Arrays.copyOf(bits, (Math.min(count, COUNT) + 63) / Long.SIZE);
          selection.select(kernels, found);
          return found;
        });
  }

  /** Returns bits of which none is past the last row. */
  private long[] selected() {
    long[] selected = Arrays.copyOf(bits, (count + 63) / Long.SIZE);
    if (count % Long.SIZE != 0) {
      selected[selected.length - 1] &= (1L << count) - 1;
    }
    return selected;
  }

  private Object unpackFew(Kernels kernels) {
    long[] out = new long[count];
    kernels.unpack(words, width, 7, out, count);
    return out;
  }

  private Object summarizeSelected(Kernels kernels) {
    LongTotals totals = new LongTotals();
    kernels.summarizeSelected(values, count, selected(), totals);
    return totals.toSummary();
  }

  private Object findKeys(Kernels kernels) {
    long[] keys = new long[COUNT];
    Arrays.setAll(keys, i -> ints[i] * 3L / 2);
    int[] groups = new int[COUNT];
    int from = COUNT - count;
    kernels.findKeys(keys, from, count, table, new int[COUNT], groups);
    return groups;
  }
}
