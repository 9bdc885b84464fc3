package io.varve.benchmarks.flink.peers;

import io.varve.benchmarks.GroupsChecksum;
import io.varve.benchmarks.UsageEvents;
import io.varve.benchmarks.UsageTable;
import io.varve.benchmarks.flink.FlinkSubject;
import io.varve.benchmarks.flink.GroupsSink;
import io.varve.benchmarks.flink.UsageRollup;
import io.varve.benchmarks.flink.UsageRow;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * A peer that takes rows as SQL's own and is asked in SQL. Times are nanoseconds as BIGINT: the
 * cheapest to write and to cut into days, and exact for all of them.
 */
abstract class SqlReadSubject implements FlinkSubject {

  private static final List<String> COLUMNS = UsageTable.definition().schema().names();
  private static final int FIRST_TEXT = COLUMNS.indexOf("flags") + 1;

  /** The columns of the workload. */
  static final RowType TYPE =
      RowType.of(
          COLUMNS.stream().map(SqlReadSubject::type).toArray(LogicalType[]::new),
          COLUMNS.toArray(String[]::new));

  private static LogicalType type(String column) {
    return isText(column) ? new VarCharType(false, VarCharType.MAX_LENGTH) : new BigIntType(false);
  }

  private static boolean isText(String column) {
    int index = COLUMNS.indexOf(column);
    return index == 0 || index >= FIRST_TEXT;
  }

  /** Returns the columns as they stand in CREATE TABLE. */
  static String columns() {
    return COLUMNS.stream()
        .map(name -> "`" + name + "` " + (isText(name) ? "STRING" : "BIGINT") + " NOT NULL")
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** Returns rows as SQL's. */
  static DataStream<RowData> rowData(DataStream<UsageRow> rows) {
    return rows.map(SqlReadSubject::rowData).returns(InternalTypeInfo.of(TYPE));
  }

  private static RowData rowData(UsageRow row) {
    GenericRowData data = new GenericRowData(COLUMNS.size());
    String[] texts = row.texts();
    data.setField(0, StringData.fromString(texts[0]));
    data.setField(1, row.timeNanos());
    int field = 2;
    for (long number : row.numbers()) {
      data.setField(field++, number);
    }
    for (int i = 1; i < texts.length; i++) {
      data.setField(field++, StringData.fromString(texts[i]));
    }
    return data;
  }

  /** Makes the table of a directory known, and returns what it is called; creates it if need be. */
  abstract String define(TableEnvironment tables, Path directory);

  @Override
  public final long rows(Path directory) throws Exception {
    TableEnvironment tables = batchTables();
    String table = define(tables, directory);
    try (CloseableIterator<Row> counted =
        tables.executeSql("SELECT COUNT(*) FROM " + table).collect()) {
      return (Long) counted.next().getFieldAs(0);
    }
  }

  /** Returns an environment for statements beside the measured job. */
  static TableEnvironment batchTables() {
    return TableEnvironment.create(
        EnvironmentSettings.newInstance()
            .inBatchMode()
            .withConfiguration(Configuration.fromMap(java.util.Map.of("parallelism.default", "1")))
            .build());
  }

  @Override
  public final void rollUp(StreamExecutionEnvironment env, UsageRollup rollup, Path directory) {
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    String table = define(tables, directory);
    String day = "(ts - " + UsageEvents.START_NANOS + ") / " + UsageEvents.DAY_NANOS;
    String keys = "`" + String.join("`, `", rollup.columns()) + "`";
    Table groups =
        tables.sqlQuery(
            String.join(
                " ",
                "SELECT",
                day + " AS d,",
                keys + ",",
                "COUNT(*), SUM(cost), SUM(input_tokens), SUM(output_tokens) FROM",
                table,
                rollup.filtered() ? "WHERE status = 200" : "",
                "GROUP BY " + day + ",",
                keys));
    int measure = 1 + rollup.columns().length;
    boolean byUser = rollup.byUser();
    DataStream<RowData> stream =
        tables.toDataStream(
            groups, groups.getResolvedSchema().toPhysicalRowDataType().bridgedTo(RowData.class));
    GroupsSink.add(stream, row -> mix(row, byUser, measure));
  }

  private static long mix(RowData row, boolean byUser, int measure) {
    long day = row.getLong(0);
    long group =
        byUser
            ? GroupsChecksum.group(day, number(row, 1), number(row, 2))
            : GroupsChecksum.group(day, 0, number(row, 1));
    return GroupsChecksum.mix(
        group,
        row.getLong(measure),
        row.getLong(measure + 1),
        row.getLong(measure + 2),
        row.getLong(measure + 3));
  }

  private static int number(RowData row, int field) {
    return GroupsChecksum.number(row.getString(field).toString());
  }
}
