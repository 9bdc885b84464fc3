package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.table.FileCommitLog;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** I1, I4, I10: each record shows what was emitted up to its checkpoint, however those go. */
@Timeout(300)
class SinkCheckpointIT {

  private static final int ROWS = 1500;
  private static final List<Long> ALL = LongStream.rangeClosed(1, ROWS).boxed().toList();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;
  @TempDir Path checkpoints;

  private EventJob job(boolean keyed, int rowsPerCheckpoint) {
    return EventJob.of(directory, keyed, ROWS, rowsPerCheckpoint);
  }

  private EventJob twoAtOnce(boolean keyed) {
    return job(keyed, 150).with(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 2);
  }

  private void requireEachRowOnce() throws IOException {
    assertThat(TableContent.ids(directory)).isEqualTo(ALL);
  }

  private List<Long> checkpointsCommitted() throws IOException {
    FileCommitLog log = new FileCommitLog(TestTables.store(directory));
    return LongStream.rangeClosed(1, log.newest())
        .mapToObj(number -> read(log, number))
        .filter(record -> record.body() instanceof CommitRecord.Data)
        .map(record -> record.progress().checkpoint())
        .toList();
  }

  private static CommitRecord read(FileCommitLog log, long number) {
    try {
      return log.read(number).orElseThrow();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @ParameterizedTest(name = "keyed: {0}")
  @ValueSource(booleans = {false, true})
  void twoCheckpointsAreUnderWayAtOnce(boolean keyed) throws Exception {
    Faults faults =
        Faults.plan(
            directory, List.of(Fault.at("DURING SNAPSHOT 3 ").waitingFor("BEFORE SNAPSHOT 4 ")));
    twoAtOnce(keyed).run();

    assertThat(faults.allStruck()).as("the third waited for the fourth").isTrue();
    requireEachRowOnce();
    assertThat(Ledger.requireEveryRecordAgrees(directory)).isPositive();
    assertThat(checkpointsCommitted()).isSorted();
  }

  @ParameterizedTest(name = "keyed: {0}")
  @ValueSource(booleans = {false, true})
  void aCheckpointFailsWhileTheNextIsUnderWay(boolean keyed) throws Exception {
    Faults faults =
        Faults.plan(
            directory,
            List.of(
                Fault.at("DURING SNAPSHOT 3 ").waitingFor("BEFORE SNAPSHOT 4 "),
                Fault.at("DURING SNAPSHOT 3 "),
                Fault.at("ABORTED 3 ").waitingFor(".")));
    twoAtOnce(keyed).run();

    assertThat(faults.allStruck()).as("the third failed").isTrue();
    assertThat(faults.restarted()).as("restarted").isFalse();
    requireEachRowOnce();
    assertThat(Ledger.requireEveryRecordAgrees(directory)).isPositive();
    assertThat(checkpointsCommitted()).isSorted();
  }

  /** The other subtask has sent what the barrier made durable, and the aggregator has it. */
  @ParameterizedTest(name = "keyed: {0}")
  @ValueSource(booleans = {false, true})
  void aCheckpointTimesOutBeforeEverySubtaskSawItsBarrier(boolean keyed) throws Exception {
    Faults faults = Faults.plan(directory, List.of(Fault.at("ROW 400 ").waitingFor("ABORTED")));
    job(keyed, 150).with(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMillis(700)).run();

    assertThat(faults.allStruck()).as("a barrier was held up").isTrue();
    assertThat(faults.restarted()).as("restarted").isFalse();
    requireEachRowOnce();
    assertThat(Ledger.requireEveryRecordAgrees(directory)).isPositive();
  }

  /** A writer is held up in a row while the barrier passes the rows that wait behind it. */
  @ParameterizedTest(name = "restored by {0} subtasks")
  @ValueSource(ints = {2, 3})
  void rowsThatABarrierHasOvertakenComeLater(int parallelism) throws Exception {
    Faults faults =
        Faults.plan(
            directory,
            List.of(
                Fault.at("CONVERT .* @ .*Writer").sparing(200).waitingFor("BEFORE SNAPSHOT"),
                Fault.at("NOTIFY").after("PASSED CONVERT").waitingFor("CANCELLED")));
    EventJob unaligned =
        job(true, EventJob.STEADY)
            .with(CheckpointingOptions.ENABLE_UNALIGNED, true)
            .with(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString())
            .with(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    JobClient first = unaligned.start();
    awaitThat(faults::allStruck, "no checkpoint was completed after that");
    first.cancel().get(240, TimeUnit.SECONDS);
    faults.pass("CANCELLED");
    awaitThat(() -> first.getJobStatus().join().isGloballyTerminalState(), "never cancelled");

    unaligned
        .withParallelism(parallelism)
        .startFrom(newestCheckpoint())
        .getJobExecutionResult()
        .get(240, TimeUnit.SECONDS);
    requireEachRowOnce();
  }

  private static void awaitThat(
      org.apache.flink.util.function.SupplierWithException<Boolean, Exception> condition,
      String otherwise)
      throws Exception {
    CommonTestUtils.waitUtil(
        () -> {
          try {
            return condition.get();
          } catch (Exception failure) {
            throw new AssertionError(failure);
          }
        },
        Duration.ofSeconds(240),
        Duration.ofMillis(5),
        otherwise);
  }

  private String newestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      Optional<Path> newest =
          files
              .filter(file -> file.endsWith("_metadata"))
              .map(Path::getParent)
              .max((a, b) -> Long.compare(number(a), number(b)));
      return newest.orElseThrow().toUri().toString();
    }
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  @ParameterizedTest(name = "drained: {0}")
  @ValueSource(booleans = {false, true})
  void aJobStoppedWithASavepointShowsAllItEmittedAndGoesOn(boolean drain) throws Exception {
    EventJob gated = EventJob.of(directory, true, 2 * ROWS, 60);
    Faults faults = Faults.plan(directory, List.of(Fault.at("NOTIFY 3 ").waitingFor(".")));
    JobClient first = gated.start();
    awaitThat(faults::allStruck, "no third checkpoint");
    String savepoint =
        first
            .stopWithSavepoint(drain, checkpoints.toString(), SavepointFormatType.CANONICAL)
            .get(240, TimeUnit.SECONDS);
    first.getJobExecutionResult().get(240, TimeUnit.SECONDS);
    List<Long> shown = TableContent.ids(directory);
    assertThat(shown).hasSizeLessThan(2 * ROWS).doesNotHaveDuplicates();
    assertThat(shown).isEqualTo(Ledger.of(directory.toString()).newest());

    gated
        .withParallelism(3)
        .startFrom(savepoint)
        .getJobExecutionResult()
        .get(240, TimeUnit.SECONDS);
    assertThat(TableContent.ids(directory))
        .isEqualTo(LongStream.rangeClosed(1, 2 * ROWS).boxed().toList());
    assertThat(Ledger.requireEveryRecordAgrees(directory)).isPositive();
  }
}
