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

/** I1 and I2 on real data: what a failing job wrote, rolled up, is what the file holds. */
@Timeout(120)
class FlightsIT {

  private static final long ROWS = 228_738;

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
    StreamExecutionEnvironment writing = StreamExecutionEnvironment.getExecutionEnvironment();
    FlightsIngestJob.build(
        writing,
        new FlightsIngestJob.Settings(
            new FlightsIngestJob.Settings.Place(csv.toString(), directory.toString(), table),
            parallelism,
            Duration.ofMillis(100),
            150_000,
            FlightsIngestJob.DEFAULT_TARGET_ROWS,
            failAfter));
    writing.execute();
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
}
