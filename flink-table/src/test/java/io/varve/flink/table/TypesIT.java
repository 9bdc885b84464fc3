package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeutils.base.BigIntSerializer;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Values of every type come back as they were written: ordinary ones, extremes and nulls. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TypesIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  private record Sample(DataType type, @Nullable Object... values) {}

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(DataTypes.BOOLEAN(), true, false),
          new Sample(DataTypes.TINYINT(), (byte) 1, Byte.MIN_VALUE, Byte.MAX_VALUE),
          new Sample(DataTypes.SMALLINT(), (short) 1, Short.MIN_VALUE, Short.MAX_VALUE),
          new Sample(DataTypes.INT(), 1, Integer.MIN_VALUE, Integer.MAX_VALUE),
          new Sample(DataTypes.BIGINT(), 1L, Long.MIN_VALUE, Long.MAX_VALUE),
          new Sample(DataTypes.FLOAT(), 1.5f, -Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN, -0.0f),
          new Sample(
              DataTypes.DOUBLE(), 1.5, -Double.MAX_VALUE, Double.MIN_VALUE, Double.NaN, -0.0),
          new Sample(DataTypes.DECIMAL(1, 0), new BigDecimal("9"), new BigDecimal("-9")),
          new Sample(
              DataTypes.DECIMAL(18, 6),
              new BigDecimal("123456789012.345678"),
              new BigDecimal("-999999999999.999999")),
          new Sample(
              DataTypes.DECIMAL(38, 10),
              new BigDecimal("9999999999999999999999999999.9999999999"),
              new BigDecimal("-9999999999999999999999999999.9999999999")),
          new Sample(DataTypes.STRING(), "x", "", "é\u0000漢\ud83d\ude00", "y".repeat(70_000)),
          new Sample(DataTypes.CHAR(3), "abc"),
          new Sample(DataTypes.VARCHAR(5), "abcde", ""),
          new Sample(DataTypes.BYTES(), new byte[] {1, -1, 0}, new byte[0]),
          new Sample(DataTypes.BINARY(2), new byte[] {-128, 127}),
          new Sample(
              DataTypes.DATE(),
              LocalDate.of(2026, 11, 20),
              LocalDate.of(1, 1, 1),
              LocalDate.of(9999, 12, 31)),
          new Sample(DataTypes.TIME(0), LocalTime.of(1, 2, 3), LocalTime.MIDNIGHT),
          new Sample(DataTypes.TIME(3), LocalTime.of(23, 59, 59, 999_000_000)),
          new Sample(
              DataTypes.TIMESTAMP(0),
              LocalDateTime.of(2026, 1, 2, 3, 4, 5),
              LocalDateTime.of(1, 1, 1, 0, 0)),
          new Sample(
              DataTypes.TIMESTAMP(9),
              LocalDateTime.of(2026, 1, 2, 3, 4, 5, 123_456_789),
              LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_999)),
          new Sample(
              DataTypes.TIMESTAMP_LTZ(3),
              Instant.parse("2026-01-02T03:04:05.678Z"),
              Instant.parse("0001-01-01T00:00:00Z")),
          new Sample(DataTypes.TIMESTAMP_LTZ(9), Instant.parse("9999-12-31T23:59:59.999999999Z")),
          new Sample(DataTypes.ARRAY(DataTypes.INT()), new Integer[] {1, null, 3}, new Integer[0]),
          new Sample(
              DataTypes.MAP(DataTypes.STRING(), DataTypes.BIGINT()), Map.of("a", 1L), Map.of()),
          new Sample(DataTypes.MULTISET(DataTypes.STRING()), Map.of("a", 3), Map.of()),
          new Sample(
              DataTypes.ARRAY(DataTypes.ROW(DataTypes.FIELD("a", DataTypes.DECIMAL(38, 2)))),
              (Object) new Row[] {Row.of(new BigDecimal("1.25")), null}),
          new Sample(
              DataTypes.RAW(BigInteger.class, new BigIntSerializer()),
              BigInteger.TEN.pow(40),
              BigInteger.ZERO),
          new Sample(
              DataTypes.INTERVAL(DataTypes.SECOND(3)),
              Duration.ofMillis(1),
              Duration.ofMillis(Long.MIN_VALUE / 1_000_000),
              Duration.ofDays(36_500)),
          new Sample(
              DataTypes.INTERVAL(DataTypes.MONTH()), Period.ofMonths(-14), Period.ofMonths(9999)),
          new Sample(DataTypes.VARBINARY(3), new byte[] {1, 2, 3}, new byte[] {0}),
          new Sample(
              DataTypes.ROW(
                  DataTypes.FIELD("a", DataTypes.INT()), DataTypes.FIELD("b", DataTypes.STRING())),
              Row.of(1, "x"),
              Row.of(null, null)));

  @Test
  void everyTypeComesBack() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.setParallelism(2);
    StreamTableEnvironment sql = StreamTableEnvironment.create(env);
    List<Row> rows = rows();
    List<DataTypes.Field> fields = new ArrayList<>();
    fields.add(DataTypes.FIELD("id", DataTypes.INT()));
    fields.add(DataTypes.FIELD("ts", DataTypes.TIMESTAMP_LTZ(3)));
    for (int i = 0; i < SAMPLES.size(); i++) {
      fields.add(DataTypes.FIELD("c" + i, SAMPLES.get(i).type()));
    }
    DataType type = DataTypes.ROW(fields.toArray(new DataTypes.Field[0]));
    sql.createTemporaryView("samples", env.fromData(rows, ExternalTypeInfo.of(type)));
    sql.createTable(
        "stored",
        TableDescriptor.forConnector("varve")
            .schema(Schema.newBuilder().fromRowDataType(type).build())
            .option("time-column", "ts")
            .option("path", directory.resolve("stored").toString())
            .build());
    sql.executeSql("INSERT INTO stored SELECT * FROM samples").await();

    List<Row> back = new ArrayList<>();
    try (CloseableIterator<Row> results =
        sql.executeSql("SELECT * FROM stored ORDER BY id").collect()) {
      results.forEachRemaining(back::add);
    }

    assertThat(back).isEqualTo(rows);
  }

  /** One row for the first values of all types, one for the second …, and one of nulls. */
  private static List<Row> rows() {
    int most = SAMPLES.stream().mapToInt(sample -> sample.values().length).max().orElseThrow();
    List<Row> rows = new ArrayList<>();
    for (int n = 0; n <= most; n++) {
      int index = n;
      List<@Nullable Object> values = new ArrayList<>();
      values.add(n);
      values.add(Instant.ofEpochSecond(1_700_000_000L + n));
      SAMPLES.forEach(
          sample -> values.add(index < sample.values().length ? sample.values()[index] : null));
      rows.add(Row.of(values.toArray()));
    }
    return rows;
  }
}
