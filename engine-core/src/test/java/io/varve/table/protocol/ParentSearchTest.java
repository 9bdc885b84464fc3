package io.varve.table.protocol;

import static io.varve.table.protocol.Samples.RUN;
import static io.varve.table.protocol.Samples.at;
import static io.varve.table.protocol.Samples.committable;
import static io.varve.table.protocol.Samples.extend;
import static io.varve.table.protocol.Samples.head;
import static io.varve.table.protocol.Samples.reign;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParentSearchTest {

  private final Committable four = committable(2, 4, at(2, 3), extend("t", 10));
  private final Committable five = committable(2, 5, at(2, 4), extend("t", 20));
  private final ParentSearch search =
      new ParentSearch(
          new AggregatorState("table", "lineage", 2, at(2, 5), List.of(four, five)), Rules.ALL);

  private static CommitRecord record(long number, long epoch, Last last) {
    return head(number, reign(epoch, RUN), 0, last).record();
  }

  @Test
  void findsTheNewestRecordThatStandsAtTheState() {
    assertThat(search.visit(record(9, 3, at(2, 5)))).isFalse();
    assertThat(requireNonNull(search.parent()).number()).isEqualTo(9);
    assertThat(search.pendingAfterParent()).isEmpty();
  }

  @Test
  void goesBackFromCommittableToCommittable() {
    assertThat(search.visit(record(9, 2, at(2, 4)))).isFalse();
    assertThat(requireNonNull(search.parent()).number()).isEqualTo(9);
    assertThat(search.pendingAfterParent()).containsExactly(five);
  }

  @Test
  void prefersABetterPlaceInAnOlderRecord() {
    assertThat(search.visit(record(9, 4, at(2, 3)))).isTrue();
    assertThat(search.pendingAfterParent()).containsExactly(four, five);
    assertThat(search.visit(record(8, 3, at(2, 5)))).isFalse();
    assertThat(requireNonNull(search.parent()).number()).isEqualTo(8);
  }

  @Test
  void stopsWhereTheEpochOfTheStateBegins() {
    assertThat(search.visit(record(9, 3, at(3, 1)))).isTrue();
    assertThat(search.visit(record(8, 2, at(1, 7)))).isFalse();
    assertThat(search.parent()).isNull();
  }
}
