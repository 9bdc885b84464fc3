package io.varve.flink.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.flink.common.TablePaths;
import io.varve.flink.source.RollupSource;
import io.varve.flink.source.VarveSource;
import io.varve.query.AggregateRow;
import io.varve.query.Measure;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.WriterOptions;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Segments, and a tail that its writer holds open, are read from HDFS. */
@Timeout(300)
class HdfsReadIT {

  private static final int ROWS = 20_000;
  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("n", DataType.int64())
          .build();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private final String directory = HdfsCluster.freshDirectory();

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    return env;
  }

  private void add(TestTable table, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      long number = i;
      table.add(
          row -> {
            row.setTimestamp(0, number, 0);
            row.setLong(1, number);
          });
    }
  }

  @Test
  void rowsAndSumsAreThoseThatWereWritten() throws Exception {
    TableDefinition definition = TableDefinition.builder(SCHEMA).build();
    try (TestTable table =
        TestTable.create(TablePaths.open(directory), definition, WriterOptions.DEFAULTS)) {
      add(table, 0, ROWS - 500);
      table.commit(true);
      add(table, ROWS - 500, ROWS);
      table.commit(false);

      VarveSource<Long> source =
          VarveSource.<Long>builder()
              .path(directory)
              .columns("n")
              .converter(row -> row.getLong(0), Types.LONG)
              .build();
      List<Long> read = new ArrayList<>();
      try (CloseableIterator<Long> rows =
          environment()
              .fromSource(source, WatermarkStrategy.noWatermarks(), "hdfs")
              .executeAndCollect()) {
        rows.forEachRemaining(read::add);
      }
      assertThat(read).hasSize(ROWS).doesNotHaveDuplicates();

      List<AggregateRow> sums = new ArrayList<>();
      try (CloseableIterator<AggregateRow> rows =
          RollupSource.builder()
              .path(directory)
              .aggregate(Measure.countRows(), Measure.sum("n"))
              .build()
              .toStream(environment())
              .executeAndCollect()) {
        rows.forEachRemaining(sums::add);
      }
      assertThat(sums.get(0).getLong(0)).isEqualTo(ROWS);
      assertThat(sums.get(0).getLong(1)).isEqualTo((long) ROWS * (ROWS - 1) / 2);
    }
  }
}
