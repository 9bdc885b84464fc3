package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.schema.TableDefinition;
import io.varve.table.FileCommitLog;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I1 and I2 on real data: what a failing job wrote, rolled up, is what the file holds. */
@Timeout(300)
class FlightsIT {

  private static final long ROWS = 228_738;

  /** More rows than there are: segments are made at end of input alone. */
  private static final int ALL_IN_TAILS = 1 << 20;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir static Path sample;
  private static Path csv = Path.of("");

  @TempDir Path directory;

  @BeforeAll
  static void unpack() throws IOException {
    csv = sample.resolve("flights.csv.gz");
    try (InputStream in = Flight.class.getResourceAsStream("flights-2001-01.csv.gz")) {
      Files.copy(Objects.requireNonNull(in), csv);
    }
  }

  private void writeAndCompare(
      TableDefinition table, int parallelism, int readers, List<Long> failAfter) throws Exception {
    int targetRows = FlightsIngestJob.DEFAULT_TARGET_ROWS;
    write(directory.toString(), table, parallelism, targetRows, failAfter);
    compare(readers);
  }

  private void write(
      String path, TableDefinition table, int parallelism, int targetRows, List<Long> failAfter)
      throws Exception {
    StreamExecutionEnvironment writing = StreamExecutionEnvironment.getExecutionEnvironment();
    FlightsIngestJob.build(
        writing,
        new FlightsIngestJob.Settings(
            new FlightsIngestJob.Settings.Place(csv.toString(), path, table),
            parallelism,
            Duration.ofMillis(100),
            150_000,
            targetRows,
            failAfter));
    writing.execute();
  }

  private void compare(int readers) throws Exception {
    StreamExecutionEnvironment reading = StreamExecutionEnvironment.getExecutionEnvironment();
    reading.setParallelism(readers);
    List<DayAndOrigin> groups = FlightsRollupJob.run(reading, directory.toString());
    CsvTotals expected = CsvTotals.read(csv);
    assertThat(expected.differences(groups, 5)).isEmpty();
    assertThat(expected.rows()).isEqualTo(ROWS);
    assertThat(Totals.of(groups).all().flights()).isEqualTo(ROWS);
  }

  @Test
  void equalsTheCsvWhenNothingFails() throws Exception {
    writeAndCompare(Flight.table(), 2, 2, List.of());
  }

  @Test
  void equalsTheCsvWhenTasksFailAtTheFirstRowBetweenAndAtTheLast() throws Exception {
    writeAndCompare(Flight.table(), 2, 3, List.of(1L, 2L, 60_000L, 150_000L, ROWS));
    assertThat(starts()).as("the first start and five restarts").isEqualTo(6);
  }

  /** Returns how often a job opened the table, so that failures that did not happen are seen. */
  private long starts() throws IOException {
    FileCommitLog log = new FileCommitLog(new LocalFileStore(directory));
    long starts = 0;
    for (long number = 1; number <= log.newest(); number++) {
      starts += log.read(number).orElseThrow().body() instanceof CommitRecord.Open ? 1 : 0;
    }
    return starts;
  }

  @Test
  void equalsTheCsvWhenRowsAreRoutedByKeyAndTasksFail() throws Exception {
    writeAndCompare(Flight.tableBucketedBy("origin", 3), 2, 1, List.of(100_000L, 228_000L));
    assertThat(starts()).isEqualTo(3);
  }

  /** A failure inside the sink: where, on which thread, the how-manieth time, rows of a segment. */
  enum Failure {
    WHILE_WRITING("BEFORE WRITE .*vseg", "", 2, 10_000),
    IN_PREPARE_COMMIT("BEFORE WRITE .*vtail", "", 4, ALL_IN_TAILS),
    IN_PREPARE_COMMIT_AFTER_WRITING("BEFORE SYNC .*vtail", "", 3, ALL_IN_TAILS),
    IN_PREPARE_COMMIT_AT_ITS_END("AFTER SYNC_DIRECTORY .*tail", "", 2, ALL_IN_TAILS),
    AT_THE_AGGREGATORS_BARRIER("BEFORE OPEN commits/.*", "Aggregator", 6, 20_000),
    BETWEEN_BARRIER_AND_COMMIT("BEFORE OPEN commits/.*", "Committer", 4, 20_000),
    IN_COMMIT("BEFORE PUBLISH commits/.*", "Committer", 3, 20_000),
    IN_COMMIT_WITH_UNKNOWN_OUTCOME("AFTER PUBLISH commits/.*", "Committer", 3, 20_000),
    IN_COMMIT_AFTER_THE_RECORD("BEFORE REPLACE HEAD", "Committer", 2, 20_000),
    AT_OPEN("BEFORE PUBLISH commits/.*", "Aggregator", 1, 20_000),
    AT_OPEN_WITH_UNKNOWN_OUTCOME("AFTER PUBLISH commits/.*", "Aggregator", 1, 20_000),
    AT_END_OF_INPUT("BEFORE SYNC .*vseg", "", 1, ALL_IN_TAILS),
    AT_END_OF_INPUT_AFTER_THE_LAST_SEGMENT("AFTER SYNC .*vseg", "", 2, ALL_IN_TAILS);

    final String access;
    final String thread;
    final int strikes;
    final int targetRows;

    Failure(String access, String thread, int strikes, int targetRows) {
      this.access = access;
      this.thread = thread;
      this.strikes = strikes;
      this.targetRows = targetRows;
    }
  }

  @ParameterizedTest
  @EnumSource
  void equalsTheCsvWhenTheSinkFails(Failure failure) throws Exception {
    String path = FailingTables.plan(directory, failure.access, failure.thread, failure.strikes);
    write(path, Flight.table(), 2, failure.targetRows, List.of());
    assertThat(FailingTables.hasFailed(directory)).as("the planned failure happened").isTrue();
    compare(2);
  }
}
