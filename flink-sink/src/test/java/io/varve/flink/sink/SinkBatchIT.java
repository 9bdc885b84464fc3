package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBuffer;
import io.varve.flink.common.RowConverter;
import io.varve.table.FileCommitLog;
import io.varve.table.HistoryOptions;
import io.varve.table.PartitionPath;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.WriterChanges;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** I10: jobs without checkpoints commit once, however often their tasks are run. */
@Timeout(300)
class SinkBatchIT {

  private static final int ROWS = 2000;
  private static final String RECORD = "PUBLISH commits/";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  static Stream<Arguments> cases() {
    return Stream.of(false, true)
        .flatMap(
            keyed ->
                Stream.of(
                    Arguments.of("ROW 800 ", keyed),
                    Arguments.of("OPEN table.json @ .*Aggregator", keyed),
                    Arguments.of("BEFORE WRITE .*vseg", keyed),
                    Arguments.of("AFTER SYNC .*vseg", keyed),
                    Arguments.of("BEFORE " + RECORD, keyed),
                    Arguments.of("AFTER " + RECORD, keyed),
                    Arguments.of("OPEN .*Committer", keyed),
                    Arguments.of("BEFORE REPLACE HEAD", keyed)));
  }

  private void write(boolean keyed, long rows, RuntimeExecutionMode mode) throws Exception {
    environment(EventJob.of(directory, keyed, rows, 1), mode).execute("bounded");
  }

  /** Submits a job that writes the same rows in batch mode. */
  static JobClient batch(EventJob job) throws Exception {
    return environment(job, RuntimeExecutionMode.BATCH).executeAsync("batch");
  }

  private static StreamExecutionEnvironment environment(EventJob job, RuntimeExecutionMode mode) {
    return environment(job, mode, job.sink(FaultyStores.path(job.directory())));
  }

  private static StreamExecutionEnvironment environment(
      EventJob job, RuntimeExecutionMode mode, VarveSink<Event> sink) {
    Configuration configuration = EventJob.configuration("");
    configuration.set(ExecutionOptions.RUNTIME_MODE, mode);
    configuration.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    env.fromSequence(1, job.rows())
        .map(new Tripwire(job.directory().toString()))
        .returns(Event.class)
        .sinkTo(sink)
        .uid("varve");
    return env;
  }

  private void requireEachRow(int times) throws Exception {
    assertThat(TableContent.ids(directory))
        .isEqualTo(
            LongStream.rangeClosed(1, ROWS)
                .boxed()
                .flatMap(id -> Stream.generate(() -> id).limit(times))
                .toList());
  }

  @ParameterizedTest(name = "fails at {0}, keyed: {1}")
  @MethodSource("cases")
  void everyRowIsThereOnce(String site, boolean keyed) throws Exception {
    Faults faults = Faults.plan(directory, List.of(Fault.at(site).killing()));
    write(keyed, ROWS, RuntimeExecutionMode.BATCH);

    assertThat(faults.allStruck()).as("the fault struck").isTrue();
    assertThat(faults.restarted()).as("restarted").isTrue();
    requireEachRow(1);
  }

  /** There is nothing to go back to but the start. */
  @ParameterizedTest(name = "fails at {0}, keyed: {1}")
  @MethodSource("cases")
  void everyRowIsThereOnceWithoutCheckpoints(String site, boolean keyed) throws Exception {
    Faults faults = Faults.plan(directory, List.of(Fault.at(site).killing()));
    write(keyed, ROWS, RuntimeExecutionMode.STREAMING);

    assertThat(faults.allStruck()).as("the fault struck").isTrue();
    assertThat(faults.restarted()).as("restarted").isTrue();
    requireEachRow(1);
  }

  @Test
  void anotherSubmissionAddsItsRows() throws Exception {
    write(false, ROWS, RuntimeExecutionMode.BATCH);
    write(false, ROWS, RuntimeExecutionMode.BATCH);

    requireEachRow(2);
  }

  /** Nobody else would merge the segments of small jobs and let old commits go. */
  @Test
  void batchJobsKeepATableSmallThatNoStreamingJobWrites() throws Exception {
    for (int job = 0; job < 6; job++) {
      writeOneSegmentEach();
    }

    requireEachRow(6);
    TableSnapshot table = TableContent.latest(directory);
    assertThat(table.units()).hasSizeLessThan(6 * 2);
    FileCommitLog log = new FileCommitLog(TestTables.store(directory));
    assertThat(log.base()).isPositive();
  }

