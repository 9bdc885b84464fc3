package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.SeededTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Kernels that join the words of keys and find their groups agree with a map. What could break: a
 * key whose first place another one has, the way around the end of a table, keys that aren't there,
 * zero and the greatest key, a last vector that isn't whole.
 */
class KeyKernelsModelTest {

  private static final int GUARD = 4711;
  private static final int MAX_GROUPS = 3000;

  private static int count(Random random, int run) {
    return run <= 100 ? run : random.nextInt(1300);
  }

  /** Returns a table with as many keys as there are groups, which are filled in. */
  private static long[] table(Random random, Map<Long, Integer> groups) {
    int size = random.nextInt(random.nextBoolean() ? 20 : MAX_GROUPS);
    int places = Integer.highestOneBit(size * (random.nextBoolean() ? 2 : 1) + 1) * 2;
    long[] table = new long[2 * places];
    int keyBits = 1 + random.nextInt(63);
    long[] extremes = {0, Long.MAX_VALUE};
    for (int n = 0; n < size; n++) {
      long key =
          random.nextInt(100) == 0
              ? extremes[random.nextInt(2)]
              : random.nextLong() >>> (64 - keyBits);
      if (groups.putIfAbsent(key, n) == null) {
        put(table, key, n);
      }
    }
    return table;
  }

  private static void put(long[] table, long key, int group) {
    int place = KeyPlaces.first(key + 1, KeyPlaces.shift(table));
    while (table[place] != 0) {
      place = (place + 2) % table.length;
    }
    table[place] = key + 1;
    table[place + 1] = group + 1L;
  }

  private static long[] keys(Random random, int length, Map<Long, Integer> groups) {
    List<Long> known = List.copyOf(groups.keySet());
    int oneOf = 1 + random.nextInt(20);
    return random
        .longs(length)
        .map(
            any ->
                known.isEmpty() || random.nextInt(oneOf) == 0
                    ? any >>> (1 + random.nextInt(63))
                    : known.get(random.nextInt(known.size())))
        .toArray();
  }

  @SeededTest(runs = 5)
  void findsTheGroupsOfKeys(Random random) {
    for (int run = 0; run < 150; run++) {
      Map<Long, Integer> known = new HashMap<>();
      long[] table = table(random, known);
      int count = count(random, run);
      int from = random.nextInt(30);
      long[] keys = keys(random, from + count + 5, known);
      int[] expected = Arrays.stream(keys).mapToInt(key -> known.getOrDefault(key, -1)).toArray();
      Arrays.fill(expected, 0, from, GUARD);
      Arrays.fill(expected, from + count, expected.length, GUARD);
      for (Kernels kernels : KernelsModelTest.all()) {
        int[] groups = new int[keys.length];
        Arrays.fill(groups, GUARD);
        kernels.findKeys(keys, from, count, table, new int[count], groups);
        assertThat(groups).as("%s, %s keys", kernels.name(), count).isEqualTo(expected);
      }
    }
  }

  @SeededTest(runs = 5)
  void findsRecentKeysInOnePlaceOnly(Random random) {
    for (int run = 0; run < 150; run++) {
      int places = 1 << random.nextInt(12);
      int shift = random.nextInt(64);
      long[] table = new long[2 * places];
      Map<Long, Integer> known = new HashMap<>();
      long[] some = random.longs(MAX_GROUPS).map(any -> any >>> (1 + random.nextInt(63))).toArray();
      for (int n = 0; n < some.length; n++) {
        int place = (int) (some[n] >>> shift) & (places - 1);
        known.remove(table[2 * place] - 1);
        known.put(some[n], n);
        table[2 * place] = some[n] + 1;
        table[2 * place + 1] = n;
      }
      int count = count(random, run);
      long[] keys = keys(random, count, known);
      int[] expected = new int[count];
      Arrays.setAll(expected, i -> known.getOrDefault(keys[i], GUARD));
      int[] misses = IntStream.range(0, count).filter(i -> !known.containsKey(keys[i])).toArray();
      for (Kernels kernels : KernelsModelTest.all()) {
        int[] groups = new int[count];
        int[] missed = new int[count];
        Arrays.fill(groups, GUARD);
        int found = kernels.findRecent(keys, count, table, shift, missed, groups);
        assertThat(Arrays.copyOf(missed, found)).as(kernels.name()).isEqualTo(misses);
        assertThat(groups).as(kernels.name()).isEqualTo(expected);
      }
    }
  }

  @SeededTest(runs = 5)
  void joinsTheWordsOfKeys(Random random) {
    for (int run = 0; run < 150; run++) {
      int count = count(random, run);
      int width = random.nextInt(5);
      int bits = width == 0 ? 0 : 63 / width;
      int[] shifts = IntStream.range(0, width).map(word -> (width - 1 - word) * bits).toArray();
      long[][] words = new long[width][];
      Arrays.setAll(words, word -> random.longs(count).map(any -> any >>> (64 - bits)).toArray());
      long[] expected = new long[count + 1];
      for (int i = 0; i < count; i++) {
        for (long[] word : words) {
          expected[i] = expected[i] * (1L << bits) + word[i];
        }
      }
      expected[count] = GUARD;
      for (Kernels kernels : KernelsModelTest.all()) {
        long[] keys = new long[count + 1];
        Arrays.fill(keys, GUARD);
        kernels.packKeys(words, shifts, count, keys);
        assertThat(keys).as(kernels.name()).isEqualTo(expected);
      }
    }
  }

  @Test
  void keysOfTwoSmallNumbersLieNearTheirFirstPlaces() {
    for (int bits = 16; bits <= 31; bits++) {
      for (int many : new int[] {10, 100, 256, 1000}) {
        long[] table = new long[4 << 16];
        int size = 0;
        for (long one = 0; one < many; one++) {
          for (long other = 0; other < 40_000 / many; other++) {
            put(table, 1L << 62 | one << bits | other, size++);
          }
        }
        long steps = 0;
        for (int place = 0; place < table.length; place += 2) {
          if (table[place] != 0) {
            int first = KeyPlaces.first(table[place], KeyPlaces.shift(table));
            steps += ((place - first) & (table.length - 1)) / 2;
          }
        }
        assertThat((double) steps / size).as("%s of %s bits", many, bits).isLessThan(1.5);
      }
    }
  }
}
