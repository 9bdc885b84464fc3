package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.LocalFileStore;
import io.varve.schema.DataType;
import io.varve.schema.SchemaChange;
import io.varve.table.TableDirectory;
import io.varve.table.TableMaintenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A catalog is its directory: what one session declares, another finds, as it was declared. */
@Timeout(300)
class CatalogIT {

  private static final String TABLE =
      """
      CREATE TABLE usage_log (
        ts TIMESTAMP(3) COMMENT 'when it was',
        usr CHAR(3) NOT NULL,
        model STRING,
        cost BIGINT,
        tags ARRAY<STRING>,
        `day` DATE METADATA VIRTUAL COMMENT 'its day',
        cents AS cost * 100,
        at_hour TIMESTAMP(0) METADATA FROM 'hour' VIRTUAL,
        WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
      ) COMMENT 'it''s = a "log"
      of two lines'
      PARTITIONED BY (model)
      WITH (
        'time-column' = 'ts', 'bloom-columns' = 'usr', 'ttl' = '900 d',
        'projection.p.group-by' = 'day, model', 'projection.p.aggregates' = 'sum(cost)'
      )
      """;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path warehouse;

  private SqlFixture sql = SqlFixture.inBatch();

  @BeforeEach
  void open() throws Exception {
    sql = session();
  }

  private SqlFixture session() throws Exception {
    SqlFixture session = SqlFixture.inBatch();
    session.run(
        "CREATE CATALOG c WITH ('type' = 'varve', 'warehouse' = '" + warehouse + "')",
        "USE CATALOG c");
    return session;
  }

  private void fill() throws Exception {
    sql.run(
        TABLE,
        "INSERT INTO usage_log SELECT * FROM (VALUES"
            + " (TIMESTAMP '2026-01-01 10:00:00', 'ann', 'a', 1, ARRAY['x']),"
            + " (TIMESTAMP '2026-01-02 10:00:00', 'bob', 'b', 2, ARRAY['y']),"
            + " (TIMESTAMP '2026-01-02 11:00:00', 'ann', CAST(NULL AS STRING), 3,"
            + " CAST(NULL AS ARRAY<STRING>)))"
            + " AS t (ts, usr, model, cost, tags)");
  }

  @Test
  void aTableIsFoundAgainAsItWasDeclared() throws Exception {
    fill();
    SqlFixture other = session();

    String shown = String.valueOf(other.run("SHOW CREATE TABLE usage_log").get(0).getField(0));
    List<String> before = other.rows("SELECT * FROM usage_log");
    other.run("DROP TABLE usage_log", shown);

    assertThat(before).hasSize(3).anyMatch(row -> row.contains("ann, b") || row.contains("200"));
    assertThat(shown)
        .contains("COMMENT 'when it was'", "`tags` ARRAY<", "CHAR(3) NOT NULL")
        .contains("METADATA FROM 'hour' VIRTUAL", "AS `cost` * 100", "PARTITIONED BY (`model`)")
        .contains("'ttl' = '900 d'", "'projection.p.aggregates' = 'sum(cost)'", "WATERMARK FOR")
        .doesNotContain("'path'", "'connector'");
    assertThat(other.run("SHOW CREATE TABLE usage_log").get(0).getField(0)).isEqualTo(shown);
    assertThat(other.rows("SELECT * FROM usage_log")).isEmpty();
  }

  @Test
  void databasesComeAndGo() throws Exception {
    sql.run("CREATE DATABASE d COMMENT 'of = tests' WITH ('k' = 'v')", "USE d", TABLE);

    assertThat(session().run("SHOW DATABASES")).containsExactly(Row.of("d"), Row.of("default"));
    CatalogDatabase kept = session().environment().getCatalog("c").orElseThrow().getDatabase("d");
    assertThat(kept.getComment()).isEqualTo("of = tests");
    assertThat(kept.getProperties()).containsEntry("k", "v");
    assertThatThrownBy(() -> session().run("DROP DATABASE d RESTRICT"))
        .satisfies(e -> assertThat(SqlFixture.messages(e)).contains("is not empty"));
    session().run("DROP DATABASE d CASCADE");
    assertThat(session().run("SHOW DATABASES")).containsExactly(Row.of("default"));
    assertThat(Files.exists(warehouse.resolve("d"))).isFalse();
  }

