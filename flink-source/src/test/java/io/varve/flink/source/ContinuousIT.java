package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.query.Filter;
import io.varve.table.CommitChoice;
import io.varve.table.FileCommitLog;
import io.varve.table.TableMaintenance;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.table.protocol.RunId;
import io.varve.testkit.TestJob;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are committed while a job reads on come once, whatever becomes of job and files. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContinuousIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static final AtomicInteger PASSED = new AtomicInteger();
  private static final AtomicInteger FAILURES = new AtomicInteger();

  private static final AtomicInteger STARTS = new AtomicInteger();
  private static final Queue<Usage> PASSING = new LinkedBlockingQueue<>();

  @TempDir Path directory;

  private static StreamExecutionEnvironment environment() {
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    env.setParallelism(2);
    env.enableCheckpointing(20);
    return env;
  }

  /**
   * Tails that grow, are sealed with rows that nobody saw, and deletes; the job fails on the way.
   */
  @Test
  void everyRowComesOnce() throws Exception {
    PASSED.set(0);
    FAILURES.set(0);
    Random random = new Random(3);
    List<Usage> rows = Usage.random(random, 0, 16_000);
    List<Usage> read = new ArrayList<>();
    try (TestTable table = Usage.table(directory, rows.subList(0, 3000))) {
      VarveSource<Usage> source =
          VarveSource.ofRecords(Usage.class)
              .path(directory.toString())
              .splitRows(2048)
              .continuous(Duration.ofMillis(5))
              .build();
      try (CloseableIterator<Usage> elements =
          environment()
              .fromSource(source, WatermarkStrategy.noWatermarks(), "rows")
              .map(new FailNowAndThen())
              .returns(source.getProducedType())
              .executeAndCollect()) {
        int written = 3000;
        while (read.size() < rows.size()) {
          while (read.size() < written) {
            read.add(elements.next());
          }
          if (written < rows.size()) {
            int next = Math.min(rows.size(), written + 1 + random.nextInt(3000));
            Usage.addAll(table, rows.subList(written, next));
            table.commit(random.nextInt(3) == 0);
            written = next;
          }
          if (random.nextInt(4) == 0) {
            new TableMaintenance(table.table(), "a test", () -> 1)
                .delete(Filter.lt("id", (long) written - 3000), "a test");
          }
        }
      }
    }
    assertThat(FAILURES).hasPositiveValue();
    assertThat(read).containsExactlyInAnyOrderElementsOf(rows);
  }

  /** A bounded read of what came since another. */
  @Test
  void readsWhatIsNewSinceACommit() throws Exception {
    List<Usage> rows = Usage.random(new Random(5), 0, 9000);
    try (TestTable table = Usage.table(directory, rows.subList(0, 3000))) {
      Usage.addAll(table, rows.subList(3000, 4000));
      long since = table.commit(false);
      Usage.addAll(table, rows.subList(4000, 7000));
      long to = table.commit(true);
      Usage.addAll(table, rows.subList(7000, 9000));
      table.commit(false);
      VarveSource<Usage> source =
          VarveSource.ofRecords(Usage.class)
              .path(directory.toString())
              .since(CommitChoice.number(since))
              .commit(to)
              .build();
      StreamExecutionEnvironment env = environment();
      List<Usage> read = new ArrayList<>();
      try (CloseableIterator<Usage> elements =
          env.fromSource(source, WatermarkStrategy.noWatermarks(), "new").executeAndCollect()) {
        elements.forEachRemaining(read::add);
      }
      assertThat(read).containsExactlyInAnyOrderElementsOf(rows.subList(4000, 7000));
      assertThat(TableSnapshot.latest(table.table()).rowCount()).isEqualTo(9000);
    }
  }

  /** Rows that come while the job runs with two readers, while it is down, with three, with one. */
  @Test
  void everyRowComesOnceWhenTheJobIsRescaled() throws Exception {
    PASSING.clear();
    List<Usage> rows = Usage.random(new Random(8), 0, 24_000);
    try (TestTable table = Usage.table(directory, rows.subList(0, 8000))) {
      JobClient two = start(2, "");
      waitFor(1000); // of a commit of 8,000: the savepoint is taken in the middle of splits
      String first = stop(two);
      int readByTwo = PASSING.size();
      Usage.addAll(table, rows.subList(8000, 14_000));
      table.commit(true);
      JobClient three = start(3, first);
      waitFor(9000);
      Usage.addAll(table, rows.subList(14_000, 18_000));
      table.commit(false);
      String second = stop(three);
      int readByThree = PASSING.size();
      Usage.addAll(table, rows.subList(18_000, 24_000));
      table.commit(true);
      JobClient one = start(1, second);
      waitFor(rows.size());
      stop(one);

      assertThat(readByTwo).isBetween(1000, 7999);
      assertThat(readByThree).isBetween(9000, 17_999);
    }
    assertThat(List.copyOf(PASSING)).containsExactlyInAnyOrderElementsOf(rows);
  }

  /** What was read can't be taken back: a restart would only meet the same again. */
  @Test
  void aRewindBelowWhatWasReadFailsTheJobForGood() throws Exception {
    PASSING.clear();
    STARTS.set(0);
    List<Usage> rows = Usage.random(new Random(9), 0, 3000);
    try (TestJob writer = TestJob.start(directory, Usage.TABLE, 1)) {
      long kept = write(writer, rows.subList(0, 2000));
      JobClient job = start(2, "");
      waitFor(2000);
      long lost = write(writer, rows.subList(2000, 3000));
      waitFor(3000);

      rewind(writer, kept);

      assertThatThrownBy(() -> job.getJobExecutionResult().get())
          .hasStackTraceContaining("took the table back to commit " + kept)
          .hasStackTraceContaining("rows up to commit " + lost);
      assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FAILED);
      assertThat(STARTS).as("starts of two subtasks").hasValue(2);
    }
    assertThat(List.copyOf(PASSING)).containsExactlyInAnyOrderElementsOf(rows);
  }

  /** Commits that were taken back before the job saw them are as if they had never been. */
  @Test
  void aRewindToWhatWasReadIsFollowed() throws Exception {
    PASSING.clear();
    List<Usage> rows = Usage.random(new Random(10), 0, 5000);
    List<Usage> abandoned = Usage.random(new Random(11), 100_000, 700);
    String savepoint;
    try (TestJob writer = TestJob.start(directory, Usage.TABLE, 1)) {
      long kept = write(writer, rows.subList(0, 2000));
      JobClient before = start(2, "");
      waitFor(2000);
      savepoint = stop(before);
      write(writer, abandoned);
      rewind(writer, kept);
    }
    try (TestJob writer = TestJob.start(directory, Usage.TABLE, 1000)) {
      write(writer, rows.subList(2000, 5000));
      JobClient after = start(2, savepoint);
      waitFor(5000);
      stop(after);
    }
    assertThat(List.copyOf(PASSING)).containsExactlyInAnyOrderElementsOf(rows);
  }

  private static long write(TestJob writer, List<Usage> rows) throws IOException {
    for (Usage row : rows) {
      writer.add(row::set);
    }
    return writer.commit(true, Long.MIN_VALUE);
  }

  private static void rewind(TestJob writer, long commit) throws IOException {
    RunId run = new RunId(1_700_000_000_500L, 1);
    new RewindOperation(
            new RewindRequest(commit, run, new Author("rewind-1", "a test", "back")), new LogView())
        .run(new FileCommitLog(writer.table().store()), () -> 1, conflicts -> {});
  }

  private JobClient start(int parallelism, String savepoint) throws Exception {
    StreamExecutionEnvironment env = environment();
    if (!savepoint.isEmpty()) {
      Configuration restore = new Configuration();
      restore.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      env.configure(restore);
    }
    env.setParallelism(parallelism);
    env.setMaxParallelism(8);
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class)
            .path(directory.toString())
            .splitRows(2048)
            .continuous(Duration.ofMillis(5))
            .build();
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "rows")
        .uid("rows")
        .map(new Pass())
        .returns(source.getProducedType())
        .sinkTo(new DiscardingSink<>())
        .uid("nothing");
    return env.executeAsync();
  }

  private String stop(JobClient job) throws Exception {
    return job.stopWithSavepoint(
            false, directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
        .get();
  }

  private static void waitFor(int rows) {
    while (PASSING.size() < rows) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Keeps the rows that pass; slowly, so that a savepoint finds some on their way. */
  private static final class Pass extends RichMapFunction<Usage, Usage> {

    private static final long serialVersionUID = 1L;

    @Override
    public void open(OpenContext context) {
      STARTS.incrementAndGet();
    }

    @Override
    public Usage map(Usage row) {
      if (PASSING.size() % 16 == 0) {
        LockSupport.parkNanos(1_000_000);
      }
      PASSING.add(row);
      return row;
    }
  }

  /** Fails a few times, at places that do not depend on how fast the machine is. */
  private static final class FailNowAndThen implements MapFunction<Usage, Usage> {

    private static final long serialVersionUID = 1L;

    @Override
    public Usage map(Usage row) {
      int passed = PASSED.incrementAndGet();
      if (passed % 5_000 == 0 && FAILURES.incrementAndGet() <= 3) {
        throw new IllegalStateException("failed on purpose after " + passed + " rows");
      }
      return row;
    }
  }
}
