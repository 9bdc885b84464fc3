package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import io.varve.schema.TableDefinition;
import io.varve.table.FileCommitLog;
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
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I4: one job writes to a table; others are refused or take over, and say so. */
@Timeout(300)
class SinkTakeoverIT {

  private static final int ROWS = 3000;

  /** So many that a fork is still writing when another has been submitted. */
  private static final int FORKED_ROWS = 5 * ROWS;

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
    return EventJob.of(directory, false, ROWS, 100);
  }

  private static List<Long> range(long rows) {
    return LongStream.rangeClosed(1, rows).boxed().toList();
  }

  private static void finish(JobClient client) throws Exception {
    client.getJobExecutionResult().get(240, TimeUnit.SECONDS);
  }

  private long newest() throws IOException {
    return new FileCommitLog(TestTables.store(directory)).newest();
  }

  private void awaitRecord(long number) throws Exception {
    CommonTestUtils.waitUtil(
        () -> {
          try {
            return newest() >= number;
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        },
        Duration.ofSeconds(240),
        Duration.ofMillis(5),
        "there never was record " + number);
  }

  @Test
  void aSecondJobTakesOverAndTheFirstFailsForGood() throws Exception {
    JobClient first = job().start();
    awaitRecord(4);
    EventJob small = EventJob.of(directory, false, 500, 100);
    JobClient second = small.start();

    assertThatThrownBy(() -> finish(first))
        .hasStackTraceContaining("no longer writes to this table: Flink job 'events'")
        .hasStackTraceContaining("Stop this job");
    finish(second);
    assertThat(Faults.of(directory.toString()).restarted()).isFalse();
    List<Long> ids = TableContent.ids(directory);
    assertThat(ids.stream().filter(id -> id <= 500).distinct()).hasSize(500);
    assertThat(ids).hasSizeLessThan(ROWS + 500);
    for (long id = 1; id <= 500; id++) {
      ids.remove(id);
    }
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void aJobSubmittedEarlierIsRefused() throws Exception {
    EventJob.Submission earlier = job().build();
    EventJob.of(directory, false, 500, 100).run();
    long before = newest();

    assertThatThrownBy(() -> finish(earlier.submit()))
        .hasStackTraceContaining("the table was not opened: this run was submitted at")
        .hasStackTraceContaining("has taken the table over at");
    assertThat(Faults.of(directory.toString()).restarted()).isFalse();
    assertThat(newest()).isEqualTo(before);
    assertThat(TableContent.ids(directory)).isEqualTo(range(500));
  }

  @Test
  void anotherSchemaIsOneClearError() throws Exception {
    EventJob.of(directory, false, 500, 100).run();
    TableDefinition other = Event.bucketedTable(7);
    EventJob misfit = job().withTable(other);

    assertThatThrownBy(misfit::run)
        .hasStackTraceContaining(directory.toString())
        .hasStackTraceContaining("the table there is another than the one asked for: bucket key");
    assertThat(Faults.of(directory.toString()).restarted()).isFalse();
    assertThat(TableContent.ids(directory)).isEqualTo(range(500));
  }

  @Test
  void aDirectoryThatHostsDoNotShareIsRefused() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(EventJob.configuration(""));
    env.setParallelism(2);
    env.fromSequence(1, 100_000_000)
        .map(Event::of)
        .returns(Event.class)
        .sinkTo(job().sink(UnsharedStores.path(directory)));

    assertThatThrownBy(() -> env.execute("unshared"))
        .hasStackTraceContaining("put the table on a file system that all hosts share");
    assertThat(directory.resolve("of-others").resolve("commits")).isDirectory();
  }

  @Test
  void aDirectoryThatHostsDoNotShareIsRefusedAtEndOfInput() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(EventJob.configuration(""));
    env.enableCheckpointing(3_600_000);
    env.setParallelism(1);
    env.fromSequence(1, 10)
        .map(Event::of)
        .returns(Event.class)
        .sinkTo(job().sink(UnsharedStores.path(directory)));

    assertThatThrownBy(() -> env.execute("unshared"))
        .hasStackTraceContaining("put the table on a file system that all hosts share");
    assertThat(directory.resolve("of-others").resolve("commits")).isDirectory();
  }

  @ParameterizedTest
  @EnumSource(value = EventJob.Shape.class, names = "WITHOUT_UIDS_CHANGED", mode = EXCLUDE)
  void stateIsFoundAgain(EventJob.Shape shape) throws Exception {
    EventJob.Shape before = shape == EventJob.Shape.WITHOUT_UIDS ? shape : EventJob.Shape.WITH_UIDS;
    JobClient first = job().withShape(before).start();
    awaitRecord(6);
    String savepoint =
        first
            .stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
            .get(240, TimeUnit.SECONDS);
    assertThat(TableContent.ids(directory)).hasSizeLessThan(ROWS);

    finish(job().withShape(shape).startFrom(savepoint));

    assertThat(TableContent.ids(directory)).isEqualTo(range(ROWS));
  }

  /** Both go on from the same place at the same time; the one submitted later has the table. */
  @Test
  void ofTwoForksOfOneSavepointTheLaterHasTheTable() throws Exception {
    EventJob job = EventJob.of(directory, false, FORKED_ROWS, 100);
    JobClient first = job.start();
    awaitRecord(6);
    String savepoint =
        first
            .stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
            .get(240, TimeUnit.SECONDS);
    long before = newest();
    JobClient fork = job.startFrom(savepoint);
    awaitRecord(before + 4);
    JobClient laterFork = job.startFrom(savepoint);

    assertThatThrownBy(() -> finish(fork))
        .hasStackTraceContaining("no longer writes to this table: Flink job 'events'");
    finish(laterFork);
    assertThat(TableContent.ids(directory)).isEqualTo(range(FORKED_ROWS));
    assertThat(Ledger.requireEveryRecordAgrees(directory)).isPositive();
  }

  @Test
  void stateThatHasNoUidIsNotDroppedSilentlyWhenTheJobChanges() throws Exception {
    JobClient first = job().withShape(EventJob.Shape.WITHOUT_UIDS).start();
    awaitRecord(6);
    String savepoint =
        first
            .stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
            .get(240, TimeUnit.SECONDS);
    List<Long> shown = TableContent.ids(directory);
    EventJob changed = job().withShape(EventJob.Shape.WITHOUT_UIDS_CHANGED);

    assertThatThrownBy(() -> finish(changed.startFrom(savepoint)))
        .hasStackTraceContaining("Cannot map checkpoint/savepoint state for operator");
    assertThat(TableContent.ids(directory)).isEqualTo(shown);
  }
}
