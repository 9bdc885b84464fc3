package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.varve.flink.source.VarveSource;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What reading every column of every row costs in a job, by views and by copies, taking turns: not
 * a test of the build, since it says nothing but figures. To run it:
 *
 * <pre>{@code
 * mvn -pl flink-table -am test -Dtest=RowDataBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
class RowDataBenchmark {

  private static final int ROWS = Integer.getInteger("varve.bench.rows", 1_000_000);
  private static final int WARM_UPS = 2;
  private static final int RUNS = 5;

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(3))
          .requiredColumn("id", DataType.string())
          .column("user", DataType.string())
          .column("model", DataType.string())
          .column("region", DataType.string())
          .requiredColumn("cost", DataType.decimal(18, 6))
          .column("input_tokens", DataType.int64())
          .column("output_tokens", DataType.int64())
          .column("latency_ms", DataType.int32())
          .column("status", DataType.int32())
          .column("score", DataType.float64())
          .column("cached", DataType.bool())
          .build();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  /** What the last job saw: one at a time. */
  private static volatile long allocated;

  private static volatile long checksum;

  @TempDir Path directory;

  /** How rows are read, and of how many. */
  private record Case(String name, Filter filter) {}

  @Test
  void readEveryColumn() throws Exception {
    write();
    List<Case> cases =
        List.of(
            new Case("all rows", Filter.all()),
            new Case("one row of four", Filter.eq("status", 0L)),
            new Case("one row of a hundred", Filter.lt("latency_ms", 10L)));
    for (boolean reuse : new boolean[] {true, false}) {
      for (Case one : cases) {
        measure(one, reuse);
      }
    }
  }

  private void measure(Case one, boolean reuse) throws Exception {
    List<Figures> views = new ArrayList<>();
    List<Figures> copies = new ArrayList<>();
    for (int run = -WARM_UPS; run < RUNS; run++) {
      Figures byViews = run(one.filter, true, reuse);
      long sum = checksum;
      Figures byCopies = run(one.filter, false, reuse);
      assertThat(checksum).isEqualTo(sum);
      if (run >= 0) {
        views.add(byViews);
        copies.add(byCopies);
      }
    }
    print(one, reuse, "views", views);
    print(one, reuse, "copies", copies);
  }

  /** What a job took, with its start and end. */
  private record Figures(double seconds, double cpuSeconds, long bytes) {}

  private static void print(Case one, boolean reuse, String how, List<Figures> runs) {
    double[] seconds = runs.stream().mapToDouble(Figures::seconds).sorted().toArray();
    double[] cpu = runs.stream().mapToDouble(Figures::cpuSeconds).sorted().toArray();
    long[] bytes = runs.stream().mapToLong(Figures::bytes).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%-20s reuse %-3s %-6s %,11.0f rows/s (%,.0f to %,.0f) %6.3f us CPU/row %,6.0f B/row%n",
        one.name,
        reuse ? "on" : "off",
        how,
        ROWS / seconds[RUNS / 2],
        ROWS / seconds[RUNS - 1],
        ROWS / seconds[0],
        cpu[RUNS / 2] * 1e6 / ROWS,
        (double) bytes[RUNS / 2] / ROWS);
  }

  /** Runs a job. */
  private Figures run(Filter filter, boolean views, boolean reuse) throws Exception {
    List<ScanColumn> columns =
        SCHEMA.fields().stream()
            .map(field -> ScanColumn.stored(field.name(), logical(field)))
            .toList();
    List<LogicalType> types = columns.stream().map(ScanColumn::type).toList();
    TypeInformation<RowData> type =
        InternalTypeInfo.of(RowType.of(types.toArray(LogicalType[]::new)));
    VarveSource.Builder<RowData> builder = VarveSource.builder();
    builder
        .path(directory.toString())
        .columns(SCHEMA.fields().stream().map(Field::name).toArray(String[]::new))
        .filter(filter);
    if (views) {
      builder.views(new RowDataViews(columns, "ts", ZoneOffset.UTC, 1), type);
    } else {
      builder.converter(new CopyingReader(columns, "ts", ZoneOffset.UTC, 1), type);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(1);
    if (reuse) {
      env.getConfig().enableObjectReuse();
    } else {
      env.getConfig().disableObjectReuse();
    }
    env.fromSource(builder.build(), WatermarkStrategy.noWatermarks(), "rows")
        .filter(new ReadAll())
        .sinkTo(new DiscardingSink<>());
    long before = allocatedBytes();
    checksum = 0;
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = process.getProcessCpuTime();
    long start = System.nanoTime();
    env.execute();
    return new Figures(
        (System.nanoTime() - start) / 1e9,
        (process.getProcessCpuTime() - cpu) / 1e9,
        allocated - before);
  }

  /** Returns what the threads that live have allocated. */
  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  private static LogicalType logical(Field field) {
    return LogicalTypeParser.parse(
        ColumnTypes.sqlType(field), RowDataBenchmark.class.getClassLoader());
  }

  private void write() throws IOException {
    Random random = new Random(1);
    try (TestTable table = TestTable.create(directory, TableDefinition.builder(SCHEMA).build())) {
      for (int n = 0; n < ROWS; n++) {
        long[] values = IntStream.range(0, 8).mapToLong(i -> random.nextInt(1000)).toArray();
        long at = 1_700_000_000_000_000_000L + n * 1_000_000L;
        String id = String.format(Locale.ROOT, "%026d", random.nextLong() >>> 1);
        table.add(
            row -> {
              row.setLong(0, at);
              row.setString(1, id);
              row.setString(2, "user-" + values[0] * values[1] % 5000);
              row.setString(3, "model-" + values[2] % 40);
              row.setString(4, "region-" + values[3] % 12);
              row.setDecimal(5, BigDecimal.valueOf(values[4] * 1000 + values[5], 6));
              row.setLong(6, values[4]);
              row.setLong(7, values[5]);
              row.setLong(8, values[6]);
              row.setLong(9, values[7] % 4);
              row.setDouble(10, values[0] / 8.0);
              row.setBoolean(11, values[1] % 2 == 0);
            });
        if (n % 250_000 == 249_999) {
          table.commit(true);
        }
      }
      table.commit(true);
    }
  }

  /** Reads every column of every row, as generated code does, and lets none pass. */
  private static final class ReadAll implements FilterFunction<RowData> {

    private static final long serialVersionUID = 1L;

    private long sum;
    private long rows;

    @Override
    public boolean filter(RowData row) {
      long hash = row.getTimestamp(0, 3).getMillisecond();
      for (int text = 1; text <= 4; text++) {
        hash = hash * 31 + (row.isNullAt(text) ? 7 : row.getString(text).hashCode());
      }
      hash = hash * 31 + row.getDecimal(5, 18, 6).toUnscaledLong();
      hash = hash * 31 + (row.isNullAt(6) ? 7 : row.getLong(6));
      hash = hash * 31 + (row.isNullAt(7) ? 7 : row.getLong(7));
      hash = hash * 31 + (row.isNullAt(8) ? 7 : row.getInt(8));
      hash = hash * 31 + (row.isNullAt(9) ? 7 : row.getInt(9));
      hash = hash * 31 + (row.isNullAt(10) ? 7 : (long) row.getDouble(10));
      hash = hash * 31 + (row.isNullAt(11) ? 7 : row.getBoolean(11) ? 1 : 0);
      sum = sum * 31 + hash;
      checksum = sum;
      if (++rows % 4096 == 0) { // while the source's threads live
        allocated = allocatedBytes();
      }
      return false;
    }
  }
}
