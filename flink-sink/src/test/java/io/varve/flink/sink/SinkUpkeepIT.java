package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.flink.common.RowConverter;
import io.varve.table.FileCommitLog;
import io.varve.table.HistoryOptions;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
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

/** I6: a job keeps its table small by itself, and loses nothing by it. */
@Timeout(300)
class SinkUpkeepIT {

  private static final int EXPIRED_COMMITS = 20;
  private static final int MIN_COMMITS = 5;

  /** More than are written; each of the two subtasks of the source counts through a half. */
  private static final long MANY = 1_000_000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;
  @TempDir Path savepoints;

  private JobClient start() throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(EventJob.configuration(""));
    env.setParallelism(2);
    GeneratorFunction<Long, Event> events = index -> Event.of(index + 1);
    DataGeneratorSource<Event> source =
        new DataGeneratorSource<>(
            events, MANY, RateLimiterStrategy.perCheckpoint(50), Types.GENERIC(Event.class));
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "events")
        .sinkTo(
            VarveSink.<Event>builder()
                .path(TestTables.path(directory))
                .table(Event.table())
                .converter(RowConverter.ofRecord(Event.class))
                .writer(WriterOptions.DEFAULTS.withTargetRows(4000).withTargetAgeMillis(1))
                .history(new HistoryOptions(1, MIN_COMMITS))
                .cleanUpInterval(Duration.ofMillis(50))
                .build());
    return env.executeAsync("events");
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    CommonTestUtils.waitUtil(
        () -> {
          try {
            return condition.call();
          } catch (Exception failure) {
            throw new AssertionError(failure);
          }
        },
        Duration.ofSeconds(240),
        Duration.ofMillis(10),
        "never happened");
  }

  private long filesIn(String below) throws IOException {
    return TestTables.filesIn(directory, below);
  }

  @Test
  void oldCommitsAndSealedTailsGoWhileTheJobRuns() throws Exception {
    JobClient job = start();
    FileCommitLog log = new FileCommitLog(TestTables.store(directory));
    await(() -> log.base() >= EXPIRED_COMMITS);
    // The job writes on, so that a number taken once would be out of reach on a slow machine.
    await(() -> segments() < log.newest() / 2);
    await(() -> filesIn("commits") <= log.newest() - log.base() + EXPIRED_COMMITS / 10);
    job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
        .get(240, TimeUnit.SECONDS);

    List<Long> ids = TableContent.ids(directory);
    long first = ids.stream().filter(id -> id <= MANY / 2).count();
    long second = ids.size() - first;
    assertThat(ids)
        .isEqualTo(
            LongStream.concat(
                    LongStream.rangeClosed(1, first),
                    LongStream.rangeClosed(MANY / 2 + 1, MANY / 2 + second))
                .boxed()
                .toList());
    long retained = log.newest() - log.base();
    assertThat(retained).isGreaterThanOrEqualTo(MIN_COMMITS);
    // Each checkpoint of each writer makes a segment; without merging there would be as many.
    assertThat(segments()).isLessThan(log.newest());
    assertThat(filesIn("bucket-0000") + filesIn("bucket-0001"))
        .isLessThanOrEqualTo(segments() + 4 * retained + 40);
  }

  private long segments() throws IOException {
    return TableContent.latest(directory).units().stream()
        .filter(unit -> unit.file().endsWith(".vseg"))
        .count();
  }
}
