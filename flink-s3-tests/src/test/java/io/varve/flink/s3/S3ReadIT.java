package io.varve.flink.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.flink.common.BlockCache;
import io.varve.flink.common.CachedFileStore;
import io.varve.flink.common.ForwardingFileStore;
import io.varve.flink.common.TablePaths;
import io.varve.flink.source.RollupSource;
import io.varve.flink.source.VarveSource;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.StoreUnsuitableException;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A table on an object store is read as on a disk, and not written where nobody declares it. */
@Timeout(300)
class S3ReadIT {

  private static final int ROWS = 50_000;
  private static final String TABLE = "s3://bucket/usage";
  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("n", DataType.int64())
          .column("text", DataType.string())
          .build();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir static Path directory;

  private static S3Server server;

  @BeforeAll
  static void start() throws Exception {
    Path path = Files.createDirectories(directory.resolve("bucket/usage"));
    try (TestTable table = TestTable.create(path, TableDefinition.builder(SCHEMA).build())) {
      for (int i = 0; i < ROWS; i++) {
        long number = i;
        table.add(
            row -> {
              row.setTimestamp(0, number, 0);
              row.setLong(1, number);
              row.setString(2, Long.toHexString(number * 0x9e3779b97f4a7c15L));
            });
        if (i == ROWS - 1000) {
          table.commit(true);
        }
      }
      table.commit(false);
    }
    server = S3Server.start(directory);
    FileSystem.initialize(server.settings(), null);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    return env;
  }

  @Test
  void rowsAndSumsAreThoseOfTheTable() throws Exception {
    VarveSource<Long> source =
        VarveSource.<Long>builder()
            .path(TABLE)
            .columns("n")
            .filter(Filter.ge("n", 100))
            .converter(row -> row.getLong(0), Types.LONG)
            .build();
    List<Long> read = new ArrayList<>();
    try (CloseableIterator<Long> rows =
        environment()
            .fromSource(source, WatermarkStrategy.noWatermarks(), "s3")
            .executeAndCollect()) {
      rows.forEachRemaining(read::add);
    }
    assertThat(read).hasSize(ROWS - 100).doesNotHaveDuplicates();
    assertThat(read.stream().mapToLong(n -> n).sum())
        .isEqualTo((long) ROWS * (ROWS - 1) / 2 - 99L * 100 / 2);

    List<AggregateRow> sums = new ArrayList<>();
    try (CloseableIterator<AggregateRow> rows =
        RollupSource.builder()
            .path(TABLE)
            .aggregate(Measure.countRows(), Measure.sum("n"))
            .build()
            .toStream(environment())
            .executeAndCollect()) {
      rows.forEachRemaining(sums::add);
    }
    assertThat(sums).hasSize(1);
    assertThat(sums.get(0).getLong(0)).isEqualTo(ROWS);
    assertThat(sums.get(0).getLong(1)).isEqualTo((long) ROWS * (ROWS - 1) / 2);
  }

  /** Of a file only the columns that are asked for, and what was read once from the cache. */
  @Test
  void readsRangesAndKeepsThem() throws Exception {
    FileStore store = TablePaths.open(TABLE);
    long[] bytes = {0};
    FileStore counted =
        new ForwardingFileStore(store) {
          @Override
          public InputFile open(String path) throws IOException {
            InputFile file = super.open(path);
            return new InputFile() {
              @Override
              public String name() {
                return file.name();
              }

              @Override
              public long length() throws IOException {
                return file.length();
              }

              @Override
              public void read(long position, byte[] into, int offset, int length)
                  throws IOException {
                bytes[0] += length;
                file.read(position, into, offset, length);
              }

              @Override
              public void close() throws IOException {
                file.close();
              }
            };
          }
        };
    try (BlockCache cache = new BlockCache(1 << 20)) {
      TableSnapshot snapshot =
          TableSnapshot.latest(TableDirectory.open(new CachedFileStore(counted, cache)));
      ScanUnit segment =
          snapshot.units().stream()
              .filter(unit -> unit.file().endsWith(".vseg"))
              .findFirst()
              .orElseThrow();
      bytes[0] = 0;
      for (int time = 0; time < 2; time++) {
        try (var source = segment.open(snapshot.table())) {
          for (int block = 0; block < source.blockCount(); block++) {
            source.read(block, SCHEMA.field(1).id());
          }
        }
        if (time == 0) {
          assertThat(bytes[0]).isPositive().isLessThan(segment.bytes() / 2);
          bytes[0] = 0;
        }
      }
      assertThat(bytes[0]).as("the second time").isZero();
      assertThat(cache.hits()).isPositive();
    }
  }

  @Test
  void writingIsRefused() {
    assertThatThrownBy(() -> TablePaths.open(TABLE).publish("x", new byte[1]))
        .isInstanceOf(StoreUnsuitableException.class)
        .hasMessageContaining("can be read but not written");
  }
}
