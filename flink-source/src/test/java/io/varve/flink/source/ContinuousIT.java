package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.Filter;
import io.varve.table.CommitChoice;
import io.varve.table.TableMaintenance;
import io.varve.table.TableSnapshot;
import io.varve.testkit.TestTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are committed while a job reads on come once, whatever becomes of job and files. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
