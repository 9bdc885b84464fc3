package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.RecordMapping;
import io.varve.column.RowSink;
import io.varve.flink.common.RowConverter;
import io.varve.query.Block;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.TableDefinition;
import io.varve.table.FileCommitLog;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableMaintenance;
import io.varve.table.TableSnapshot;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.SegmentRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
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

/** I11: columns, options and rows are changed beside a running job, which goes on. */
@Timeout(300)
class SinkMaintenanceIT {

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

  /** What the job writes. */
  record Reading(Instant time, String part, long id, int amount) {
    static Reading of(long id) {
      return new Reading(Instant.ofEpochSecond(id), "p" + id % 2, id, (int) (id % 100));
    }

    static TableDefinition table() {
      return TableDefinition.builder(RecordMapping.schemaOf(Reading.class, "time"))
          .partitionedBy("part")
          .build();
    }
  }

  /** A row as the table shows it. */
  private record Row(long id, String part, long amount, String origin) {}

  private VarveSinkBuilder<Reading> sink() {
    return VarveSink.<Reading>builder()
        .path(TestTables.path(directory))
        .table(Reading.table())
        .converter(RowConverter.ofRecord(Reading.class))
        .writer(WriterOptions.DEFAULTS.withTargetRows(400).withTargetAgeMillis(200));
  }

