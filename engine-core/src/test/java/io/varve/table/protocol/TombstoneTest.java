package io.varve.table.protocol;

import static io.varve.table.protocol.Samples.data;
import static io.varve.table.protocol.Samples.extend;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.CommitGapException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TombstoneTest {

  private static Tombstone inEpochTwo() throws CommitGapException {
    TableState state =
        new StateApplier().apply(TableState.EMPTY.inEpoch(2), data(1, extend("t", 10)));
    return Tombstone.visibleIn(state, "d", null, "user = 'alice'");
  }

  @Test
  void aLastingOneHoldsForEveryRow() {
    assertThat(Tombstone.lasting("d", null, "id = 1").covers("any", 99, 99)).isTrue();
  }

  @Test
  void anotherHoldsForTheLayersThatWereVisible() throws CommitGapException {
    assertThat(inEpochTwo().covers("w", 1, 2)).isTrue();
    assertThat(inEpochTwo().covers("w", 2, 2)).isFalse();
  }

  @Test
  void anotherHoldsForWritersOfEarlierEpochsOnly() throws CommitGapException {
    assertThat(inEpochTwo().covers("older", 7, 1)).isTrue();
    assertThat(inEpochTwo().covers("sameEpoch", 1, 2)).isFalse();
    assertThat(inEpochTwo().covers("newer", 1, 3)).isFalse();
  }

  @Test
  void afterARewindItTakesInTheCommitsThatRepeatWhatWasAbandoned() throws CommitGapException {
    Tombstone repeating = inEpochTwo().replaying(new Tombstone.Replays("lineage", 9));
    Tombstone within = repeating.afterCommit("lineage", 9, Map.of("new", 3L), 7);
    assertThat(within.covers("new", 3, 3)).isTrue();
    Tombstone beyond = within.afterCommit("lineage", 10, Map.of("new", 4L), 7);
    assertThat(beyond.covers("new", 4, 3)).isFalse();
    assertThat(beyond.replays()).isNull();
  }

  @Test
  void anotherJobsCommitsRepeatNothing() throws CommitGapException {
    Tombstone repeating = inEpochTwo().replaying(new Tombstone.Replays("lineage", 9));
    assertThat(repeating.afterCommit("other", 5, Map.of("new", 3L), 7).covers("new", 3, 3))
        .isFalse();
  }
}
