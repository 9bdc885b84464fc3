package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.Int128;
import io.varve.io.VarveException;
import io.varve.testkit.SeededTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Partial rows that are merged many at a time are those that are merged one by one. */
class PartialGroupsRandomTest {

  private static Value key(Random random, int values) {
    return switch (random.nextInt(4)) {
      case 0 -> Value.NULL;
      case 1 -> new Value.OfLong(random.nextInt(values));
      case 2 -> Value.OfBinary.of("k" + random.nextInt(values));
      default -> new Value.OfPair(random.nextInt(2), random.nextInt(values));
    };
  }

  private static PartialRow row(Random random, int keys, int values) {
    List<Value> key = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      key.add(key(random, values));
    }
    return new PartialRow(
        key,
        List.of(
            new MeasureState.Count(random.nextInt(100)),
            new MeasureState.LongSum(3, new Int128(random.nextInt(3) - 1, random.nextLong())),
            new MeasureState.Minimum(key(new Random(random.nextInt(9)), 5)),
            new MeasureState.Maximum(new Value.OfDouble(random.nextInt(9)))));
  }

  @SeededTest(runs = 60)
  void areThoseThatAreMergedOneByOne(Random random) throws VarveException {
    int keys = random.nextInt(4);
    int values = 1 + random.nextInt(random.nextBoolean() ? 5 : 3000);
    List<PartialRow> all = new ArrayList<>();
    Map<Integer, PartialGroups> parts = new HashMap<>();
    for (int batch = 0; batch < 20; batch++) {
      List<PartialRow> rows = new ArrayList<>();
      for (int n = random.nextInt(random.nextBoolean() ? 3 : 2000); n > 0; n--) {
        rows.add(row(random, keys, values));
      }
      all.addAll(rows);
      for (PartialGroups group : PartialGroups.of(rows)) {
        assertThat(group.part()).isBetween(0, PartialGroups.PARTS - 1);
        PartialGroups before = parts.get(group.part());
        parts.put(group.part(), before == null ? group : before.merge(group));
      }
    }
    List<PartialRow> merged = new ArrayList<>();
    for (PartialGroups part : parts.values()) {
      part.forEach(merged::add);
    }
    assertThat(PartialRows.of(merged).rows()).hasSameSizeAs(merged);
    assertThat(PartialRows.of(merged)).isEqualTo(PartialRows.of(all));
  }

  /** Requires that all are one group, which has a row's count so many times. */
  private static void requireCounted(PartialGroups all, PartialRow row, long times)
      throws VarveException {
    List<PartialRow> merged = new ArrayList<>();
    all.forEach(merged::add);
    assertThat(merged).hasSize(1);
    long once = ((MeasureState.Count) row.measures().get(0)).count();
    assertThat(merged.get(0).measures().get(0)).isEqualTo(new MeasureState.Count(once * times));
  }

  /** So that a job that keeps them in its state keeps about as many rows as there are groups. */
  @Test
  void rowsOfTheSameGroupsArePutTogetherBeforeTheEnd() throws VarveException {
    PartialRow row = row(new Random(1), 2, 1);
    PartialGroups all = PartialGroups.of(List.of(row)).get(0);
    for (int n = 1; n < 100_000; n++) {
      all = all.merge(PartialGroups.of(List.of(row)).get(0));
      assertThat(all.rows()).isLessThan(10_000);
    }
    requireCounted(all, row, 100_000);
  }

  /** As a state backend does that keeps bytes, and writes and reads them at every merge. */
  @Test
  void rowsAreAlsoPutTogetherOnceTheyHaveBeenWritten() throws VarveException {
    PartialRow row = row(new Random(1), 2, 1);
    PartialGroups one = PartialGroups.of(Collections.nCopies(100, row)).get(0);
    PartialGroups all = one;
    for (int n = 1; n < 1000; n++) {
      all = PartialGroups.deserialize(all.merge(one).serialize());
      assertThat(all.rows()).isLessThan(10_000);
    }
    requireCounted(all, row, 100_000);
  }

  @Test
  void nothingIsAsGoodAsNoRows() throws VarveException {
    PartialGroups nothing = PartialGroups.ofNothing();
    assertThat(nothing.rows()).isZero();
    PartialGroups some = PartialGroups.of(List.of(row(new Random(1), 0, 1))).get(0);
    assertThat(nothing.merge(some)).isEqualTo(some);
    assertThat(some.merge(nothing)).isEqualTo(some);
    assertThat(PartialGroups.deserialize(nothing.serialize())).isEqualTo(nothing);
  }

  @Test
  void otherPartsAndMeasuresAreRefused() {
    List<PartialGroups> groups =
        PartialGroups.of(
            List.of(
                new PartialRow(List.of(new Value.OfLong(1)), List.of()),
                new PartialRow(List.of(new Value.OfLong(2)), List.of())));
    assertThat(groups).hasSize(2);
    assertThatThrownBy(() -> groups.get(0).merge(groups.get(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can't merge part");
    PartialGroups other =
        PartialGroups.of(
                List.of(
                    new PartialRow(
                        List.of(new Value.OfLong(1)), List.of(new MeasureState.Count(1)))))
            .get(0);
    PartialGroups same = groups.get(0).part() == other.part() ? groups.get(0) : groups.get(1);
    assertThatThrownBy(() -> same.merge(other).forEach(row -> {}))
        .hasMessageContaining("have 0 and 1 measures");
  }
}
