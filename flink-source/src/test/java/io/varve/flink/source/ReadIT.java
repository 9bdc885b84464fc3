package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.query.AggregateRow;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.TimeBucket;
import io.varve.schema.TableDefinition;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** I1 and I2 seen by readers: what a job reads is what one commit shows, each row once. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  private static StreamExecutionEnvironment environment(Random random) {
    StreamExecutionEnvironment env = environment("none");
    env.setParallelism(1 + random.nextInt(3));
    if (random.nextBoolean()) {
      env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    } else if (random.nextBoolean()) {
      env.enableCheckpointing(20);
    }
    if (random.nextBoolean()) {
      env.getConfig().enableObjectReuse();
    }
    return env;
  }

  /** Undoes everything that an earlier test may have set: the cluster's settings are shared. */
  private static StreamExecutionEnvironment environment(String restartStrategy) {
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, restartStrategy);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000_000);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    env.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    env.getCheckpointConfig().disableCheckpointing();
    env.getConfig().disableObjectReuse();
    return env;
  }

  private static <T> List<T> run(StreamExecutionEnvironment env, Source<T, ?, ?> source)
      throws Exception {
    return collect(env.fromSource(source, WatermarkStrategy.noWatermarks(), "read"));
  }

  private static <T> List<T> collect(DataStream<T> stream) throws Exception {
    List<T> all = new ArrayList<>();
    try (CloseableIterator<T> elements = stream.executeAndCollect()) {
      elements.forEachRemaining(all::add);
    }
    return all;
  }

  /** Writes rows in several commits to segments and tails of random partitions and buckets. */
  private List<Usage> write(Random random) throws Exception {
    TableDefinition.Builder definition = TableDefinition.builder(Usage.SCHEMA);
    if (random.nextBoolean()) {
      definition.partitionedBy("model");
    }
    if (random.nextBoolean()) {
      definition.bucketedBy(3, "user");
    }
    List<Usage> all = new ArrayList<>();
    try (TestTable table = TestTable.create(directory, definition.build())) {
      int commits = random.nextInt(5);
      for (int i = 0; i < commits; i++) {
        List<Usage> rows = Usage.random(random, all.size(), 1 + random.nextInt(8000));
        Usage.addAll(table, rows);
        table.commit(random.nextBoolean());
        all.addAll(rows);
      }
    }
    return all;
  }

  @SeededTest(runs = 6)
  void rowsAreThoseOfAPlainList(Random random) throws Exception {
    List<Usage> all = write(random);
    UsageFilter filter = UsageFilter.random(random);
    StreamExecutionEnvironment env = environment(random);

    List<Usage> records =
        run(
            env,
            VarveSource.ofRecords(Usage.class)
                .path(directory.toString())
                .filter(filter.filter())
                .splitRows(random.nextBoolean() ? 2000 : 100_000)
                .build());
    List<String> ids =
        run(
            env,
            VarveSource.<String>builder()
                .path(directory.toString())
                .columns("user", "id")
                .filter(filter.filter())
                .converter(
                    row -> row.getLong(1) + (row.isNull(0) ? "" : row.getString(0)), Types.STRING)
                .build());

    List<Usage> wanted = all.stream().filter(filter.test()).toList();
    assertThat(records).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(ids)
        .containsExactlyInAnyOrderElementsOf(
            wanted.stream().map(row -> row.id() + (row.user() == null ? "" : row.user())).toList());
  }

  @SeededTest(runs = 10)
  void rollupsAreThoseOfAPlainPass(Random random) throws Exception {
    List<Usage> all = write(random);
    UsageFilter filter = UsageFilter.random(random);
    UsageRollup rollup = UsageRollup.random(random);
    RollupSource.Builder builder =
        rollup
            .configure(RollupSource.builder())
            .path(directory.toString())
            .filter(filter.filter())
            .splitRows(random.nextBoolean() ? 2000 : 100_000);
    if (random.nextBoolean()) {
      builder.maxGroups(1 + random.nextInt(20));
    }

    List<AggregateRow> rows = collect(builder.build().toStream(environment(random)));

    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            rollup.of(all.stream().filter(filter.test()).toList()));
  }

  /** The merge function on its own, as a job of the user's wires it. */
  @Test
  void partialRowsAreMergedOncePerGroupInBatch() throws Exception {
    List<Usage> all = Usage.random(new Random(5), 0, 20_000);
    Usage.table(directory, all).close();
    StreamExecutionEnvironment env = environment("none");
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.setParallelism(2);
    RollupSource source =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy("user")
            .aggregate(Measure.countRows())
            .splitRows(1024)
            .build();

    List<PartialRow> merged =
        collect(
            RollupMerge.byGroup(
                    env.fromSource(source, WatermarkStrategy.noWatermarks(), "partials"))
                .reduce(new RollupMerge()));

    assertThat(merged).extracting(PartialRow::keys).doesNotHaveDuplicates().hasSize(8);
  }

  @Test
  void rowsCommittedLaterAreNotSeen() throws Exception {
    List<Usage> first = Usage.random(new Random(1), 0, 3000);
    List<Usage> second = Usage.random(new Random(2), 3000, 2000);
    try (TestTable table = TestTable.create(directory, Usage.TABLE)) {
      Usage.addAll(table, first);
      long commit = table.commit(false);
      Usage.addAll(table, second);
      table.commit(true);
      VarveSource<Usage> pinned =
          VarveSource.ofRecords(Usage.class).path(directory.toString()).commit(commit).build();
      StreamExecutionEnvironment env = environment(new Random(1));

      assertThat(run(env, pinned)).containsExactlyInAnyOrderElementsOf(first);
      AggregateRow count =
          collect(
                  RollupSource.builder()
                      .path(directory.toString())
                      .aggregate(Measure.countRows())
                      .build()
                      .toStream(env))
              .get(0);
      assertThat(count.getLong(0)).isEqualTo(5000);
    }
  }

  /** Flink would restart a job with checkpoints for ever; damage stays. */
  @Test
  void aDamagedFileFailsTheJobOnce() throws Exception {
    TableSnapshot snapshot;
    try (TestTable table = Usage.table(directory, Usage.random(new Random(1), 0, 5000))) {
      snapshot = TableSnapshot.latest(table.table());
    }
    ScanUnit unit = snapshot.units().get(0);
    Path file = directory.resolve(unit.file());
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(unit.bytes() / 2);
      int found = access.read();
      access.seek(unit.bytes() / 2);
      access.write(found ^ 1);
    }
    StreamExecutionEnvironment env = environment("fixed-delay");
    env.enableCheckpointing(50);

    assertThatThrownBy(
            () -> run(env, VarveSource.ofRecords(Usage.class).path(directory.toString()).build()))
        .satisfies(
            failure ->
                assertThat(ExceptionUtils.findThrowable(failure, CorruptFileException.class))
                    .get()
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains(file.toString())
                    .contains("byte"));
  }

  @Test
  void aMissingTableFailsTheJobOnce() {
    StreamExecutionEnvironment env = environment("fixed-delay");

    assertThatThrownBy(
            () ->
                collect(
                    RollupSource.builder()
                        .path(directory.resolve("nowhere").toString())
                        .aggregate(Measure.countRows())
                        .build()
                        .toStream(env)))
        .hasStackTraceContaining("there is no table here");
  }

  /** Time is cut in the zone that the table was created with. */
  @Test
  void daysAreCutInTheTablesZone() throws Exception {
    List<Usage> all = Usage.random(new Random(3), 0, 2000);
    TableDefinition definition =
        TableDefinition.builder(Usage.SCHEMA).timeZone("Asia/Kathmandu").build();
    try (TestTable table = TestTable.create(directory, definition)) {
      Usage.addAll(table, all);
      table.commit(true);
    }

    List<AggregateRow> days =
        collect(
            RollupSource.builder()
                .path(directory.toString())
                .groupBy(TimeBucket.DAY)
                .aggregate(Measure.countRows())
                .build()
                .toStream(environment(new Random(2))));

    ZoneId zone = ZoneId.of("Asia/Kathmandu");
    for (AggregateRow day : days) {
      ZonedDateTime start = Instant.EPOCH.plusNanos(day.getLong(0)).atZone(zone);
      assertThat(start.toLocalTime()).isEqualTo(LocalTime.MIDNIGHT);
      assertThat(day.getLong(1))
          .isEqualTo(
              all.stream()
                  .filter(row -> row.ts().atZone(zone).toLocalDate().equals(start.toLocalDate()))
                  .count());
    }
    assertThat(days.stream().mapToLong(day -> day.getLong(1)).sum()).isEqualTo(2000);
  }
}