  @Test
  void aTableThatAJobMadeIsThere() throws Exception {
    sql.run(
        "CREATE TEMPORARY TABLE made (ts TIMESTAMP(3), n SMALLINT NOT NULL, d DECIMAL(10, 2))"
            + " WITH ('connector' = 'varve', 'time-column' = 'ts', 'path' = '"
            + warehouse.resolve("default/by_job")
            + "')",
        "INSERT INTO made VALUES (TIMESTAMP '2026-01-01 00:00:00', CAST(1 AS SMALLINT), 2.5)");

    assertThat(sql.run("SHOW TABLES")).contains(Row.of("by_job"));
    assertThat(sql.rows("SELECT n, d FROM by_job")).containsExactly("+I[1, 2.50]");
  }

  /** Columns that operators change have other ids and versions than any that SQL declares. */
  @Test
  void aTableWhoseColumnsWereChangedIsReadAndWrittenAndAltered() throws Exception {
    fill();
    LocalFileStore store = new LocalFileStore(warehouse.resolve("default/usage_log"));
    TableMaintenance maintenance =
        new TableMaintenance(TableDirectory.open(store), "test", System::currentTimeMillis);
    maintenance.alter(
        List.of(
            new SchemaChange.Add("origin", DataType.string(), false, "web", "usr"),
            new SchemaChange.Rename("usr", "who")),
        "");
    sql.run(
        "ALTER TABLE usage_log SET ('segment.target-age' = '1 h')",
        "INSERT INTO usage_log (ts, who, origin, model, cost)"
            + " VALUES (TIMESTAMP '2026-01-03 10:00:00', 'cid', 'app', 'a', 4)");

    assertThat(session().rows("SELECT who, origin, SUM(cost) FROM usage_log GROUP BY who, origin"))
        .containsExactlyInAnyOrder("+I[ann, web, 4]", "+I[bob, web, 2]", "+I[cid, app, 4]");
    assertThat(String.valueOf(session().run("SHOW CREATE TABLE usage_log").get(0).getField(0)))
        .contains("`who` CHAR(3) NOT NULL", "`origin` VARCHAR", "'segment.target-age' = '1 h'")
        .contains("COMMENT 'when it was'", "'bloom-columns' = 'who'");
    sql.run("ALTER TABLE usage_log SET ('bloom-columns' = 'origin')");
    assertThat(String.valueOf(session().run("SHOW CREATE TABLE usage_log").get(0).getField(0)))
        .contains("'bloom-columns' = 'origin'");
  }

  @Test
  void partitionsAndSystemTablesTellWhatIsThere() throws Exception {
    fill();

    assertThat(sql.rows("SHOW PARTITIONS usage_log"))
        .containsExactly("+I[model=__DEFAULT_PARTITION__]", "+I[model=a]", "+I[model=b]");
    assertThat(sql.rows("SHOW PARTITIONS usage_log PARTITION (model = 'b')"))
        .containsExactly("+I[model=b]");
    assertThat(sql.rows("SELECT kind, `rows`, added_rows FROM usage_log$commits"))
        .as("the rows, the table's options, what only SQL knows")
        .containsExactly("+I[guest, 3, 3]", "+I[maintenance, 0, 0]", "+I[maintenance, 0, 0]");
    assertThat(sql.rows("SELECT SUM(`rows`), COUNT(*) FROM usage_log$segments"))
        .containsExactly("+I[3, 3]");
    assertThat(sql.rows("SELECT `partition`, `rows`, segments FROM usage_log$partitions"))
        .hasSize(3)
        .allMatch(row -> row.startsWith("+I[model=") && row.endsWith(", 1, 1]"));
    assertThatThrownBy(() -> sql.run("INSERT INTO usage_log$segments SELECT * FROM usage_log"))
        .satisfies(e -> assertThat(SqlFixture.messages(e)).isNotBlank());
  }

  @Test
  void anOlderTimeIsReadWithItsRows() throws Exception {
    fill();
    Object time =
        sql.run("SELECT CAST(`time` AS STRING) FROM usage_log$commits WHERE kind = 'guest'")
            .get(0)
            .getField(0);
    sql.run("INSERT INTO usage_log (ts, usr) VALUES (TIMESTAMP '2026-01-03 00:00:00', 'cyd')");

    assertThat(sql.rows("SELECT COUNT(*) FROM usage_log")).containsExactly("+I[4]");
    assertThat(
            sql.rows(
                "SELECT COUNT(*) FROM usage_log FOR SYSTEM_TIME AS OF TIMESTAMP '" + time + "'"))
        .containsExactly("+I[3]");
  }

