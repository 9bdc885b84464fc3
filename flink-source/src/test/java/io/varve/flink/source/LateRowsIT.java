package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.table.CommitChoice;
import io.varve.testkit.TestJob;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Bills of days that are over, and what came too late for each of them: every row in one place. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LateRowsIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static final Instant FIRST_DAY = Instant.parse("2026-05-01T00:00:00Z");

  @TempDir Path directory;

  private final Random random = new Random(4);
  private long ids;

  private List<Usage> write(TestJob job, int day, int count) throws Exception {
    List<Usage> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Usage any = Usage.random(random, ids++);
      Usage row =
          new Usage(
              startOf(day).plusMillis(random.nextInt(86_400_000)),
              any.id(),
              any.user(),
              any.model(),
              any.tokens(),
              any.score(),
              any.cost());
      job.add(row::set);
      rows.add(row);
    }
    return rows;
  }

  private static Instant startOf(int day) {
    return FIRST_DAY.plus(day, ChronoUnit.DAYS);
  }

  private static long noonOf(int day) {
    return startOf(day).plus(12, ChronoUnit.HOURS).toEpochMilli();
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.setParallelism(2);
    return env;
  }

  private static <T> List<T> collect(DataStream<T> stream) throws Exception {
    List<T> all = new ArrayList<>();
    try (CloseableIterator<T> elements = stream.executeAndCollect()) {
      elements.forEachRemaining(all::add);
    }
    return all;
  }

  /** Returns the rows of each day on a bill, by the number of the day. */
  private Map<Long, Long> bill(long commit, int fromDay) throws Exception {
    List<AggregateRow> days =
        collect(
            RollupSource.builder()
                .path(directory.toString())
                .commit(CommitChoice.number(commit))
                .filter(Filter.ge("ts", startOf(fromDay)))
                .groupBy(TimeBucket.DAY)
                .aggregate(Measure.countRows())
                .untilWatermark(TimeBucket.DAY)
                .build()
                .toStream(environment()));
    Map<Long, Long> counts = new TreeMap<>();
    for (AggregateRow day : days) {
      Instant start = Instant.EPOCH.plusNanos(day.getLong(0));
      counts.put(FIRST_DAY.until(start, ChronoUnit.DAYS), day.getLong(1));
    }
    return counts;
  }

  /** Returns what came after a billed commit of days before one. */
  private List<Usage> late(long billed, int beforeDay) throws Exception {
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class)
            .path(directory.toString())
            .since(CommitChoice.number(billed))
            .filter(Filter.lt("ts", startOf(beforeDay)))
            .build();
    return collect(environment().fromSource(source, WatermarkStrategy.noWatermarks(), "late"));
  }

  @Test
  void lateRowsOfEachBillAreListedAndNoOthers() throws Exception {
    try (TestJob job = TestJob.start(directory, Usage.TABLE, 1)) {
      write(job, 0, 900);
      write(job, 1, 300);
      long first = job.commit(true, noonOf(1));
      assertThat(bill(first, 0)).as("day 1 is open").containsExactlyEntriesOf(Map.of(0L, 900L));
      assertThat(late(first, 1)).isEmpty();

      List<Usage> lateForFirst = write(job, 0, 17);
      write(job, 1, 200); // not late: that day was open
      write(job, 2, 400);
      long second = job.commit(false, noonOf(2));
      assertThat(late(first, 1)).containsExactlyInAnyOrderElementsOf(lateForFirst);
      assertThat(bill(second, 1)).as("day 2 is open").containsExactlyEntriesOf(Map.of(1L, 500L));

      List<Usage> moreOfDay0 = write(job, 0, 5);
      List<Usage> lateOfDay1 = write(job, 1, 11);
      write(job, 2, 100);
      job.commit(true, noonOf(2) + 1); // sealing moves the late rows of before into a segment
      List<Usage> lateForSecond = new ArrayList<>(moreOfDay0);
      lateForSecond.addAll(lateOfDay1);
      assertThat(late(second, 2)).containsExactlyInAnyOrderElementsOf(lateForSecond);
      lateForFirst.addAll(moreOfDay0);
      assertThat(late(first, 1)).containsExactlyInAnyOrderElementsOf(lateForFirst);
      assertThat(bill(second, 1)).as("made again").containsExactlyEntriesOf(Map.of(1L, 500L));
    }
  }
}
