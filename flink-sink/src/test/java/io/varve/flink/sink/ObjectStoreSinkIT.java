package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.flink.common.CommitExclusiveBy;
import io.varve.flink.common.RowConverter;
import io.varve.flink.common.TablePaths;
import io.varve.io.StoreUnsuitableException;
import io.varve.table.FileCommitLog;
import io.varve.table.protocol.StoredFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.testutils.logging.LoggerAuditingExtension;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** I1 on an object store: nothing is written, unless the job declares what makes commits single. */
@Timeout(300)
@Tag("local") // its objects lie in local directories
class ObjectStoreSinkIT {

  private static final int ROWS = 600;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @RegisterExtension
  final LoggerAuditingExtension log =
      new LoggerAuditingExtension(AggregatorOperator.class, Level.WARN);

  @TempDir Path directory;

  private String path() {
    return "objects://bucket" + directory.resolve("events");
  }

  private void run(CommitExclusiveBy exclusiveBy, int restarts) throws Exception {
    Configuration configuration = EventJob.configuration("");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    env.setMaxParallelism(16);
    GeneratorFunction<Long, Long> ids = index -> index + 1;
    env.fromSource(
            new DataGeneratorSource<>(
                ids, ROWS, RateLimiterStrategy.perCheckpoint(100), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "ids")
        .map(Event::of)
        .returns(Event.class)
        .sinkTo(
            VarveSink.<Event>builder()
                .path(path())
                .table(Event.bucketedTable(3))
                .converter(RowConverter.ofRecord(Event.class))
                .commitExclusiveBy(exclusiveBy)
                .build())
        .uid("varve");
    env.execute("events on objects");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEFORE .*/commits/0*1",
        "BEFORE .*/commits/0*5",
        "AFTER .*/commits/0*5",
        "AFTER .*vseg",
        "AFTER .*table.json"
      })
  void everyRowIsThereOnceWhereOneAttemptWritesAtATime(String site) throws Exception {
    ObjectFileSystem.failAt(site);
    run(CommitExclusiveBy.FLINK_HA, 5);

    assertThat(ObjectFileSystem.hasStruck()).as("an object failed").isTrue();
    assertThat(TableContent.ids(directory.resolve("events")))
        .isEqualTo(LongStream.rangeClosed(1, ROWS).boxed().toList());
    List<StoredFile> files = new FileCommitLog(TablePaths.open(path())).files();
    assertThat(files).as("an open file is no file").noneMatch(f -> f.file().endsWith(".vtail"));
  }

  /** Each of them believes that it has made the table; it is one and the same. */
  @Test
  void tasksThatCreateTheTableAtOnceCreateOne() throws Exception {
    ObjectFileSystem.letTwoCreateTheTableAtOnce();
    run(CommitExclusiveBy.FLINK_HA, 0);

    assertThat(ObjectFileSystem.twoHaveMet()).isTrue();
    assertThat(TableContent.ids(directory.resolve("events"))).hasSize(ROWS);
  }

  @Test
  void aJobThatDeclaresNothingIsRefusedWithTheReason() {
    assertThatThrownBy(() -> run(CommitExclusiveBy.FILE_SYSTEM, 0))
        .satisfies(
            e ->
                assertThat(ExceptionUtils.stringifyException(e))
                    .contains("can be read but not written")
                    .contains("commit.exclusive-by = flink-ha"));
    assertThat(directory.resolve("events")).doesNotExist();
  }

  /** What cannot be prevented there is at least said, once by each attempt. */
  @Test
  void theLogSaysWhatADeclaredJobRisks() throws Exception {
    run(CommitExclusiveBy.FLINK_HA, 0);

    assertThat(log.getMessages())
        .singleElement()
        .asString()
        .contains(path(), "commit.exclusive-by = flink-ha", "rows are lost or there twice");
  }

  /** What one job has declared holds for nobody else. */
  @Test
  void whatAJobDeclaredIsNotRemembered() throws Exception {
    run(CommitExclusiveBy.FLINK_HA, 0);

    assertThatThrownBy(() -> TablePaths.open(path()).publish("x", new byte[1]))
        .isInstanceOf(StoreUnsuitableException.class);
    assertThatThrownBy(() -> run(CommitExclusiveBy.FILE_SYSTEM, 0))
        .satisfies(
            e ->
                assertThat(ExceptionUtils.stringifyException(e))
                    .contains("can be read but not written"));
    assertThat(TableContent.ids(directory.resolve("events"))).hasSize(ROWS);
  }
}
