package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.SeededTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Paths are found by all their values, nulls too, and by nothing else. */
class KnownPathsModelTest {

  @SeededTest(runs = 20)
  void findsWhatWasAdded(Random random) {
    KnownPaths paths = new KnownPaths(new int[] {2, 0});
    Map<List<@Nullable Object>, String> model = new HashMap<>();
    int values = 1 + random.nextInt(60);
    for (int i = 0; i < 10_000; i++) {
      @Nullable String[] row = {value(random, values), "passes by", value(random, values)};
      int bucket = random.nextInt(3);
      List<@Nullable Object> key = Arrays.asList(row[2], row[0], bucket);
      String path = paths.find(row, bucket);
      assertThat(path).isEqualTo(model.get(key));
      if (path == null) {
        model.put(key, "path " + i);
        paths.add(row, bucket, "path " + i);
      }
    }
  }

  private static @Nullable String value(Random random, int values) {
    int value = random.nextInt(values);
    return value == 0 ? null : value == 1 ? "" : "v" + value;
  }

  @SeededTest(runs = 1)
  void forgetsRatherThanGrowForEver(Random random) {
    KnownPaths paths = new KnownPaths(new int[] {0});
    int found = 0;
    int count = 400_000;
    for (int i = 0; i < count; i++) {
      paths.add(new String[] {"v" + i}, 0, "p" + i);
    }
    for (int i = 0; i < count; i++) {
      String path = paths.find(new String[] {"v" + i}, 0);
      if (path != null) {
        assertThat(path).isEqualTo("p" + i);
        found++;
      }
    }
    assertThat(found).isBetween(1, 1 << 17);
  }
}