  private JobClient start(VarveSink<Reading> sink, String savepoint) throws Exception {
    Configuration configuration = EventJob.configuration(savepoint);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    GeneratorFunction<Long, Reading> readings = index -> Reading.of(index + 1);
    DataGeneratorSource<Reading> source =
        new DataGeneratorSource<>(
            readings, MANY, RateLimiterStrategy.perCheckpoint(50), Types.GENERIC(Reading.class));
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "readings")
        .uid("readings")
        .sinkTo(sink)
        .uid("varve");
    return env.executeAsync("readings");
  }

  private TableDirectory table() throws Exception {
    return TableDirectory.open(TestTables.store(directory));
  }

  private TableMaintenance maintenance() throws Exception {
    return new TableMaintenance(table(), "the test", System::currentTimeMillis);
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

  /** Waits for commits that began after now. */
  private long awaitCommits(int count) throws Exception {
    FileCommitLog log = new FileCommitLog(TestTables.store(directory));
    long from = log.newest();
    await(() -> log.newest() >= from + count);
    return log.newest();
  }

  private List<Row> rows(TableSnapshot snapshot) throws Exception {
    Schema schema = snapshot.table().schema();
    int id = schema.find(3).orElseThrow();
    int part = schema.find(2).orElseThrow();
    int amount = schema.find(4).orElseThrow();
    int origin = schema.find(5).orElse(-1);
    RowCursor cursor =
        origin < 0
            ? new RowCursor(schema, id, part, amount)
            : new RowCursor(schema, id, part, amount, origin);
    List<Row> rows = new ArrayList<>();
    Selection all = new Selection();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        for (int block = 0; block < source.blockCount(); block++) {
          io.varve.query.BoundFilter.of(io.varve.query.Filter.all(), schema)
              .select(new Block(source, block), all);
          cursor.open(new Block(source, block), all);
          while (cursor.next()) {
            String from = origin < 0 || cursor.isNull(3) ? "" : cursor.getString(3);
            rows.add(new Row(cursor.getLong(0), cursor.getString(1), cursor.getLong(2), from));
          }
        }
      }
    }
    return rows;
  }

  private static Set<Long> ids(List<Row> rows) {
    return rows.stream().map(Row::id).collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean hasSegmentOf(int version) throws Exception {
    boolean[] found = {false};
    TableSnapshot.latest(table())
        .state()
        .partitions()
        .forEach(
            (path, partition) ->
                found[0] |=
                    partition
                        .segments()
                        .anyMatch((SegmentRef segment) -> segment.schemaVersion() == version));
    return found[0];
  }

  @Test
  void columnsAndOptionsAreTakenUpAtTheNextBarrier() throws Exception {
    JobClient job = start(sink().build(), "");
    awaitCommits(3);
    long before = awaitCommits(1);
    maintenance()
        .alter(
            List.of(
                new SchemaChange.Add("origin", DataType.string(), false, "job", ""),
                new SchemaChange.Rename("amount", "cents"),
                new SchemaChange.Widen("cents", DataType.int64())),
            "more is wanted");
    maintenance().setOptions(Map.of("segment.target-rows", "60"), "");
    await(() -> hasSegmentOf(2));
    awaitCommits(2);
    String savepoint =
        job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
            .get(240, TimeUnit.SECONDS);
    TableSnapshot latest = TableSnapshot.latest(table());
    assertThat(latest.table().schema().names())
        .containsExactly("origin", "time", "part", "id", "cents");
    checkRows(rows(latest), "job");
    TableSnapshot old = TableSnapshot.at(table(), before);
    assertThat(old.table().schema().names()).containsExactly("time", "part", "id", "amount");
    checkRows(rows(old), "");

    // The job as it was goes on, and one that knows the new column.
    JobClient again = start(sink().build(), savepoint);
    awaitCommits(3);
    savepoint =
        again
            .stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
            .get(240, TimeUnit.SECONDS);
    TableDefinition now = latest.table().definition();
    RowConverter<Reading> knowing =
        (Reading reading, RowSink row) -> {
          row.setString(0, "new");
          row.setTimestamp(1, reading.time().toEpochMilli(), 0);
          row.setString(2, reading.part());
          row.setLong(3, reading.id());
          row.setLong(4, reading.amount());
        };
    int known = rows(TableSnapshot.latest(table())).size();
    JobClient newer = start(sink().table(now).converter(knowing).build(), savepoint);
    awaitCommits(3);
    newer
        .stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
        .get(240, TimeUnit.SECONDS);
    List<Row> rows = rows(TableSnapshot.latest(table()));
    assertThat(rows).filteredOn(row -> row.origin().equals("job")).hasSize(known);
    assertThat(rows).filteredOn(row -> row.origin().equals("new")).isNotEmpty();
    assertThat(ids(rows)).hasSize(rows.size());
  }

  private static void checkRows(List<Row> rows, String origin) {
    assertThat(rows).isNotEmpty();
    assertThat(ids(rows)).hasSize(rows.size());
    for (Row row : rows) {
      Reading reading = Reading.of(row.id());
      assertThat(row).isEqualTo(new Row(row.id(), reading.part(), reading.amount(), origin));
    }
  }

  @Test
  void rowsAreTakenAwayAndReplacedBesideTheJob() throws Exception {
    JobClient job = start(sink().build(), "");
    awaitCommits(4);
    long truncated = maintenance().truncate(List.of(Map.of("part", "p0")), "wrong feed");
    Set<Long> gone = ids(rows(TableSnapshot.at(table(), truncated - 1)));
    gone.removeIf(id -> id % 2 == 1);
    assertThat(gone).isNotEmpty();
    awaitCommits(3);

    Configuration batch = new Configuration();
    batch.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    batch.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(batch);
    env.setParallelism(1);
    env.fromSequence(1, 5)
        .map(n -> Reading.of(2 * MANY + 2 * n + 1))
        .returns(Types.GENERIC(Reading.class))
        .sinkTo(sink().overwrite().build());
    env.execute("overwrite");

    awaitCommits(3);
    job.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL)
        .get(240, TimeUnit.SECONDS);
    FileCommitLog log = new FileCommitLog(TestTables.store(directory));
    long overwritten = 0;
    for (long number = 1; number <= log.newest(); number++) {
      if (log.read(number).orElseThrow().author().why().endsWith("overwrite")) {
        overwritten = number;
      }
    }
    Set<Long> replaced = ids(rows(TableSnapshot.at(table(), overwritten - 1)));
    replaced.removeIf(id -> id % 2 == 0);
    assertThat(replaced).isNotEmpty();

    Set<Long> then = ids(rows(TableSnapshot.at(table(), overwritten)));
    assertThat(then).filteredOn(id -> id % 2 == 1).hasSize(5).allMatch(id -> id > MANY);
    List<Row> rows = rows(TableSnapshot.latest(table()));
    assertThat(ids(rows)).hasSize(rows.size());
    assertThat(ids(rows)).doesNotContainAnyElementsOf(gone).doesNotContainAnyElementsOf(replaced);
    // Nothing else went: what the job showed later is there, and so is the other partition.
    Set<Long> all = new TreeSet<>(ids(rows));
    all.addAll(gone);
    all.addAll(replaced);
    all.removeIf(id -> id > MANY);
    long first = all.stream().filter(id -> id <= MANY / 2).count();
    long second = all.size() - first;
    assertThat(all).hasSize((int) (first + second)).contains(first, MANY / 2 + second);
  }
}
