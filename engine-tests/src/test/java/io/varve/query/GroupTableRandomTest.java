package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.SeededTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Equal keys have one group, others have others, however many there are. What could break: the way
 * from a dense table to a hashed one, wider words, and the memory of recent keys when the word it
 * goes by changes or tells little.
 */
class GroupTableRandomTest {

  private static final int ROWS = 1024;

  @SeededTest(runs = 60)
  void numbersKeysAsAMapDoes(Random random) {
    int width = 1 + random.nextInt(3);
    GroupTable table = new GroupTable(width, true);
    for (int filling = random.nextInt(2); filling >= 0; filling--) {
      int[] ids = new int[width];
      int[] most = new int[width];
      Arrays.setAll(most, i -> 1 << random.nextInt(21));
      int step = random.nextInt(4) == 0 ? 30_000 : 400; // one word alone is hashed in the end
      if (width > 1 && random.nextInt(3) == 0) {
        most[0] = 1; // all keys in one table
      }
      int oneOf = 1 + random.nextInt(3); // whether one word all but tells the others
      Map<List<Long>, Integer> expected = new HashMap<>();
      long[][] words = new long[width][ROWS];
      int[] groups = new int[ROWS];
      for (int block = random.nextInt(60); block >= 0; block--) {
        int count = 1 + random.nextInt(ROWS);
        for (int i = 0; i < width; i++) {
          ids[i] = Math.min(most[i], ids[i] + 1 + random.nextInt(step));
        }
        for (int n = 0; n < count; n++) {
          long main = random.nextInt(ids[width - 1]);
          for (int i = 0; i < width; i++) {
            boolean follows = i < width - 1 && oneOf > 1 && random.nextInt(50) > 0;
            words[i][n] =
                i == width - 1 ? main : follows ? main * 7 % ids[i] : random.nextInt(ids[i]);
          }
        }
        table.reserve(ids);
        table.find(words, count, groups);
        for (int n = 0; n < count; n++) {
          int row = n;
          List<Long> key = LongStream.range(0, width).mapToObj(i -> words[(int) i][row]).toList();
          Integer known = expected.putIfAbsent(key, expected.size());
          assertThat(groups[n]).isEqualTo(known == null ? expected.size() - 1 : known);
        }
      }
      assertThat(table.size()).isEqualTo(expected.size());
      long[] key = new long[width];
      expected.forEach(
          (wanted, group) -> {
            table.copyKey(group, key);
            assertThat(Arrays.stream(key).boxed().toList()).isEqualTo(wanted);
            assertThat(table.groupOf(key)).isEqualTo(group);
          });
      table.clear();
    }
  }
}
