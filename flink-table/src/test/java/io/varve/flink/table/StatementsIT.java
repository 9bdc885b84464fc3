package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.LocalFileStore;
import io.varve.table.CommitHistory;
import io.varve.table.CommitInfo;
import io.varve.table.TableDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What statements beside plain queries do to a table that is declared with its path. */
@Timeout(300)
class StatementsIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  private final SqlFixture sql = SqlFixture.inBatch();

  @BeforeEach
  void fill() throws Exception {
    sql.run(
        table("t", "'bloom-columns' = 'usr'"),
        "INSERT INTO t PARTITION (model = 'a') VALUES"
            + " (TIMESTAMP '2026-01-01 10:00:00', 'ann', 1), (TIMESTAMP '2026-01-02 10:00:00',"
            + " 'bob', 2)",
        "INSERT INTO t VALUES (TIMESTAMP '2026-01-02 11:00:00', 'b', 'ann', 4)");
  }

  private String table(String name, String options) {
    return "CREATE TABLE "
        + name
        + " (ts TIMESTAMP(3), model STRING, usr STRING, cost BIGINT,"
        + " `day` DATE METADATA VIRTUAL, `_partition` STRING METADATA VIRTUAL,"
        + " `_commit` BIGINT METADATA VIRTUAL, WATERMARK FOR ts AS SOURCE_WATERMARK())"
        + " PARTITIONED BY (model)"
        + " WITH ('connector' = 'varve', 'path' = '"
        + directory.resolve("t")
        + "', 'time-column' = 'ts', "
        + options
        + ")";
  }

  @Test
  void aStaticPartitionIsAValueLikeAnyOther() throws Exception {
    assertThat(sql.rows("SELECT model, usr, cost FROM t"))
        .containsExactly("+I[a, ann, 1]", "+I[a, bob, 2]", "+I[b, ann, 4]");
  }

  @Test
  void metadataShowsWhereARowWasRead() throws Exception {
    assertThat(sql.rows("SELECT `_partition`, cost, `_commit` FROM t"))
        .containsExactly(
            "+I[model=a/bucket-0000, 1, 2]",
            "+I[model=a/bucket-0000, 2, 2]",
            "+I[model=b/bucket-0000, 4, 2]");
    assertThat(sql.rows("SELECT `_commit`, COUNT(*) FROM t GROUP BY `_commit`"))
        .containsExactly("+I[2, 3]");
    assertThat(sql.rows("SELECT SUM(cost) FROM t WHERE `_partition` LIKE 'model=b%'"))
        .containsExactly("+I[4]");
    assertThat(sql.rows("SELECT `_partition` FROM t WHERE usr = 'bob'")).hasSize(1);
    assertThat(sql.rows("SELECT MAX(`_commit`), SUM(cost) FROM t")).containsExactly("+I[2, 7]");
  }

  @Test
  void deletesAreTombstones() throws Exception {
    assertThat(sql.run("DELETE FROM t WHERE usr = 'ann' AND `day` = DATE '2026-01-01'"))
        .containsExactly(Row.of(1L));
    assertThat(sql.rows("SELECT usr, cost FROM t")).containsExactly("+I[ann, 4]", "+I[bob, 2]");
    assertThat(sql.rows("SELECT usr, SUM(cost) FROM t GROUP BY usr"))
        .containsExactly("+I[ann, 4]", "+I[bob, 2]");
    assertThatThrownBy(() -> sql.run("DELETE FROM t WHERE UPPER(usr) = 'BOB'"))
        .satisfies(e -> assertThat(SqlFixture.messages(e)).contains("delete"));
    assertThat(sql.rows("SELECT COUNT(*) FROM t")).containsExactly("+I[2]");
    sql.run("DELETE FROM t WHERE cost >= 0");
    assertThat(sql.rows("SELECT COUNT(*) FROM t")).containsExactly("+I[0]");
    assertThat(sql.rows("SELECT COUNT(*) FROM t /*+ OPTIONS('scan.commit' = '2') */"))
        .containsExactly("+I[3]");
  }

  @Test
  void overwritingTakesThePlaceOfPartitions() throws Exception {
    String row = " (TIMESTAMP '2026-03-01 00:00:00', ";
    sql.run("INSERT OVERWRITE t PARTITION (model = 'a') VALUES" + row + "'eve', 9)");
    assertThat(sql.rows("SELECT model, usr, cost FROM t"))
        .containsExactly("+I[a, eve, 9]", "+I[b, ann, 4]");
    sql.run("INSERT OVERWRITE t VALUES" + row + "'b', 'zoe', 5)");
    assertThat(sql.rows("SELECT model, usr, cost FROM t"))
        .containsExactly("+I[a, eve, 9]", "+I[b, zoe, 5]");
    sql.run("TRUNCATE TABLE t");
    assertThat(sql.rows("SELECT COUNT(*) FROM t")).containsExactly("+I[0]");
    assertThat(sql.rows(hinted("scan.commit", "2"))).containsExactly("+I[3]");
  }

  @Test
  void aCommitIsChosenByNumberTimeOrTag() throws Exception {
    TableDirectory table = TableDirectory.open(new LocalFileStore(directory.resolve("t")));
    CommitInfo first = CommitHistory.last(table, 10).get(0);

    assertThat(sql.rows(hinted("scan.commit", "1"))).containsExactly("+I[2]");
    assertThat(sql.rows(hinted("scan.timestamp", "" + first.timeMillis())))
        .containsExactly("+I[2]");
    String iso = Instant.ofEpochMilli(first.timeMillis()).toString();
    assertThat(sql.rows(hinted("scan.timestamp", iso))).containsExactly("+I[2]");
    refused(hinted("scan.timestamp", "2026-01-01"), "is a time with zone");
    refused(hinted("scan.tag", "none"), "none");
    refused(
        "SELECT * FROM t /*+ OPTIONS('scan.commit' = '1', 'scan.tag' = 'x') */",
        "give one of them");
  }

  private static String hinted(String option, String value) {
    return "SELECT COUNT(*) FROM t /*+ OPTIONS('" + option + "' = '" + value + "') */";
  }

  @Test
  void aSourceWatermarkIsNeverLate() throws Exception {
    assertThat(
            sql.rows(
                "SELECT window_start, SUM(cost) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts),"
                    + " INTERVAL '1' DAY)) GROUP BY window_start, window_end"))
        .containsExactly("+I[2026-01-01T00:00, 1]", "+I[2026-01-02T00:00, 6]");
  }

  @Test
  void wrongOptionsAreToldWithTheRightOnes() throws Exception {
    sql.run(table("w", "'bloom-column' = 'usr'"));
    refused("SELECT * FROM w", "did you mean 'bloom-columns'");
    sql.run(table("v", "'projection.p.aggregates' = 'sum(cost)'"));
    refused("SELECT * FROM v", "projection.p.group-by");
    sql.run(table("u", "'bucket' = '3'"));
    refused("SELECT * FROM u", "given together");
    refused("SELECT * FROM t /*+ OPTIONS('sink.on-rewind' = 'maybe') */", "sink.on-rewind");
    refused("SELECT * FROM t /*+ OPTIONS('scan.until' = 'now') */", "scan.until");
    refused("SELECT * FROM t /*+ OPTIONS('scan.on-corupt' = 'fail') */", "'scan.on-corrupt'");
  }

  private void refused(String statement, String message) {
    assertThatThrownBy(() -> sql.run(statement))
        .satisfies(e -> assertThat(SqlFixture.messages(e)).contains(message));
  }

  @Test
  void optionsOfProjectionsAndHistoryReachTheTable() throws Exception {
    sql.run(
        "CREATE TABLE p (ts TIMESTAMP(3), usr STRING, cost BIGINT) WITH ('connector' = 'varve',"
            + " 'path' = '"
            + directory.resolve("p")
            + "', 'time-column' = 'ts', 'projection.daily.group-by' = 'day, usr',"
            + " 'projection.daily.aggregates' = 'sum(cost)', 'history.time' = '2 d',"
            + " 'history.min-commits' = '3', 'history.clean-up-interval' = '1 h', 'ttl' = '9000 d',"
            + " 'sink.parallelism' = '1', 'scan.parallelism' = '2')",
        "INSERT INTO p VALUES (TIMESTAMP '2026-01-01 10:00:00', 'ann', 1)");

    TableDirectory table = TableDirectory.open(new LocalFileStore(directory.resolve("p")));
    assertThat(table.definition().projections()).hasSize(1);
    assertThat(sql.rows("SELECT usr, SUM(cost) FROM p GROUP BY usr"))
        .isEqualTo(List.of("+I[ann, 1]"));
  }

  /** The batch job itself lets the rows go that have outlived what their partition keeps to. */
  @Test
  void partitionsHaveTimesToLiveOfTheirOwn() throws Exception {
    String rows =
        "INSERT INTO %s SELECT CURRENT_TIMESTAMP - age, tenant, cost FROM (VALUES"
            + " (INTERVAL '9' DAY, 'free', 1), (INTERVAL '0' DAY, 'free', 2),"
            + " (INTERVAL '9' DAY, 'a;b', 3), (INTERVAL '99' DAY, 'a;b', 4),"
            + " (INTERVAL '9' DAY, 'x', 5), (INTERVAL '40' DAY, 'x', 6)) AS r(age, tenant, cost)";
    sql.run(byTenant("p", "tenant=free:1 d; tenant=a%3Bb:forever"), String.format(rows, "p"));
    assertThat(sql.rows("SELECT tenant, cost FROM p"))
        .containsExactly("+I[a;b, 3]", "+I[a;b, 4]", "+I[free, 2]", "+I[x, 5]");

    sql.run(byTenant("q", "usr=ann:1 d"));
    assertThatThrownBy(() -> sql.run(String.format(rows, "q")))
        .satisfies(
            e ->
                assertThat(SqlFixture.messages(e))
                    .contains("'usr' is no partition column; name one of [tenant]"));
  }

  private String byTenant(String name, String rules) {
    return "CREATE TABLE "
        + name
        + " (ts TIMESTAMP_LTZ(3), tenant STRING, cost BIGINT) PARTITIONED BY (tenant) WITH"
        + " ('connector' = 'varve', 'path' = '"
        + directory.resolve(name)
        + "', 'time-column' = 'ts', 'ttl' = '30 d', 'ttl.by-partition' = '"
        + rules
        + "')";
  }
}
