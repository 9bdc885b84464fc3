package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.table.FileCommitLog;
import io.varve.table.HistoryOptions;
import io.varve.table.TableDirectory;
import io.varve.table.TableUpkeep;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** I1, I6: what a job needs to go on does not expire with old commits, or the job is told. */
@Timeout(300)
class SinkHistoryIT {

  private static final int ROWS = 1500;
  private static final long A_YEAR = TimeUnit.DAYS.toMillis(365);

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;
  @TempDir Path savepoints;

  private EventJob job() {
    return EventJob.of(directory, true, ROWS, 100);
  }

  private long newest() throws IOException {
    return new FileCommitLog(TestTables.store(directory)).newest();
  }

  /** Stops a job after a few more commits. */
  private String stop(JobClient job, long after) throws Exception {
    CommonTestUtils.waitUtil(
        () -> {
          try {
            return newest() >= after;
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        },
        Duration.ofSeconds(240),
        Duration.ofMillis(5),
        "there never was record " + after);
    return job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
        .get(240, TimeUnit.SECONDS);
  }

  /** Lets everything expire but the newest commit, as if a year had gone by. */
  private void expireAllButTheNewest() throws IOException {
    TableDirectory table = TableDirectory.open(TestTables.store(directory));
    new TableUpkeep(table, "a test", () -> System.currentTimeMillis() + A_YEAR)
        .expire(new HistoryOptions(1, 1), false);
    assertThat(new FileCommitLog(table.store()).base()).isPositive();
  }

  private static void finish(JobClient job) throws Exception {
    job.getJobExecutionResult().get(240, TimeUnit.SECONDS);
  }

  private void requireEachRowOnce() throws IOException {
    assertThat(TableContent.ids(directory))
        .isEqualTo(LongStream.rangeClosed(1, ROWS).boxed().toList());
  }

  @Test
  void aJobGoesOnAfterAllCommitsButOneHaveExpired() throws Exception {
    String savepoint = stop(job().start(), 5);
    expireAllButTheNewest();

    finish(job().withParallelism(3).startFrom(savepoint));
    requireEachRowOnce();
  }

  @Test
  void aSavepointOlderThanTheHistoryIsRefused() throws Exception {
    String older = stop(job().start(), 4);
    String newer = stop(job().startFrom(older), newest() + 4);
    expireAllButTheNewest();
    List<Long> before = TableContent.ids(directory);

    assertThatThrownBy(() -> finish(job().startFrom(older))).hasStackTraceContaining("expired");
    assertThat(Faults.of(directory.toString()).restarted()).isFalse();
    assertThat(TableContent.ids(directory)).isEqualTo(before);

    finish(job().startFrom(newer));
    requireEachRowOnce();
  }
}
