package io.varve.flink.hdfs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RecordMapping;
import io.varve.flink.common.RowConverter;
import io.varve.flink.common.TablePaths;
import io.varve.flink.sink.VarveSink;
import io.varve.schema.TableDefinition;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** I1 and I5 on HDFS: each row once wherever a task ends; an older savepoint is gone back to. */
@Timeout(300)
class HdfsSinkIT {

  private static final int ROWS = 1500;
  private static final List<Long> ALL = LongStream.rangeClosed(1, ROWS).boxed().toList();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path savepoints;

  /** A row of the table. */
  record Event(Instant time, long id, String key) {

    static Event of(long id) {
      return new Event(Instant.ofEpochSecond(id), id, "key-" + id % 7);
    }
  }

  private static JobClient start(String path, String savepoint, int parallelism) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    if (!savepoint.isEmpty()) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.setMaxParallelism(16);
    GeneratorFunction<Long, Long> ids = index -> index + 1;
    TableDefinition table =
        TableDefinition.builder(RecordMapping.schemaOf(Event.class, "time"))
            .bucketedBy(3, "key")
            .build();
    env.fromSource(
            new DataGeneratorSource<>(
                ids, ROWS, RateLimiterStrategy.perCheckpoint(150), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "ids")
        .uid("ids")
        .map(Event::of)
        .returns(Event.class)
        .sinkTo(
            VarveSink.<Event>builder()
                .path(path)
                .table(table)
                .converter(RowConverter.ofRecord(Event.class))
                .writer(WriterOptions.DEFAULTS.withTargetRows(200))
                .build())
        .uid("varve");
    return env.executeAsync("events on HDFS");
  }

  private static void finish(JobClient job) throws Exception {
    job.getJobExecutionResult().get(90, TimeUnit.SECONDS);
  }

  private static List<Long> ids(String path) throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(TableDirectory.open(TablePaths.open(path)));
    int idField = snapshot.table().schema().field(1).id();
    List<Long> ids = new ArrayList<>();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource rows = unit.open(snapshot.table())) {
        for (int block = 0; block < rows.blockCount(); block++) {
          LongColumn column = (LongColumn) rows.read(block, idField);
          for (int row = 0; row < rows.rowCount(block); row++) {
            ids.add(column.get(row));
          }
        }
      }
    }
    Collections.sort(ids);
    return ids;
  }

  private static int rowCount(String path) {
    try {
      return ids(path).size();
    } catch (IOException notYet) {
      throw new UncheckedIOException(notYet);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEFORE PUBLISH commits/0*1 ",
        "AFTER PUBLISH commits/0*1 ",
        "BEFORE PUBLISH commits/0*5 ",
        "AFTER PUBLISH commits/0*5 ",
        "AFTER WRITE .*vtail",
        "BEFORE SYNC .*vtail",
        "BEFORE WRITE .*vseg",
        "AFTER SYNC .*vseg"
      })
  void everyRowIsThereOnceWhereverATaskEnds(String site) throws Exception {
    String table = HdfsCluster.freshDirectory();
    finish(start(FaultyHdfs.path(table, site), "", 2));

    assertThat(FaultyHdfs.hasStruck()).as("a task was killed").isTrue();
    assertThat(ids(table)).isEqualTo(ALL);
  }

  @Test
  void anOlderSavepointTakesTheTableBackToItself() throws Exception {
    String table = HdfsCluster.freshDirectory();
    JobClient first = start(table, "", 2);
    AtomicReference<String> savepoint = new AtomicReference<>("");
    CommonTestUtils.waitUntilIgnoringExceptions(
        () -> {
          if (rowCount(table) < 300) {
            return false;
          }
          savepoint.set(
              first
                  .stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
                  .orTimeout(30, TimeUnit.SECONDS)
                  .join());
          return true;
        },
        Duration.ofSeconds(60),
        Duration.ofMillis(50),
        "no savepoint could be taken");
    assertThat(ids(table)).hasSizeLessThan(ROWS).doesNotHaveDuplicates();

    for (int parallelism : new int[] {4, 1}) {
      finish(start(table, requireNonNull(savepoint.get()), parallelism));
      assertThat(ids(table)).isEqualTo(ALL);
    }
  }
}
