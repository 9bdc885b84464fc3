package io.varve.flink.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RecordMapping;
import io.varve.flink.common.CommitExclusiveBy;
import io.varve.flink.common.RowConverter;
import io.varve.flink.common.TablePaths;
import io.varve.flink.sink.VarveSink;
import io.varve.schema.TableDefinition;
import io.varve.table.FileCommitLog;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** I1 on an S3 server, where a job declares that it alone writes there. */
@Timeout(300)
class S3SinkIT {

  private static final int ROWS = 1000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir static Path directory;

  private static final AtomicBoolean FAILED = new AtomicBoolean();
  private static S3Server server;

  /** A row of the table. */
  record Event(Instant time, long id, String key) {}

  /** Fails once, after some checkpoints. */
  private static final class FailingOnce implements MapFunction<Long, Event> {

    @Override
    public Event map(Long id) throws IOException {
      if (id == ROWS / 2 && FAILED.compareAndSet(false, true)) {
        throw new IOException("a failure on purpose");
      }
      return new Event(Instant.ofEpochSecond(id), id, "key-" + id % 7);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectories(directory.resolve("bucket"));
    server = S3Server.start(directory);
    FileSystem.initialize(server.settings(), null);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static void run(String path, CommitExclusiveBy exclusiveBy) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    GeneratorFunction<Long, Long> ids = index -> index + 1;
    env.fromSource(
            new DataGeneratorSource<>(
                ids, ROWS, RateLimiterStrategy.perCheckpoint(100), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "ids")
        .map(new FailingOnce())
        .returns(Event.class)
        .sinkTo(
            VarveSink.<Event>builder()
                .path(path)
                .table(
                    TableDefinition.builder(RecordMapping.schemaOf(Event.class, "time"))
                        .bucketedBy(2, "key")
                        .build())
                .converter(RowConverter.ofRecord(Event.class))
                .commitExclusiveBy(exclusiveBy)
                .build())
        .uid("varve");
    env.execute("events on S3");
  }

  @Test
  void everyRowIsThereOnceAfterAFailure() throws Exception {
    String path = "s3://bucket/written";
    run(path, CommitExclusiveBy.FLINK_HA);

    assertThat(FAILED).as("a task failed").isTrue();
    assertThat(ids(path)).isEqualTo(LongStream.rangeClosed(1, ROWS).boxed().toList());
    assertThat(new FileCommitLog(TablePaths.open(path)).files())
        .extracting(StoredFile::file)
        .allMatch(file -> file.endsWith(".vseg"));
  }

  @Test
  void aJobThatDeclaresNothingIsRefused() {
    assertThatThrownBy(() -> run("s3://bucket/refused", CommitExclusiveBy.FILE_SYSTEM))
        .satisfies(
            e ->
                assertThat(ExceptionUtils.stringifyException(e))
                    .contains("can be read but not written"));
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
}
