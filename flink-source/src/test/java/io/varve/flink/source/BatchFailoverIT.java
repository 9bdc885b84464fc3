package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.BoundAggregation;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.PartialRows;
import io.varve.table.HistoryOptions;
import io.varve.table.TableMaintenance;
import io.varve.table.TableUpkeep;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobEventStoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.highavailability.nonha.embedded.HaLeadershipControl;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A batch job that loses its JobManager goes on where it was: what one reader has finished is kept,
 * what the other had is read again, of the commit that was chosen at first, whatever has become of
 * the table since.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchFailoverIT {

  private static final int ROWS = 20_000;

  /** The subtask that stops at its first element, for the first time; -1 for none yet. */
  private static final AtomicInteger HELD = new AtomicInteger();

  private static final Map<Integer, AtomicInteger> ATTEMPTS = new ConcurrentHashMap<>();
  private static volatile CountDownLatch holding = new CountDownLatch(1);
  private static volatile List<?> result = List.of();

  @TempDir Path directory;
  @TempDir Path flink;

  private MiniCluster cluster;

  @BeforeEach
  void start() throws Exception {
    HELD.set(-1);
    ATTEMPTS.clear();
    holding = new CountDownLatch(1);
    result = List.of();
    Configuration settings = new Configuration();
    settings.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.AdaptiveBatch);
    settings.set(BatchExecutionOptions.JOB_RECOVERY_ENABLED, true);
    settings.set(BatchExecutionOptions.JOB_RECOVERY_SNAPSHOT_MIN_PAUSE, Duration.ZERO);
    settings.set(
        BatchExecutionOptions.JOB_RECOVERY_PREVIOUS_WORKER_RECOVERY_TIMEOUT, Duration.ofSeconds(3));
    settings.set(JobEventStoreOptions.FLUSH_INTERVAL, Duration.ofMillis(10));
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    settings.set(HighAvailabilityOptions.HA_STORAGE_PATH, flink.resolve("ha").toUri().toString());
    settings.set(CoreOptions.TMP_DIRS, flink.toString());
    settings.set(RestOptions.BIND_PORT, "0");
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(2)
                .setNumSlotsPerTaskManager(2)
                .setHaServices(MiniCluster.HaServices.WITH_LEADERSHIP_CONTROL)
                .build());
    cluster.start();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void rowsAreThoseOfTheCommitThatWasChosen() throws Exception {
    List<Usage> rows = Usage.random(new Random(1), 0, ROWS);
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(directory.toString()).splitRows(1024).build();

    try (TestTable table = Usage.table(directory, rows)) {
      runWithFailover(table, stream(source).returns(source.getProducedType()));
    }

    assertThat(result).asList().containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(rows));
  }

  @Test
  void rollupsAreThoseOfTheCommitThatWasChosen() throws Exception {
    List<Usage> rows = Usage.random(new Random(2), 0, ROWS);
    Aggregation aggregation =
        Aggregation.builder()
            .groupBy("user", "model")
            .measure(Measure.countRows(), Measure.sum("tokens"))
            .build();
    RollupSource source =
        RollupSource.builder()
            .path(directory.toString())
            .aggregation(aggregation)
            .splitRows(1024)
            .maxGroups(50) // so that readers give partial rows split by split
            .build();

    try (TestTable table = Usage.table(directory, rows)) {
      runWithFailover(
          table,
          RollupMerge.byGroup(stream(source).returns(source.getProducedType()))
              .reduce(new RollupMerge()));
    }

    List<PartialRow> merged = result.stream().map(PartialRow.class::cast).toList();
    assertThat(merged).extracting(PartialRow::keys).doesNotHaveDuplicates().hasSize(32);
    List<AggregateRow> groups =
        BoundAggregation.of(aggregation, Usage.SCHEMA).finish(PartialRows.of(merged));
    for (AggregateRow group : groups) {
      List<Usage> its =
          rows.stream()
              .filter(
                  row -> Objects.equals(row.user(), group.isNull(0) ? null : group.getString(0)))
              .filter(row -> row.model() == group.getLong(1))
              .toList();
      assertThat(group.getLong(2)).isEqualTo(its.size());
      assertThat(group.getLong(3))
          .isEqualTo(
              its.stream().map(Usage::tokens).filter(Objects::nonNull).mapToLong(n -> n).sum());
    }
  }

  private StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.setParallelism(2);
    return env;
  }

  private <T> SingleOutputStreamOperator<T> stream(Source<T, VarveSplit, ScanCheckpoint> source) {
    return environment()
        .fromSource(source, WatermarkStrategy.noWatermarks(), "read")
        .setParallelism(2) // else it is one reader for so few bytes
        .map(new HoldOne<T>())
        .setParallelism(2);
  }

  /** Runs a job whose JobManager fails when one reader is done and the other in its first split. */
  private <T> void runWithFailover(TestTable table, DataStream<T> stream) throws Exception {
    stream.rebalance().sinkTo(new Results<T>()).setParallelism(1);
    JobID job =
        cluster
            .submitJob(stream.getExecutionEnvironment().getStreamGraph().getJobGraph())
            .get()
            .getJobID();
    holding.await();
    while (finishedReaders(job) < 1) {
      LockSupport.parkNanos(1_000_000);
    }
    change(table);
    HaLeadershipControl leadership = cluster.getHaLeadershipControl().orElseThrow();
    leadership.revokeJobMasterLeadership(job).get();
    change(table);
    leadership.grantJobMasterLeadership(job).get();

    JobResult ended = cluster.requestJobResult(job).get();

    assertThat(ended.getSerializedThrowable()).isEmpty();
    assertThat(ATTEMPTS.get(HELD.get())).as("the reader that was lost").hasValue(2);
    assertThat(ATTEMPTS.get(1 - HELD.get())).as("the one that had ended").hasValue(1);
  }

  private long finishedReaders(JobID job) throws Exception {
    for (AccessExecutionJobVertex vertex :
        cluster.getExecutionGraph(job).get().getVerticesTopologically()) {
      return Arrays.stream(vertex.getTaskVertices())
          .filter(task -> task.getExecutionState() == ExecutionState.FINISHED)
          .count();
    }
    return 0;
  }

  /** Adds rows, deletes others, and lets all expire that may. */
  private static void change(TestTable table) throws IOException {
    for (int i = 0; i < 3; i++) {
      Usage.addAll(table, Usage.random(new Random(9), ROWS, 500));
      table.commit(i % 2 == 0);
    }
    new TableMaintenance(table.table(), "a test", () -> 1)
        .delete(Filter.lt("id", ROWS / 2), "a test");
    long now = System.currentTimeMillis();
    new TableUpkeep(table.table(), "a test", () -> now).expire(new HistoryOptions(1, 1), false);
  }

  /** Holds the first subtask that gets an element, until the subtask is cancelled. */
  private static final class HoldOne<T> extends RichMapFunction<T, T> {

    private static final long serialVersionUID = 1L;

    private transient int subtask;

    @Override
    public void open(OpenContext context) {
      subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
      ATTEMPTS.computeIfAbsent(subtask, first -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public T map(T element) throws InterruptedException {
      if (HELD.compareAndSet(-1, subtask)) {
        holding.countDown();
        new CountDownLatch(1).await();
      }
      return element;
    }
  }

  /** Keeps what its one writer got, when it has all. */
  private static final class Results<T> implements Sink<T> {

    private static final long serialVersionUID = 1L;

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
      List<T> elements = new ArrayList<>();
      return new SinkWriter<>() {
        @Override
        public void write(T element, Context itsContext) {
          elements.add(element);
        }

        @Override
        public void flush(boolean endOfInput) {
          if (endOfInput) {
            result = List.copyOf(elements);
          }
        }

        @Override
        public void close() {}
      };
    }
  }
}
