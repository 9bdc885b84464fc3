package io.varve.table.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PersistentMapTest {

  @Test
  void agreesWithATreeMapWhateverIsPutAndRemoved() {
    Random random = new Random(7);
    Map<String, Integer> expected = new TreeMap<>();
    PersistentMap<Integer> map = PersistentMap.empty();
    for (int i = 0; i < 5_000; i++) {
      String key = "k" + random.nextInt(200);
      if (random.nextInt(3) == 0) {
        expected.remove(key);
        map = map.without(key);
      } else {
        expected.put(key, i);
        map = map.with(key, i);
      }
      assertThat(map.size()).isEqualTo(expected.size());
      assertThat(map.get(key)).isEqualTo(expected.get(key));
    }
    assertThat(map.toSortedMap()).isEqualTo(expected);
  }

  @Test
  void visitsKeysInOrder() {
    PersistentMap<Integer> map = PersistentMap.of(Map.of("b", 1, "a", 2, "c", 3));
    List<String> keys = new ArrayList<>();
    map.forEach((key, value) -> keys.add(key));
    assertThat(keys).containsExactly("a", "b", "c");
  }

  @Test
  void leavesTheOlderMapAsItWas() {
    PersistentMap<Integer> older = PersistentMap.<Integer>empty().with("a", 1);
    PersistentMap<Integer> newer = older.with("a", 2).with("b", 3).without("a");
    assertThat(older.toSortedMap()).isEqualTo(Map.of("a", 1));
    assertThat(newer.toSortedMap()).isEqualTo(Map.of("b", 3));
  }

  @Test
  void equalsAMapWithTheSameEntriesPutInAnotherOrder() {
    PersistentMap<Integer> one = PersistentMap.<Integer>empty().with("a", 1).with("b", 2);
    PersistentMap<Integer> other = PersistentMap.<Integer>empty().with("b", 2).with("a", 1);
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
  }
}
