package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.Int128;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.MeasureState;
import io.varve.query.PartialGroups;
import io.varve.query.PartialRow;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** I1 seen by readers: a streaming job that fails in the middle counts every row once. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestoreIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static final AtomicBoolean FAILED = new AtomicBoolean();

  @TempDir Path directory;

  @BeforeEach
  void failOnce() {
    FAILED.set(false);
  }

  private List<Usage> write(int rows) throws IOException {
    List<Usage> all = Usage.random(new Random(7), 0, rows);
    try (TestTable table = Usage.table(directory, all.subList(0, rows * 3 / 4))) {
      Usage.addAll(table, all.subList(rows * 3 / 4, rows));
      table.commit(false);
    }
    return all;
  }

  private static StreamExecutionEnvironment environment() {
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    env.setParallelism(2);
    env.enableCheckpointing(25);
    return env;
  }

  private static <T> List<T> collect(DataStream<T> stream) throws Exception {
    List<T> all = new ArrayList<>();
    try (CloseableIterator<T> elements = stream.executeAndCollect()) {
      elements.forEachRemaining(all::add);
    }
    return all;
  }

  @Test
  void rowsAreNeitherLostNorRepeated() throws Exception {
    List<Usage> all = write(20_000);
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(directory.toString()).splitRows(3000).build();

    List<Usage> read =
        collect(
            environment()
                .fromSource(source, WatermarkStrategy.noWatermarks(), "rows")
                .map(new FailOnce<Usage>(20_000))
                .returns(source.getProducedType()));

    assertThat(FAILED).isTrue();
    assertThat(read).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void partialRowsAreNeitherLostNorRepeated() throws Exception {
    List<Usage> all = write(60_000);
    RollupSource source =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy("user", "model")
            .aggregate(Measure.countRows(), Measure.sum("id"))
            .splitRows(4096)
            .maxGroups(31)
            .build();

    List<PartialRow> groups =
        collect(
            RollupMerge.byGroup(
                    environment()
                        .fromSource(source, WatermarkStrategy.noWatermarks(), "partials")
                        .map(new FailOnce<PartialRow>(400_000))
                        .returns(source.getProducedType()))
                .window(GlobalWindows.create())
                .trigger(new EndOfInput())
                .reduce(new RollupMerge()));

    assertThat(FAILED).isTrue();
    assertThat(groups).hasSize(32);
    long count = 0;
    Int128 ids = Int128.ZERO;
    for (PartialRow group : groups) {
      count += ((MeasureState.Count) group.measures().get(0)).count();
      ids = ids.plus(((MeasureState.LongSum) group.measures().get(1)).sum());
    }
    assertThat(count).isEqualTo(all.size());
    assertThat(ids).isEqualTo(Int128.of(all.stream().mapToLong(Usage::id).sum()));
  }

  @Test
  void groupsAreNeitherLostNorRepeated() throws Exception {
    List<Usage> all = write(60_000);
    RollupSource source =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy("id")
            .groupBy("user", "model")
            .aggregate(Measure.countRows(), Measure.sum("id"))
            .filter(Filter.lt("id", 20_000))
            .splitRows(4096)
            .maxGroups(500)
            .build();

    List<AggregateRow> groups =
        collect(
            source.results(
                environment()
                    .fromSource(
                        new GroupsSource(source), WatermarkStrategy.noWatermarks(), "groups")
                    .map(new FailOnce<PartialGroups>(50_000))
                    .returns(RollupType.GROUPS)));

    assertThat(FAILED).isTrue();
    assertThat(groups).hasSize(20_000);
    long ids = 0;
    for (AggregateRow group : groups) {
      assertThat(group.getLong(3)).as("rows of " + group).isEqualTo(1);
      assertThat(group.getLong(4)).isEqualTo(group.getLong(0));
      ids += group.getLong(0);
    }
    assertThat(ids).isEqualTo(all.stream().mapToLong(Usage::id).filter(id -> id < 20_000).sum());
  }

  /** Splits that are ahead wait for those that are behind, and none waits for ever. */
  @Test
  void alignedRowsAreNeitherLostNorRepeated() throws Exception {
    List<Usage> all = write(20_000);
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(directory.toString()).splitRows(3000).build();
    WatermarkStrategy<Usage> aligned =
        WatermarkStrategy.<Usage>forBoundedOutOfOrderness(Duration.ofDays(1))
            .withTimestampAssigner((row, none) -> row.ts().toEpochMilli())
            .withWatermarkAlignment("usage", Duration.ofMinutes(1), Duration.ofMillis(20));

    List<Usage> read =
        collect(
            environment()
                .fromSource(source, aligned, "rows")
                .map(new FailOnce<Usage>(20_000))
                .returns(source.getProducedType()));

    assertThat(FAILED).isTrue();
    assertThat(read).containsExactlyInAnyOrderElementsOf(all);
  }

  /** Fails after the first checkpoint that was completed while elements were passing. */
  private static final class FailOnce<T> extends RichMapFunction<T, T>
      implements CheckpointListener {

    private static final long serialVersionUID = 1L;

    private final long pauseNanos;
    private transient int passed;
    private transient boolean armed;

    FailOnce(long pauseNanos) {
      this.pauseNanos = pauseNanos;
    }

    @Override
    public T map(T element) {
      passed++;
      if (armed && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("failed on purpose after " + passed + " elements");
      }
      LockSupport.parkNanos(pauseNanos); // So that checkpoints have time to complete.
      return element;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      armed = passed > 0;
    }
  }
}