  @Test
  void statisticsComeFromTheFiles() throws Exception {
    fill();

    assertThat(sql.run("CALL sys.tag('usage_log', 'v1')")).hasSize(1);
    String plan =
        sql.environment()
            .explainSql(
                "SELECT `day`, SUM(cost) FROM usage_log WHERE cost > 0 GROUP BY `day`",
                org.apache.flink.table.api.ExplainDetail.ESTIMATED_COST);
    assertThat(plan).contains("aggregates=[grouping=");
  }

  @Test
  void proceduresDoWhatCommandsDo() throws Exception {
    fill();
    sql.run("INSERT INTO usage_log (ts, usr) VALUES (TIMESTAMP '2025-01-03 00:00:00', 'old')");

    assertThat(sql.run("CALL sys.tag(table_name => 'default.usage_log', tag => 'v1')"))
        .containsExactly(Row.of("v1", 4L));
    assertThat(sql.run("CALL sys.verify('usage_log')")).isEmpty();
    assertThat(sql.run("CALL sys.verify(table_name => 'usage_log', deep => true)")).isEmpty();
    String gc = "CALL sys.gc(table_name => 'usage_log', older_than => '2025-06-01T00:00:00Z'";
    assertThat(sql.run(gc + ", dry_run => true)")).containsExactly(Row.of(1L, null));
    assertThat(sql.rows("SELECT COUNT(*) FROM usage_log")).containsExactly("+I[4]");
    assertThat(sql.run(gc + ")").get(0).getField(0)).isEqualTo(1L);
    assertThat(sql.rows("SELECT COUNT(*) FROM usage_log")).containsExactly("+I[3]");

    String rewind = "CALL sys.rewind(table_name => 'usage_log', to_commit => 3";
    assertThat(sql.run(rewind + ", dry_run => true)").get(0).getField(4)).isNull();
    assertThatThrownBy(() -> sql.run(rewind + ")"))
        .satisfies(e -> assertThat(SqlFixture.messages(e)).contains("rows of batch job"));
    String toTag = "CALL sys.rewind(table_name => 'usage_log', to_tag => 'v1')";
    assertThat(sql.run(toTag).get(0).getField(3)).isEqualTo(4L);
    assertThat(sql.rows("SELECT COUNT(*) FROM usage_log")).containsExactly("+I[3]");
    assertThatThrownBy(() -> sql.run("CALL sys.rewind('usage_log')"))
        .satisfies(e -> assertThat(SqlFixture.messages(e)).contains("name one commit"));

    assertThat(sql.run("CALL sys.untag('usage_log', 'v1')")).containsExactly(Row.of("v1", 4L));
    String erase = "CALL sys.erase(table_name => 'usage_log', row_filter => 'usr = ''bob'''";
    assertThat(sql.run(erase + ", dry_run => true)").get(0).getField(0)).isEqualTo(1L);
    assertThat(sql.run(erase + ")").get(0).getField(2)).isEqualTo(2);
    assertThat(sql.rows("SELECT usr FROM usage_log")).containsExactly("+I[ann]", "+I[ann]");
    assertThat(sql.run("CALL sys.expire('usage_log', '1 d', 1, true)")).hasSize(1);
    assertThat(sql.run("CALL sys.orphans(table_name => 'usage_log', dry_run => true)")).isEmpty();
    assertThat(sql.rows("SHOW PROCEDURES FROM sys")).hasSize(9);
  }

  @Test
  void mergeUnitesSmallSegments() throws Exception {
    sql.run(
        "CREATE TABLE m (ts TIMESTAMP(3), n INT)"
            + " WITH ('time-column' = 'ts', 'segment.target-rows' = '1')");
    for (int i = 0; i < 5; i++) {
      sql.run("INSERT INTO m VALUES (TIMESTAMP '2026-01-01 00:00:00', " + i + ")");
    }
    assertThat(sql.run("CALL sys.`merge`(table_name => 'm', dry_run => true)")).isEmpty();
    sql.run("ALTER TABLE m SET ('segment.target-rows' = '1000')");

    assertThat(sql.run("CALL sys.`merge`(table_name => 'm', dry_run => true)"))
        .containsExactly(Row.of("bucket-0000", 5, 5L, null));
    assertThat(sql.run("CALL sys.`merge`('m')").get(0).getField(1)).isEqualTo(5);
    assertThat(sql.rows("SELECT SUM(`rows`), COUNT(*) FROM m$segments"))
        .containsExactly("+I[5, 1]");
    assertThat(sql.rows("SELECT n FROM m")).hasSize(5);
  }

