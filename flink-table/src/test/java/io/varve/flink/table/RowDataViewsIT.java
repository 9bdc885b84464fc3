package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.flink.source.VarveSource;
import io.varve.query.Filter;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.TableErasure;
import io.varve.table.TableMaintenance;
import io.varve.testkit.PlainFilter;
import io.varve.testkit.RandomTable;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are views of columns are those that hold copies, also when a job holds them all. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RowDataViewsIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  /** What jobs hold beyond their end. */
  private static final List<RowData> HELD = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path directory;

  /**
   * Memory that is used again under a row that is still held, a null for a value, a delete that is
   * forgotten: the texts of the rows would differ.
   */
  @SeededTest(runs = 16)
  void viewsAreTheSameRowsAsCopies(Random random) throws Exception {
    HELD.clear();
    RandomTable table = new RandomTable(random, 6000);
    Filter filter = random.nextBoolean() ? Filter.all() : PlainFilter.random(table, random, 2);
    write(table, random);
    Schema schema = table.schema();
    List<ScanColumn> columns = columns(schema, random);
    ZoneId zone = ZoneId.of(random.nextBoolean() ? "UTC" : "America/New_York");
    RowDataViews views = new RowDataViews(columns, "time", zone, 7);
    CopyingReader copies = new CopyingReader(columns, "time", zone, 7);
    List<LogicalType> types = columns.stream().map(ScanColumn::type).toList();
    TypeInformation<RowData> type =
        InternalTypeInfo.of(RowType.of(types.toArray(LogicalType[]::new)));
    VarveSource.Builder<RowData> builder = VarveSource.builder();
    builder
        .path(directory.toString())
        .columns(copies.storedColumns().toArray(String[]::new))
        .filter(filter)
        .splitRows(1 + random.nextInt(5000));

    List<String> expected =
        collect(
            environment(random)
                .fromSource(
                    builder.converter(copies, type).build(),
                    WatermarkStrategy.noWatermarks(),
                    "copies")
                .map(new ToText(types)));
    StreamExecutionEnvironment env = environment(random);
    List<String> shipped =
        collect(
            env.fromSource(
                    builder.views(views, type).build(), WatermarkStrategy.noWatermarks(), "views")
                .map(new Hold(), type)
                .rebalance()
                .map(new ToText(types)));

    assertThat(counts(shipped)).isEqualTo(counts(expected));
    ToText text = new ToText(types);
    assertThat(counts(HELD.stream().map(text::map).toList())).isEqualTo(counts(expected));
    if (env.getConfig().isObjectReuseEnabled()) { // else Flink itself makes copies on the way
      assertThat(HELD).allMatch(row -> row instanceof ColumnarRow);
    }
  }

  /** A source of views for jobs that are not in SQL. */
  @Test
  void aStreamHasColumnsByName() throws Exception {
    Schema schema =
        Schema.builder()
            .timeColumn("ts", io.varve.schema.DataType.timestampLtz(3))
            .column("name", io.varve.schema.DataType.string())
            .column("n", io.varve.schema.DataType.int32())
            .build();
    try (TestTable table = TestTable.create(directory, TableDefinition.builder(schema).build())) {
      for (int n = 0; n < 3000; n++) {
        int number = n;
        table.add(
            row -> {
              row.setLong(0, number * 1_000_000_000L);
              row.setString(1, "name-" + number % 10);
              row.setLong(2, number);
            });
      }
      table.commit(true);
    }
    RowType type = (RowType) LogicalTypeParser.parse("ROW<n BIGINT, name STRING>", loader());
    DataStream<RowData> rows =
        environment(new Random(1))
            .fromSource(
                RowDataSources.of(type)
                    .path(directory.toString())
                    .filter(Filter.lt("n", 1200L))
                    .build(),
                WatermarkStrategy.noWatermarks(),
                "rows");

    List<String> texts = collect(rows.map(new ToText(type.getChildren())));

    assertThat(texts)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 1200).mapToObj(n -> n + "|name-" + n % 10).toList());
    RowType wrong = (RowType) LogicalTypeParser.parse("ROW<name INT>", loader());
    assertThatThrownBy(
            () ->
                collect(
                    environment(new Random(1))
                        .fromSource(
                            RowDataSources.of(wrong).path(directory.toString()).build(),
                            WatermarkStrategy.noWatermarks(),
                            "rows")))
        .hasStackTraceContaining("column 'name' is declared as INT but stored as string");
  }

  private static ClassLoader loader() {
    return RowDataViewsIT.class.getClassLoader();
  }

  private static StreamExecutionEnvironment environment(Random random) {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(1 + random.nextInt(2));
    if (random.nextBoolean()) {
      env.getConfig().enableObjectReuse();
    } else {
      env.getConfig().disableObjectReuse();
    }
    return env;
  }

  private static <T> List<T> collect(DataStream<T> stream) throws Exception {
    List<T> all = new ArrayList<>();
    try (CloseableIterator<T> elements = stream.executeAndCollect()) {
      elements.forEachRemaining(all::add);
    }
    return all;
  }

  private static Map<String, Long> counts(List<String> rows) {
    Map<String, Long> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(row, 1L, Long::sum));
    return counts;
  }

  /** Chooses columns, with spans of time and what is known of a row's place among them. */
  private static List<ScanColumn> columns(Schema schema, Random random) {
    List<ScanColumn> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      if (random.nextInt(4) > 0) {
        LogicalType type = LogicalTypeParser.parse(ColumnTypes.sqlType(field), loader());
        columns.add(ScanColumn.stored(field.name(), type));
      }
    }
    for (BucketColumn bucket : BucketColumn.values()) {
      if (random.nextInt(4) == 0) {
        LogicalType type = bucket.type(true).getLogicalType();
        columns.add(new ScanColumn(bucket.key(), type, bucket, null));
      }
    }
    for (OriginColumn origin : OriginColumn.values()) {
      if (random.nextInt(4) == 0) {
        columns.add(ScanColumn.of(origin));
      }
    }
    if (columns.stream().allMatch(column -> column.origin() != null)) {
      columns.add(
          ScanColumn.stored(
              "time", LogicalTypeParser.parse(ColumnTypes.sqlType(schema.timeField()), loader())));
    }
    Collections.shuffle(columns, random);
    return columns;
  }

  /** Writes rows in some commits, into segments and tails, and deletes and erases in between. */
  private void write(RandomTable rows, Random random) throws IOException {
    TableDefinition definition = TableDefinition.builder(rows.schema()).build();
    try (TestTable table = TestTable.create(directory, definition)) {
      int from = 0;
      while (from < rows.rows().size()) {
        int left = rows.rows().size() - from;
        int to = from + (random.nextInt(3) == 0 ? 1 + random.nextInt(left) : left);
        for (Object[] row : rows.rows().subList(from, to)) {
          table.add(sink -> RandomTable.set(sink, row));
        }
        table.commit(random.nextInt(3) > 0);
        from = to;
        Filter gone = PlainFilter.random(rows, random, 1);
        switch (random.nextInt(4)) {
          case 0 -> new TableMaintenance(table.table(), "a test", () -> 0).delete(gone, "a test");
          case 1 -> new TableErasure(table.table(), "a test", () -> 0).erase(gone, "a test");
          default -> {} // all rows stay
        }
      }
    }
  }

  /** Holds every row beyond the end of the job. */
  private static final class Hold implements MapFunction<RowData, RowData> {

    private static final long serialVersionUID = 1L;

    @Override
    public RowData map(RowData row) {
      HELD.add(row);
      return row;
    }
  }

  /** Writes all columns of a row as text. */
  private static final class ToText implements MapFunction<RowData, String> {

    private static final long serialVersionUID = 1L;

    private final List<RowData.FieldGetter> getters;

    ToText(List<LogicalType> types) {
      this.getters =
          IntStream.range(0, types.size())
              .mapToObj(i -> RowData.createFieldGetter(types.get(i), i))
              .toList();
    }

    @Override
    public String map(RowData row) {
      StringBuilder line = new StringBuilder();
      for (RowData.FieldGetter getter : getters) {
        Object value = getter.getFieldOrNull(row);
        line.append(line.length() == 0 ? "" : "|")
            .append(value instanceof byte[] bytes ? Arrays.toString(bytes) : value);
      }
      return line.toString();
    }
  }
}
