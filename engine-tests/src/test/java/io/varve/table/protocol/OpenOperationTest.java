package io.varve.table.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.OpenRefusedException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenOperationTest {

  private static final RunId RUN = new RunId(1_000, 1);
  private static final RunId NEWER = new RunId(2_000, 1);

  private final QuietLog table = new QuietLog();

  @Test
  void aFreshStartIsNamedAfterItsRun() throws IOException {
    OpenResult one = table.open(RUN, 0, null);
    OpenResult other = table.open(RUN, 0, null);
    assertThat(one.lineage()).isEqualTo("run-" + RUN);
    assertThat(other.lineage()).isEqualTo(one.lineage());
    assertThat(other.epoch()).isEqualTo(one.epoch() + 1);
    assertThat(other.last()).isEqualTo(new Last.Start(RUN));
  }

  @Test
  void aFreshStartOnAUsedTableKeepsItsRows() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    table.commit(first, RUN, 1, first.last());
    table.open(NEWER, 0, null);
    assertThat(NamedFiles.shownBy(table.state())).containsExactly("t1-1");
  }

  @Test
  void containsTheCommittablesThatTheLogDoesNotShow() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    Committable pending = table.committable(first, 1, first.last());
    OpenResult second =
        table.open(
            RUN,
            1,
            new AggregatorState("table", first.lineage(), 1, pending.id(), List.of(pending)));
    assertThat(second.last()).isEqualTo(pending.id());
    assertThat(second.rewound()).isFalse();
    assertThat(NamedFiles.shownBy(table.state())).containsExactly("t1-1");
  }

  @Test
  void goesBackToAnOlderCheckpoint() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    AggregatorState one = table.commit(first, RUN, 1, first.last());
    table.commit(first, RUN, 2, one.last());
    OpenResult rewound = table.open(NEWER, 1, one);
    assertThat(rewound.rewound()).isTrue();
    assertThat(NamedFiles.shownBy(table.state())).containsExactly("t1-1");
  }

  @Test
  void forbidsARewindWhereAsked() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    AggregatorState one = table.commit(first, RUN, 1, first.last());
    table.commit(first, RUN, 2, one.last());
    assertThatThrownBy(() -> table.open(NEWER, "sink", 1, one, OnRewind.FAIL))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("checkpoint 1 of epoch 1 (record 2)")
        .hasMessageContaining("checkpoint 2 of epoch 1 (record 3)")
        .hasMessageContaining("sink.on-rewind");
  }

  @Test
  void appendKeepsTheRowsOfTheHead() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    AggregatorState one = table.commit(first, RUN, 1, first.last());
    table.commit(first, RUN, 2, one.last());
    OpenResult appended = table.open(NEWER, "sink", 1, one, OnRewind.APPEND);
    assertThat(appended.last()).isEqualTo(new Last.Start(NEWER));
    assertThat(NamedFiles.shownBy(table.state())).containsExactly("t1-1", "t1-2");
  }

  @Test
  void appendAddsRestoredRowsThatWereNeverCommitted() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    Committable pending = table.committable(first, 1, first.last());
    AggregatorState state =
        new AggregatorState("table", first.lineage(), 1, pending.id(), List.of(pending));
    table.open(NEWER, 0, null);
    table.open(new RunId(3_000, 1), "sink", 1, state, OnRewind.APPEND);
    assertThat(NamedFiles.shownBy(table.state())).containsExactly("t1-1");
  }

  @Test
  void refusesTheStateOfAnotherTable() {
    AggregatorState state =
        new AggregatorState("other", "lineage", 1, new Last.Commit(1, 1), List.of());
    assertThatThrownBy(() -> table.open(RUN, 1, state))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("belongs to table other, this is table table");
  }

  @Test
  void refusesAnOlderRunAndTellsBothTimes() throws IOException {
    table.open(NEWER, 0, null);
    assertThatThrownBy(() -> table.open(RUN, 0, null))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("1970-01-01T00:00:01Z")
        .hasMessageContaining("1970-01-01T00:00:02Z")
        .hasMessageContaining("job 'usage' on host a");
  }

  @Test
  void refusesAnAttemptThatItsOwnRunHasPassed() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    table.commit(first, RUN, 3, first.last());
    assertThatThrownBy(() -> table.open(RUN, 0, null))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("checkpoint 0")
        .hasMessageContaining("committed checkpoint 3 (record 2)")
        .hasMessageContaining("was being stopped with a savepoint")
        .hasMessageContaining("submit the job again from that savepoint");
  }

  @Test
  void refusesASecondSinkOfOneRun() throws IOException {
    table.open(RUN, "one", 0, null, OnRewind.REWIND);
    assertThatThrownBy(() -> table.open(RUN, "two", 0, null, OnRewind.REWIND))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("sink one")
        .hasMessageContaining("Unite the streams");
  }

  @Test
  void refusesAGapAndNamesTheMissingCheckpoint() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    Committable two = table.committable(first, 2, new Last.Commit(1, 1));
    AggregatorState state =
        new AggregatorState("table", first.lineage(), 1, two.id(), List.of(two));
    assertThatThrownBy(() -> table.open(NEWER, 2, state))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("continues checkpoint 1 of epoch 1")
        .hasMessageContaining("missing");
  }

  @Test
  void refusesARewindThatWouldDropAGuest() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    AggregatorState one = table.commit(first, RUN, 1, first.last());
    table.commit(first, RUN, 2, one.last());
    GuestId guest = new GuestId(new RunId(1_500, 1), "sink");
    table.run(
        new GuestOperation(
            new GuestRequest(guest, table.folded("g"), QuietLog.AUTHOR), new LogView()));
    assertThatThrownBy(() -> table.open(NEWER, 1, one))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("batch job " + guest.key() + " (record 4)");
  }

  @Test
  void refusesASavepointWhoseFilesAreGone() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    Committable pending = table.committable(first, 1, first.last());
    AggregatorState state =
        new AggregatorState("table", first.lineage(), 1, pending.id(), List.of(pending));
    table.log.deleteFile("t1-1");
    assertThatThrownBy(() -> table.open(NEWER, 1, state))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("savepoint has expired")
        .hasMessageContaining("t1-1");
  }

  @Test
  void refusesASavepointWhoseRecordHasExpired() throws IOException {
    OpenResult first = table.open(RUN, 0, null);
    AggregatorState one = table.commit(first, RUN, 1, first.last());
    table.commit(first, RUN, 2, one.last());
    table.log.now = 1_000;
    table.run(
        new Expiry(new ExpiryLimits(900, 1), QuietLog.AUTHOR, new LogView(), new RetainedLog()));
    assertThatThrownBy(() -> table.open(NEWER, 1, one))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("savepoint has expired")
        .hasMessageContaining("records through 2");
  }
}
