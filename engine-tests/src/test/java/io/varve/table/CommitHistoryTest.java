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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitHistoryTest {

  @TempDir Path directory;
  private UpkeepFixture job;

  @BeforeEach
  void create() throws IOException {
    job = new UpkeepFixture(directory);
  }

  private List<CommitInfo> all() throws IOException {
    return CommitHistory.last(job.table, 1000);
  }

  @Test
  void anEmptyTableHasNoCommits() throws IOException {
    assertThat(all()).isEmpty();
    assertThat(CommitHistory.all(job.table).next()).isEmpty();
  }

  @Test
  void tellsWhatEachCommitBrought() throws IOException {
    AggregatorState older;
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1, 2, 3);
      older = attempt.aggregator.snapshot();
      attempt.round(true, 4);
      job.upkeep().tag("bill", 2);
    }
    job.start(job.run(2), 1, older).close();

    List<CommitInfo> commits = all();
    assertThat(commits)
        .extracting(CommitInfo::kind)
        .containsExactly(
            CommitInfo.Kind.OPEN,
            CommitInfo.Kind.DATA,
            CommitInfo.Kind.DATA,
            CommitInfo.Kind.MAINTENANCE,
            CommitInfo.Kind.OPEN);
    assertThat(commits).extracting(CommitInfo::number).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(commits).extracting(CommitInfo::rows).containsExactly(0L, 3L, 4L, 4L, 3L);
    assertThat(commits).extracting(CommitInfo::addedRows).containsExactly(0L, 3L, 1L, 0L, 0L);
    assertThat(commits).extracting(CommitInfo::checkpoint).containsExactly(0L, 1L, 2L, 2L, 1L);
    assertThat(commits).extracting(CommitInfo::goesBack).endsWith(false, true);
    assertThat(commits.get(1).tags()).containsExactly("bill");
    assertThat(commits.get(2).tags()).isEmpty();
    assertThat(commits.get(3).why()).isEqualTo("tag bill");
    assertThat(commits.get(3).who()).isEqualTo("a test");
    assertThat(CommitHistory.last(job.table, 2)).isEqualTo(commits.subList(3, 5));
  }

  @Test
  void beginsAtTheOldestThatHasNotExpiredAndGoesOnAsCommitsAreMade() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1, 2);
      attempt.round(false, 3);
      CommitHistory early = CommitHistory.all(job.table);
      early.next();
      job.now += 25 * HOUR;
      attempt.round(false, 4);
      job.upkeep().expire(HISTORY, false);
      assertThat(all()).extracting(CommitInfo::number).containsExactly(3L, 4L, 5L);
      assertThat(all()).extracting(CommitInfo::rows).containsExactly(3L, 4L, 4L);
      assertThatThrownBy(early::next).isInstanceOf(SnapshotExpiredException.class);

      CommitHistory history = CommitHistory.from(job.table, 5);
      assertThat(history.next().orElseThrow().number()).isEqualTo(5);
      assertThat(history.next()).isEmpty();
      attempt.round(false, 5);
      assertThat(history.next().orElseThrow().rows()).isEqualTo(5);
    }
  }
}