  /** Nobody else would keep a table small that only batch jobs write to. */
  @Test
  void batchInsertsLeaveFewSegments() throws Exception {
    sql.run("CREATE TABLE b (ts TIMESTAMP(3), n INT) WITH ('time-column' = 'ts')");
    for (int i = 0; i < 4; i++) {
      sql.run("INSERT INTO b VALUES (TIMESTAMP '2026-01-01 00:00:00', " + i + ")");
    }

    assertThat(sql.rows("SELECT SUM(`rows`), COUNT(*) FROM b$segments"))
        .containsExactly("+I[4, 1]");
    assertThat(sql.rows("SELECT SUM(n), COUNT(*) FROM b")).containsExactly("+I[6, 4]");
  }

  @Test
  void commentsWatermarkAndOptionsAreAltered() throws Exception {
    fill();

    sql.run(
        "ALTER TABLE usage_log SET ('ttl' = '2000 d', 'sink.parallelism' = '2')",
        "ALTER TABLE usage_log DROP WATERMARK",
        "ALTER TABLE usage_log DROP (cents)",
        "ALTER TABLE usage_log ADD (w DATE METADATA FROM 'week' VIRTUAL)");

    String shown = String.valueOf(session().run("SHOW CREATE TABLE usage_log").get(0).getField(0));
    assertThat(shown).contains("'2000 d'", "METADATA FROM 'week'", "'sink.parallelism' = '2'");
    assertThat(shown).doesNotContain("WATERMARK", "cents");
    assertThat(session().rows("SELECT MAX(w) FROM usage_log")).containsExactly("+I[2025-12-29]");
  }

  @Test
  void rulesOfPartitionsAreCheckedWhenTheyAreSet() throws Exception {
    String columns = "(ts TIMESTAMP(3), tenant STRING, region INT) PARTITIONED BY (tenant, region)";
    String with = " WITH ('time-column' = 'ts', 'ttl.by-partition' = '";
    refused("CREATE TABLE w " + columns + with + "ts=1:1 d')", "'ts' is no partition column");
    assertThat(sql.rows("SHOW TABLES LIKE 'w'")).isEmpty();
    sql.run(
        "CREATE TABLE w " + columns + with + "tenant=a:1 d; region=1:2 d;tenant=a/region=1:3 d')");
    String two = "tenant=a:1 d; tenant=b%3Bc:forever";
    sql.run("ALTER TABLE w SET ('ttl.by-partition' = '" + two + "')");
    refused("ALTER TABLE w SET ('ttl.by-partition' = 'region=x:1 d')", "is no value of type int32");

    String shown = String.valueOf(session().run("SHOW CREATE TABLE w").get(0).getField(0));
    assertThat(shown).contains("'ttl.by-partition' = '" + two + "'");
  }

  /** A table that remembered it would be written to by whoever does not know of it. */
  @Test
  void whatEachJobDeclaresIsNotKept() throws Exception {
    String option = "'commit.exclusive-by' = 'flink-ha'";
    String columns = "CREATE TABLE x (ts TIMESTAMP(3), n INT) WITH ('time-column' = 'ts'";
    refused(columns + ", " + option + ")", "is not kept with a table");
    sql.run(columns + ")");
    refused("ALTER TABLE x SET (" + option + ")", "is not kept with a table");
    sql.run(
        "INSERT INTO x /*+ OPTIONS(" + option + ") */ VALUES (TIMESTAMP '2026-01-01 00:00:00', 1)");
    assertThat(session().rows("SELECT n FROM x")).containsExactly("+I[1]");
  }

