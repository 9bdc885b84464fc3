package io.varve.table;

import static io.varve.table.UpkeepFixture.HISTORY;
import static io.varve.table.UpkeepFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.SnapshotExpiredException;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.AggregatorState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitChoiceTest {

  @TempDir Path directory;
  private UpkeepFixture job;

  @BeforeEach
  void create() throws IOException {
    job = new UpkeepFixture(directory);
  }

  private long number(CommitChoice choice) throws IOException {
    return choice.of(job.table).number();
  }

  private CommitChoice at(long millis) {
    return CommitChoice.at(Instant.ofEpochMilli(millis));
  }

  @Test
  void anEmptyTableIsEmptyAtAnyTime() throws IOException {
    assertThat(number(CommitChoice.LATEST)).isZero();
    assertThat(number(at(job.now))).isZero();
    assertThat(number(CommitChoice.number(0))).isZero();
    assertThatThrownBy(() -> number(CommitChoice.checkpoint(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no commit of checkpoint 3");
  }

  /** Between two commits, at one, long before and long after: off by one is what could break. */
  @Test
  void aTimeIsOfTheCommitThatReadersSawThen() throws IOException {
    List<Long> times = new ArrayList<>();
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      times.add(job.now);
      for (int round = 1; round <= 20; round++) {
        job.now += 10;
        times.add(job.now);
        attempt.round(round % 3 == 0, round);
      }
    }
    assertThat(number(at(times.get(0) - 1))).isZero();
    for (int i = 0; i < times.size(); i++) {
      assertThat(number(at(times.get(i)))).isEqualTo(i + 1);
      assertThat(number(at(times.get(i) + 9))).isEqualTo(i + 1);
    }
    assertThat(number(at(Long.MAX_VALUE))).isEqualTo(21);
    assertThat(number(at(Long.MIN_VALUE))).isZero();
  }

  @Test
  void aTimeBeforeTheHistoryHasExpired() throws IOException {
    long before = job.now;
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1);
      attempt.round(true, 2);
      job.now += 30 * HOUR;
      attempt.round(true, 3);
    }
    job.now += 30 * HOUR;
    job.upkeep().expire(HISTORY, false);
    assertThatThrownBy(() -> number(at(before)))
        .isInstanceOf(SnapshotExpiredException.class)
        .hasMessageContaining("has expired")
        .hasMessageContaining("keep a longer history");
    assertThat(number(at(job.now))).isEqualTo(TableSnapshot.latest(job.table).number());
  }

  @Test
  void aTagIsOfItsCommit() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(true, 1);
      attempt.round(true, 2);
    }
    job.upkeep().tag("bill", 2);
    assertThat(number(CommitChoice.tagged("bill"))).isEqualTo(2);
    assertThatThrownBy(() -> number(CommitChoice.tagged("bil")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no commit is tagged 'bil'; there are [bill]");
  }

  /** Of a checkpoint that was taken back: the commit of the branch that is left. */
  @Test
  void aCheckpointIsOfTheBranchThatIsLeft() throws IOException {
    AggregatorState older;
    String lineage;
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1); // commit 2, checkpoint 1
      older = attempt.aggregator.snapshot();
      attempt.round(true, 2); // commit 3, checkpoint 2, which is taken back
      job.upkeep().tag("beside", 2); // commit 4
    }
    try (Attempt attempt = job.start(job.run(2), 1, older)) { // commit 5, checkpoint 1
      attempt.round(true, 3); // commit 6, checkpoint 2
      lineage = TableSnapshot.latest(job.table).record().orElseThrow().reign().lineage();
    }
    assertThat(number(CommitChoice.checkpoint(2))).isEqualTo(6);
    assertThat(number(CommitChoice.checkpoint(99))).isEqualTo(6);
    assertThat(number(CommitChoice.checkpoint(1))).isEqualTo(5);
    assertThat(UpkeepFixture.rows(CommitChoice.checkpoint(1).of(job.table))).containsExactly(1L);
    assertThat(number(CommitChoice.checkpoint("0"))).isEqualTo(1);

    job.now++;
    try (Attempt fresh = job.start(job.run(3), 0, null)) { // commit 7, another lineage
      fresh.round(true, 4); // commit 8, its checkpoint 1
    }
    assertThat(number(CommitChoice.checkpoint(1))).isEqualTo(8);
    assertThat(number(CommitChoice.checkpoint(lineage + ":1"))).isEqualTo(5);
    assertThat(number(CommitChoice.checkpoint(lineage + ":7"))).isEqualTo(6);
    assertThatThrownBy(() -> number(CommitChoice.checkpoint("another:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the lineages of the table are")
        .hasMessageContaining(lineage);
  }

  @Test
  void refusesWhatIsNoCheckpoint() {
    for (String text : List.of("", "x", "1.5", "lineage:", "-1")) {
      assertThatThrownBy(() -> CommitChoice.checkpoint(text))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> CommitChoice.number(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numbered from 0");
  }
}