  /** Each of the two subtasks writes a small segment; four are worth merging. */
  private void writeOneSegmentEach() throws Exception {
    VarveSink<Event> sink =
        VarveSink.<Event>builder()
            .path(FaultyStores.path(directory))
            .table(Event.table())
            .converter(RowConverter.ofRecord(Event.class))
            .history(new HistoryOptions(1, 2))
            .build();
    EventJob events = EventJob.of(directory, false, ROWS, 1);
    environment(events, RuntimeExecutionMode.BATCH, sink).execute("bounded");
  }

  /**
   * Writers whose files were whole are run again: what they left goes with a later job, once it is
   * older than the history; what another job has written, and has yet to commit, stays.
   */
  @Test
  @Tag("local") // it dates files back
  void whatFailedAttemptsLeftGoesAfterTheHistory() throws Exception {
    Faults faults = Faults.plan(directory, List.of(Fault.at("AFTER SYNC .*vseg").killing()));
    write(false, ROWS, RuntimeExecutionMode.BATCH);
    assertThat(faults.restarted()).as("restarted").isTrue();
    List<String> left = unnamed();
    assertThat(left).as("left by attempts that failed").isNotEmpty();
    Fold running = new Fold();
    running.add(filesOfAnotherJob());
    List<String> both = unnamed();
    assertThat(both).hasSizeGreaterThan(left.size()).containsAll(left);

    write(false, ROWS, RuntimeExecutionMode.BATCH);
    assertThat(unnamed()).as("younger than the history").containsAll(both);
    for (String file : left) {
      Files.setLastModifiedTime(
          directory.resolve(file), FileTime.from(Instant.now().minus(2, ChronoUnit.DAYS)));
    }
    write(false, ROWS, RuntimeExecutionMode.BATCH);

    both.removeAll(left);
    assertThat(unnamed()).isEqualTo(both);
    requireEachRow(3);
    commit(running);
    assertThat(TableContent.ids(directory)).hasSize(3 * ROWS + 1).contains(ROWS + 1L);
  }

  /** Returns the data files that no record names. */
  private List<String> unnamed() throws Exception {
    TableDirectory table = TableDirectory.open(TestTables.store(directory));
    TableUpkeep upkeep = new TableUpkeep(table, "a test", System::currentTimeMillis);
    return new ArrayList<>(upkeep.orphans().files());
  }

  private WriterChanges filesOfAnotherJob() throws Exception {
    TableDirectory table = TableContent.latest(directory).table();
    try (TableWriter writer =
        new TableWriter(table, 77, WriterOptions.DEFAULTS, System::currentTimeMillis)) {
      RowBuffer rows = writer.rows(PartitionPath.bucket(0));
      RowConverter<Event> converter = RowConverter.ofRecord(Event.class);
      converter.open(table.schema());
      converter.convert(Event.of(ROWS + 1), rows);
      rows.endRow();
      writer.rowAdded();
      return writer.barrier(true);
    }
  }

  private void commit(Fold rows) throws Exception {
    GuestId guest = new GuestId(new RunId(System.currentTimeMillis(), 77), "another");
    Author author = new Author("another", "a test", "another job's commit");
    new GuestOperation(new GuestRequest(guest, rows.take(), author), new LogView())
        .run(
            new FileCommitLog(TestTables.store(directory)),
            System::currentTimeMillis,
            conflicts -> {});
  }

  /** What is committed stays committed, and the job has done its work. */
  @Test
  void upkeepThatFailsDoesNotFailTheJob() throws Exception {
    for (int job = 0; job < 3; job++) {
      writeOneSegmentEach();
    }
    Faults faults = Faults.plan(directory, List.of(Fault.at("OPEN .*vseg @ .*Committer")));
    int jobs = 3;
    while (!faults.allStruck() && jobs < 9) { // a subtask that gets no split writes no segment
      writeOneSegmentEach();
      jobs++;
    }

    assertThat(faults.allStruck()).as("the fault struck").isTrue();
    assertThat(faults.restarted()).as("restarted").isFalse();
    requireEachRow(jobs);
  }

  @Test
  void aBatchJobWritesBesideAStreamingJob() throws Exception {
    JobClient streaming = EventJob.of(directory, false, ROWS, 80).start();
    write(false, ROWS, RuntimeExecutionMode.BATCH);
    streaming.getJobExecutionResult().get(240, TimeUnit.SECONDS);

    assertThat(Faults.of(directory.toString()).restarted()).as("restarted").isFalse();
    requireEachRow(2);
  }

  @Test
  void aStreamingJobGoesOnFromABatchJobsTable() throws Exception {
    write(true, ROWS, RuntimeExecutionMode.BATCH);
    EventJob.of(directory, true, ROWS, 500).run();

    requireEachRow(2);
  }
}