  @Test
  void storedColumnsAreAltered() throws Exception {
    sql.run(
        "CREATE TABLE e (ts TIMESTAMP(3), a INT NOT NULL, b STRING, c INT)"
            + " WITH ('time-column' = 'ts', 'bloom-columns' = 'b', 'segment.target-rows' = '99')",
        "INSERT INTO e VALUES (TIMESTAMP '2026-01-01 00:00:00', 1, 'x', 5)",
        "ALTER TABLE e ADD (d STRING COMMENT 'new' AFTER a)",
        "ALTER TABLE e RENAME b TO bb",
        "ALTER TABLE e MODIFY a BIGINT NOT NULL",
        "ALTER TABLE e DROP (c)",
        "ALTER TABLE e SET ('segment.target-rows' = '77', 'tally-columns' = 'd;bb')",
        "INSERT INTO e (ts, a, bb, d)"
            + " VALUES (TIMESTAMP '2026-01-02 00:00:00', 9999999999, 'y', 'z')");

    SqlFixture other = session();
    String shown = String.valueOf(other.run("SHOW CREATE TABLE e").get(0).getField(0));
    assertThat(shown)
        .contains("`a` BIGINT NOT NULL", "`d` VARCHAR(2147483647) COMMENT 'new'")
        .contains("'segment.target-rows' = '77'", "'bloom-columns' = 'bb'", "= 'd;bb'");
    assertThat(other.rows("SELECT a, d, bb FROM e"))
        .containsExactly("+I[1, null, x]", "+I[9999999999, z, y]");
    assertThat(other.rows("SELECT d, SUM(a) FROM e WHERE a > 0 GROUP BY d"))
        .containsExactly("+I[null, 1]", "+I[z, 9999999999]");
    sql.run("ALTER TABLE e ADD (p INT AFTER a, q INT AFTER a, f INT FIRST)");
    sql.run("ALTER TABLE e MODIFY (q INT AFTER bb, d STRING FIRST)");
    assertThat(session().run("DESCRIBE e").stream().map(row -> row.getField(0)))
        .containsExactly("d", "f", "ts", "a", "p", "bb", "q");
    refused("ALTER TABLE e MODIFY a INT NOT NULL", "int64");
    refused("ALTER TABLE e SET ('bucket' = '3', 'bucket-key' = 'a')", "is fixed when");
  }

  @Test
  void whatCantBeIsRefusedWithWhatToDo() throws Exception {
    sql.run(TABLE);

    refused("CREATE TABLE x (ts TIMESTAMP(3)) WITH ('connector' = 'datagen')", "TEMPORARY TABLE");
    refused("CREATE TABLE x (ts TIMESTAMP(3)) WITH ('path' = '/x', 'time-column' = 'ts')", "path");
    refused("CREATE TABLE x (n INT) WITH ('time-colum' = 'n')", "did you mean 'time-column'");
    refused(
        "CREATE TABLE `a/b` (ts TIMESTAMP(3)) WITH ('time-column' = 'ts')", "names a directory");
    refused("CREATE VIEW v AS SELECT * FROM usage_log", "temporary view");
    refused("ALTER TABLE usage_log RENAME TO other", "is its directory");
    refused("CALL sys.verify('no_such')", "there is no table 'default.no_such'");
    refused("CREATE DATABASE sys", "procedures");
  }

  /**
   * A value is looked at before anything is made: a table that nobody wanted is what could stay.
   */
  @Test
  void aWrongValueOfAnOptionMakesNoTable() throws Exception {
    assertThatThrownBy(
            () ->
                sql.run(
                    "CREATE TABLE w (ts TIMESTAMP(3)) WITH ('time-column' = 'ts',"
                        + " 'segment.target-rows' = '-5')"))
        .satisfies(
            e ->
                assertThat(SqlFixture.messages(e))
                    .contains("segment.target-rows must be 1 to 67108864, is -5"));
    assertThat(sql.rows("SHOW TABLES")).isEmpty();
    assertThat(warehouse.resolve("default/w")).doesNotExist();
    assertThat(session().rows("SHOW TABLES")).isEmpty();
  }

  private void refused(String statement, String message) {
    assertThatThrownBy(() -> sql.run(statement))
        .satisfies(e -> assertThat(SqlFixture.messages(e)).contains(message));
  }

  @Test
  void nothingIsKeptBesideTheTable() throws Exception {
    fill();

    try (var files = Files.list(warehouse.resolve("default"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("database.varve", "usage_log");
    }
    TableDirectory table =
        TableDirectory.open(new LocalFileStore(warehouse.resolve("default/usage_log")));
    assertThat(table.schema().names()).contains("ts", "tags").doesNotContain("day", "cents");
  }
}
