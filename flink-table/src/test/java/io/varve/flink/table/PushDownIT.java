package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.runtime.typeutils.ExternalTypeInfo;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every shape of query gives what it gives over the same rows in a source without push-down, and
 * the plan shows what docs/sql.md promises.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PushDownIT {

  /** What the plan of a query must show. */
  private enum Plan {
    /** Aggregates inside the scan, and no condition outside. */
    AGGREGATES,
    /** The condition inside the scan. */
    FILTER,
    /** Nothing of the kind. */
    NOTHING
  }

  private record Shape(Plan plan, String query) {}

  private static final int ROWS = 3_000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir static Path directory;

  private static @Nullable TableEnvironment environment;

  private static TableEnvironment sql() {
    if (environment == null) {
      throw new IllegalStateException("not set up");
    }
    return environment;
  }

  /** Not before all tests: the environment would not know of the cluster yet. */
  @BeforeEach
  void fill() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.setParallelism(1);
    StreamTableEnvironment created = StreamTableEnvironment.create(env);
    environment = created;
    created.createTemporaryView(
        "raw_rows", env.fromData(rows(new Random(7)), ExternalTypeInfo.of(type())));
    created.executeSql(
        "CREATE VIEW plain AS SELECT *, CAST(ts AS DATE) AS `day`,"
            + " FLOOR(ts TO HOUR) AS `hour` FROM raw_rows");
    created.executeSql(
        "CREATE TABLE usage_log (ts TIMESTAMP(3), usr STRING, model STRING, cost BIGINT,"
            + " tokens INT, score DOUBLE, ok BOOLEAN, price DECIMAL(12, 4),"
            + " `day` DATE METADATA VIRTUAL, `hour` TIMESTAMP(0) METADATA VIRTUAL)"
            + " WITH ('connector' = 'varve', 'path' = '"
            + directory.resolve("usage")
            + "', 'time-column' = 'ts', 'segment.target-rows' = '1000',"
            + " 'scan.aggregate-push-down' = 'on')");
    created.executeSql("INSERT INTO usage_log SELECT * FROM raw_rows").await();
  }

  private static org.apache.flink.table.types.DataType type() {
    return DataTypes.ROW(
        DataTypes.FIELD("ts", DataTypes.TIMESTAMP(3)),
        DataTypes.FIELD("usr", DataTypes.STRING()),
        DataTypes.FIELD("model", DataTypes.STRING()),
        DataTypes.FIELD("cost", DataTypes.BIGINT()),
        DataTypes.FIELD("tokens", DataTypes.INT()),
        DataTypes.FIELD("score", DataTypes.DOUBLE()),
        DataTypes.FIELD("ok", DataTypes.BOOLEAN()),
        DataTypes.FIELD("price", DataTypes.DECIMAL(12, 4)));
  }

  private static List<Row> rows(Random random) {
    LocalDateTime start = LocalDateTime.of(2026, 1, 1, 0, 0);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          Row.of(
              start.plusNanos(random.nextInt(5 * 86_400_000) * 1_000_000L),
              random.nextInt(20) == 0 ? null : "user-" + random.nextInt(9),
              "model-" + random.nextInt(4),
              random.nextInt(10) == 0 ? null : (long) random.nextInt(1_000_000),
              random.nextInt(10) == 0 ? null : random.nextInt(1000),
              random.nextInt(10) == 0 ? null : random.nextInt(1000) / 8.0,
              random.nextInt(10) == 0 ? null : random.nextBoolean(),
              random.nextInt(10) == 0 ? null : BigDecimal.valueOf(random.nextInt(99_999), 4)));
    }
    return rows;
  }

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t"),
          new Shape(Plan.NOTHING, "SELECT COUNT(usr), COUNT(*) FROM t"),
          new Shape(Plan.AGGREGATES, "SELECT usr, SUM(cost) FROM t GROUP BY usr"),
          new Shape(Plan.AGGREGATES, "SELECT SUM(cost), SUM(tokens), SUM(score) FROM t"),
          new Shape(Plan.AGGREGATES, "SELECT model, SUM(price) FROM t GROUP BY model"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT model, MIN(cost), MAX(cost), MIN(ts), MAX(ts), MIN(usr), MAX(usr),"
                  + " MIN(score), MAX(price), MIN(ok) FROM t GROUP BY model"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT model, AVG(cost), AVG(tokens), AVG(score) FROM t GROUP BY model"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT model, AVG(price), SUM(price), COUNT(price) FROM t GROUP BY model"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT `day`, usr, SUM(cost), COUNT(*) FROM t WHERE model = 'model-1'"
                  + " GROUP BY `day`, usr"),
          new Shape(Plan.NOTHING, "SELECT `hour`, COUNT(*) FROM t GROUP BY `hour`"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT `day`, SUM(cost) FROM t WHERE `day` >= DATE '2026-01-02'"
                  + " AND `day` < DATE '2026-01-04' GROUP BY `day`"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) FROM t WHERE `day` = DATE '2026-01-02' GROUP BY usr"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) FROM t WHERE `hour` >= TIMESTAMP '2026-01-02 10:30:00'"
                  + " GROUP BY usr"),
          new Shape(
              Plan.FILTER,
              "SELECT usr, COUNT(*) FROM t WHERE ts >= TIMESTAMP '2026-01-02 00:00:00.500'"
                  + " GROUP BY usr"),
          new Shape(
              Plan.FILTER,
              "SELECT usr, COUNT(*) FROM t WHERE usr IN ('user-1', 'user-2', 'user-3')"
                  + " GROUP BY usr"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE usr LIKE 'user%'"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE usr IS NULL"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE usr IS NOT NULL"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE cost <> 5 AND cost > 100"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE 5000 >= cost"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE cost BETWEEN 1000 AND 200000"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT COUNT(*) FROM t WHERE cost < 1000 OR tokens > 900 OR usr = 'user-3'"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE NOT (cost < 1000 AND ok)"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE ok"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE ok IS NOT TRUE"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE price > 3.14"),
          new Shape(Plan.AGGREGATES, "SELECT COUNT(*) FROM t WHERE usr NOT IN ('user-1')"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) AS c FROM t GROUP BY usr HAVING SUM(cost) > 1000000"),
          new Shape(
              Plan.AGGREGATES, "SELECT usr, SUM(cost) AS c FROM t GROUP BY usr ORDER BY c, usr"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) AS c FROM t GROUP BY usr ORDER BY c, usr LIMIT 3"),
          new Shape(
              Plan.NOTHING,
              "SELECT usr, COUNT(*) FROM t GROUP BY usr UNION ALL"
                  + " SELECT model, COUNT(*) FROM t GROUP BY model"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT MAX(c) FROM (SELECT usr, SUM(cost) AS c FROM t GROUP BY usr)"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT a.usr, a.c, b.n FROM (SELECT usr, SUM(cost) c FROM t GROUP BY usr) a JOIN"
                  + " (SELECT usr, SUM(tokens) n FROM t WHERE ok GROUP BY usr) b"
                  + " ON a.usr = b.usr"),
          new Shape(
              Plan.FILTER, "SELECT usr, COUNT(*) FROM t WHERE cost > 1000000000 GROUP BY usr"),
          new Shape(Plan.AGGREGATES, "SELECT SUM(cost), COUNT(*) FROM t WHERE cost > 1000000000"),
          new Shape(Plan.FILTER, "SELECT usr, cost, `day` FROM t WHERE model = 'model-2'"),
          new Shape(
              Plan.FILTER, "SELECT `hour` FROM t WHERE `hour` = TIMESTAMP '2026-01-03 04:00:00'"),
          new Shape(Plan.FILTER, "SELECT DISTINCT usr FROM t WHERE ok"),
          new Shape(
              Plan.FILTER, "SELECT usr, SUM(cost + 1) FROM t WHERE model = 'model-1' GROUP BY usr"),
          new Shape(
              Plan.FILTER,
              "SELECT usr, SUM(cost) FILTER (WHERE ok) FROM t WHERE model = 'model-1'"
                  + " GROUP BY usr"),
          new Shape(
              Plan.FILTER,
              "SELECT `day`, SUM(cost) FROM t WHERE `day` = DATE '2026-01-02' GROUP BY `day`"),
          new Shape(Plan.AGGREGATES, "SELECT `hour`, COUNT(*), MIN(ts) FROM t GROUP BY `hour`"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) FROM t GROUP BY usr UNION ALL"
                  + " SELECT model, MAX(cost) FROM t GROUP BY model"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) FROM t WHERE usr IN ('user-1', 'user-2') GROUP BY usr"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) FROM t WHERE ts >= TIMESTAMP '2026-01-02 00:00:00.500'"
                  + " GROUP BY usr"),
          new Shape(
              Plan.NOTHING,
              "SELECT usr, COUNT(*) FROM (SELECT UPPER(usr) AS usr FROM t) GROUP BY usr"),
          new Shape(Plan.NOTHING, "SELECT COUNT(NULLIF(usr, 'user-1')) FROM t"),
          new Shape(
              Plan.NOTHING,
              "SELECT model, SUM(cost) FROM (SELECT UPPER(model) AS model, cost FROM t)"
                  + " GROUP BY model"),
          new Shape(Plan.NOTHING, "SELECT COUNT(DISTINCT usr) FROM t"),
          new Shape(Plan.NOTHING, "SELECT usr, COUNT(*) FROM t WHERE cost + 1 > 5 GROUP BY usr"),
          new Shape(Plan.NOTHING, "SELECT usr, COUNT(*) FROM t WHERE usr LIKE '%-1' GROUP BY usr"),
          new Shape(
              Plan.NOTHING, "SELECT FLOOR(ts TO DAY), COUNT(*) FROM t GROUP BY FLOOR(ts TO DAY)"),
          new Shape(
              Plan.NOTHING, "SELECT usr, model, COUNT(*) FROM t GROUP BY ROLLUP (usr, model)"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, SUM(cost) FROM t GROUP BY usr UNION"
                  + " SELECT usr, SUM(cost) FROM t GROUP BY usr"),
          new Shape(
              Plan.AGGREGATES,
              "SELECT usr, MAX(cost) FROM (SELECT usr, cost, model FROM t WHERE tokens > 5)"
                  + " WHERE model <> 'model-1' GROUP BY usr"),
          new Shape(
              Plan.FILTER,
              "SELECT usr, cost FROM t WHERE cost = (SELECT MAX(cost) FROM t WHERE ok) AND ok"),
          new Shape(Plan.NOTHING, "SELECT SUM(DISTINCT cost), COUNT(*) FROM t"),
          new Shape(Plan.NOTHING, "SELECT SUM(cost) FROM t WHERE cost > tokens"),
          new Shape(
              Plan.FILTER,
              "SELECT window_start, SUM(cost) FROM TABLE(TUMBLE((SELECT ts, cost FROM t"
                  + " WHERE ok), DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start,"
                  + " window_end"),
          new Shape(Plan.NOTHING, "SELECT usr FROM t"));

  @TestFactory
  Stream<DynamicTest> shapes() {
    return SHAPES.stream().map(shape -> dynamicTest(shape.query(), () -> check(shape)));
  }

  private static void check(Shape shape) throws Exception {
    String query = shape.query().replace("FROM t", "FROM usage_log");
    String plan = sql().explainSql(query);
    String optimized = plan.substring(plan.indexOf("== Optimized Physical Plan =="));
    List<String> scans =
        optimized.lines().filter(line -> line.contains("TableSourceScan(")).toList();
    Plan seen =
        scans.stream().allMatch(line -> line.contains("aggregates=[grouping="))
            ? Plan.AGGREGATES
            : scans.stream().anyMatch(line -> line.matches(".*filter=\\[[^]].*"))
                ? Plan.FILTER
                : Plan.NOTHING;

    assertThat(seen).as(optimized).isEqualTo(shape.plan());
    assertThat(results(query)).isEqualTo(results(shape.query().replace("FROM t", "FROM plain")));
  }

  private static List<String> results(String query) throws Exception {
    List<String> rows = new ArrayList<>();
    try (CloseableIterator<Row> results = sql().executeSql(query).collect()) {
      results.forEachRemaining(row -> rows.add(row.toString()));
    }
    rows.sort(null);
    return rows;
  }
}
