package io.varve.flink.table;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.table.CommitHistory;
import io.varve.table.CommitInfo;
import io.varve.table.TableDirectory;
import io.varve.table.TableLayout;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The batch job that comes every day and the stream that always runs share a table. */
@Timeout(300)
class BesideIT {

  /** More than are emitted before the stream is stopped; the generator holds them in its state. */
  private static final int STREAMED = 300_000;

  private static final int DAYS = 3;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;
  @TempDir Path savepoints;

  private String table() {
    return "CREATE TABLE t (ts TIMESTAMP(3), id BIGINT) WITH ('connector' = 'varve',"
        + " 'time-column' = 'ts', 'path' = '"
        + directory.resolve("t")
        + "')";
  }

  @Test
  void batchInsertsBesideAStreamingInsertHarmNeither() throws Exception {
    TableEnvironment streaming = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    streaming.getConfig().set("parallelism.default", "1");
    streaming.getConfig().set("execution.checkpointing.interval", "200 ms");
    streaming.executeSql(table());
    streaming.executeSql(
        "CREATE TABLE generated (id BIGINT) WITH ('connector' = 'datagen',"
            + " 'rows-per-second' = '3000', 'fields.id.kind' = 'sequence',"
            + " 'fields.id.start' = '1', 'fields.id.end' = '"
            + STREAMED
            + "')");
    TableResult stream =
        streaming.executeSql(
            "INSERT INTO t SELECT TIMESTAMP '2026-01-01 00:00:00', id FROM generated");
    SqlFixture batch = SqlFixture.inBatch();
    batch.run(table());
    for (int day = 1; day <= DAYS; day++) {
      long before = day * 1000L;
      CommonTestUtils.waitUtil(
          () -> rows() > before, Duration.ofSeconds(60), "no rows of the stream are visible");
      batch.run("INSERT INTO t VALUES (TIMESTAMP '2026-02-0" + day + " 00:00:00', " + -day + ")");
    }
    JobClient job = stream.getJobClient().orElseThrow();
    job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL).get();

    Row seen = batch.run("SELECT COUNT(*), COUNT(DISTINCT id), MIN(id), MAX(id) FROM t").get(0);
    long last = (long) requireNonNull(seen.getField(3));
    assertThat(last).isGreaterThan(DAYS * 1000L);
    assertThat(seen).isEqualTo(Row.of(last + DAYS, last + DAYS, (long) -DAYS, last));
  }

  /** Only closed minutes, at a checkpoint of a job that still runs: what a daily bill reads. */
  @Test
  void aCheckpointAndClosedTimeAreRead() throws Exception {
    TableEnvironment streaming = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    streaming.getConfig().set("parallelism.default", "1");
    streaming.getConfig().set("execution.checkpointing.interval", "200 ms");
    streaming.executeSql(table());
    streaming.executeSql(
        "CREATE TABLE generated (id BIGINT, ts AS CAST(TIMESTAMPADD(SECOND, CAST(id AS INT),"
            + " TIMESTAMP '2026-01-01 00:00:00') AS TIMESTAMP(3)), WATERMARK FOR ts AS ts)"
            + " WITH ('connector' = 'datagen', 'rows-per-second' = '2000',"
            + " 'fields.id.kind' = 'sequence', 'fields.id.start' = '0',"
            + " 'fields.id.end' = '300000')");
    TableResult stream = streaming.executeSql("INSERT INTO t SELECT ts, id FROM generated");
    CommonTestUtils.waitUtil(
        () -> rows() > 1000, Duration.ofSeconds(60), "no rows of the stream are visible");
    TableDirectory table = TableDirectory.open(new LocalFileStore(directory.resolve("t")));
    CommitInfo commit = CommitHistory.last(table, 1).get(0);
    SqlFixture batch = SqlFixture.inBatch();
    batch.run(table());
    String at = "'scan.checkpoint-id' = '" + commit.lineage() + ":" + commit.checkpoint() + "'";
    String closed = at + ", 'scan.until' = 'watermark', 'scan.until.bucket' = 'minute'";

    assertThat(batch.rows("SELECT COUNT(*) FROM t /*+ OPTIONS(" + at + ") */"))
        .containsExactly("+I[" + commit.rows() + "]");
    long seconds = (commit.watermarkMillis() - START.toEpochMilli()) / 1000;
    assertThat(seconds).isBetween(500L, commit.rows());
    assertThat(
            batch.rows(
                "SELECT COUNT(*), MIN(id), MAX(id) FROM t /*+ OPTIONS("
                    + closed
                    + ", 'scan.on-corrupt' = 'skip-and-report') */"))
        .containsExactly("+I[" + seconds / 60 * 60 + ", 0, " + (seconds / 60 * 60 - 1) + "]");
    stream.getJobClient().orElseThrow().cancel().get();
  }

  @Test
  void columnsAreAlteredWhileAStreamWrites() throws Exception {
    String[] catalog = {
      "CREATE CATALOG c WITH ('type' = 'varve', 'warehouse' = '" + directory + "')", "USE CATALOG c"
    };
    TableEnvironment streaming = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    streaming.getConfig().set("parallelism.default", "1");
    streaming.getConfig().set("execution.checkpointing.interval", "200 ms");
    for (String statement : catalog) {
      streaming.executeSql(statement);
    }
    streaming.executeSql("CREATE TABLE t (ts TIMESTAMP(3), id BIGINT) WITH ('time-column' = 'ts')");
    streaming.executeSql(
        "CREATE TEMPORARY TABLE generated (id BIGINT) WITH ('connector' = 'datagen',"
            + " 'rows-per-second' = '1000', 'fields.id.kind' = 'sequence',"
            + " 'fields.id.start' = '1', 'fields.id.end' = '100000')");
    JobClient job =
        streaming
            .executeSql("INSERT INTO t SELECT TIMESTAMP '2026-01-01 00:00:00', id FROM generated")
            .getJobClient()
            .orElseThrow();
    SqlFixture batch = SqlFixture.inBatch();
    batch.run(catalog);
    CommonTestUtils.waitUtil(
        () -> count(batch) > 0, Duration.ofSeconds(60), "no rows of the stream are visible");
    batch.run("ALTER TABLE t ADD note STRING", "ALTER TABLE t SET ('segment.target-rows' = '500')");
    long altered = count(batch);
    CommonTestUtils.waitUtil(
        () -> count(batch) > altered + 1500, Duration.ofSeconds(60), "the stream has stopped");
    job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL).get();

    Row seen = batch.run("SELECT COUNT(*), COUNT(DISTINCT id), MAX(id), MAX(note) FROM t").get(0);
    long last = (long) requireNonNull(seen.getField(2));
    assertThat(seen).isEqualTo(Row.of(last, last, last, null));
    assertThat(
            (long) requireNonNull(batch.run("SELECT COUNT(*) FROM t$segments").get(0).getField(0)))
        .as("segments, since the option came")
        .isPositive();
  }

  private static long count(SqlFixture sql) {
    try {
      return (long) requireNonNull(sql.run("SELECT COUNT(*) FROM t").get(0).getField(0));
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private long rows() {
    Path path = directory.resolve("t");
    try {
      return Files.exists(path.resolve(TableLayout.DESCRIPTION))
          ? TableSnapshot.latest(TableDirectory.open(new LocalFileStore(path))).rowCount()
          : 0;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
