package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogColumnStatisticsDataString;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.plan.stats.ColumnStats;
import org.apache.flink.table.plan.stats.TableStats;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What planning is told, and why it is not told more. */
@Timeout(300)
class StatisticsIT {

  private static final String QUERY = "SELECT usr, SUM(cost) FROM t GROUP BY usr";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  private SqlFixture filled() throws Exception {
    SqlFixture sql = SqlFixture.inBatch();
    sql.run(
        "CREATE TABLE t (ts TIMESTAMP(3), usr STRING, cost BIGINT, share DOUBLE, paid DATE,"
            + " price DECIMAL(8, 2)) WITH ('connector' = 'varve', 'time-column' = 'ts',"
            + " 'scan.aggregate-push-down' = 'on', 'path' = '"
            + directory.resolve("t")
            + "')",
        "INSERT INTO t VALUES"
            + " (TIMESTAMP '2026-01-01 00:00:00', 'a', 5, 0.5, DATE '2026-01-01', 1.25),"
            + " (TIMESTAMP '2026-01-02 00:00:00', 'b', -7, CAST(NULL AS DOUBLE),"
            + " DATE '2025-01-01', -3.5)");
    return sql;
  }

  @Test
  void rowsBoundsAndNullsAreReportedAndNoDistinctCounts() throws Exception {
    filled();
    TableDirectory table = TableDirectory.open(new LocalFileStore(directory.resolve("t")));

    TableStats stats =
        ScanStatistics.of(
            TableSnapshot.latest(table), List.of("ts", "usr", "cost", "share", "paid", "price"));

    assertThat(stats.getRowCount()).isEqualTo(2);
    assertThat(stats.getColumnStats().values()).allMatch(column -> column.getNdv() == null);
    assertThat(column(stats, "cost").getMin()).isEqualTo(-7L);
    assertThat(column(stats, "cost").getMax()).isEqualTo(5L);
    assertThat(column(stats, "cost").getNullCount()).isZero();
    assertThat(column(stats, "share").getNullCount()).isEqualTo(1);
    assertThat(column(stats, "share").getMax()).isEqualTo(0.5);
    assertThat(column(stats, "paid").getMin()).isEqualTo(java.sql.Date.valueOf("2025-01-01"));
    assertThat(column(stats, "price").getMin()).hasToString("-3.50");
    assertThat(column(stats, "usr").getNullCount()).isZero();
  }

  private static ColumnStats column(TableStats stats, String name) {
    return Objects.requireNonNull(stats.getColumnStats().get(name));
  }

  @Test
  void distinctCountsWouldTurnThePushDownOff() throws Exception {
    SqlFixture sql = filled();
    Catalog catalog = sql.environment().getCatalog("default_catalog").orElseThrow();
    ObjectPath path = new ObjectPath("default_database", "t");
    catalog.alterTableStatistics(path, new CatalogTableStatistics(1000, 1, 1, 1), false);
    assertThat(sql.environment().explainSql(QUERY)).contains("aggregates=[grouping=");

    catalog.alterTableColumnStatistics(
        path,
        new CatalogColumnStatistics(
            Map.of("usr", new CatalogColumnStatisticsDataString(4L, 4.0, 900L, 0L))),
        false);

    assertThat(sql.environment().explainSql(QUERY)).doesNotContain("aggregates=[grouping=");
  }
}
