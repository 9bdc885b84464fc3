package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.io.SchemaMismatchException;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.TableDefinition;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.table.protocol.RunId;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be changed of a table, what not, and what a job with other columns is told. */
class TableChangesTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .requiredColumn("day", DataType.int32())
          .column("id", DataType.string())
          .column("user", DataType.string())
          .column("n", DataType.int32())
          .build();
  private static final TableDefinition DEFINITION =
      TableDefinition.builder(SCHEMA)
          .partitionedBy("day")
          .bucketedBy(2, "user")
          .idColumn("id")
          .projection(Projection.parse("p", "user", "sum(n)"))
          .build();

  @TempDir Path directory;
  private TestTable table;
  private TableMaintenance maintenance;

  @BeforeEach
  void create() throws IOException {
    table = TestTable.create(directory, DEFINITION);
    maintenance = new TableMaintenance(table.table(), "test", () -> 1);
  }

  @AfterEach
  void close() throws IOException {
    table.close();
  }

  private void add(int day, String id) throws IOException {
    table.add(
        row -> {
          row.setTimestamp(0, 1000L * day, 0);
          row.setLong(1, day);
          row.setString(2, id);
          row.setString(3, "u");
          row.setLong(4, day);
        });
  }

  private TableSnapshot now() throws IOException {
    return TableSnapshot.latest(table.table());
  }

  private long rows() throws IOException {
    long rows = 0;
    TableSnapshot snapshot = now();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        for (int block = 0; block < source.blockCount(); block++) {
          long[] deleted = source.deletedRows(block);
          rows += source.rowCount(block);
          rows -= deleted == null ? 0 : Arrays.stream(deleted).map(Long::bitCount).sum();
        }
      }
    }
    return rows;
  }

  private int rowsWhoseLastIs(long value) throws IOException {
    int rows = 0;
    TableSnapshot snapshot = now();
    Schema schema = snapshot.table().schema();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        for (int block = 0; block < source.blockCount(); block++) {
          Column column = source.read(block, schema.field(schema.size() - 1).id());
          for (int row = 0; row < column.size(); row++) {
            rows += ((LongColumn) column).get(row) == value ? 1 : 0;
          }
        }
      }
    }
    return rows;
  }

  private void refused(SchemaChange change, String why) {
    assertThatThrownBy(() -> maintenance.alter(List.of(change), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesWhatCouldNotBeRead() {
    refused(new SchemaChange.Drop("ts"), "the time column");
    refused(new SchemaChange.Drop("day"), "a partition column");
    refused(new SchemaChange.Drop("user"), "part of the bucket key");
    refused(new SchemaChange.Drop("id"), "the id column");
    refused(new SchemaChange.Drop("n"), "projection 'p' uses it; remove the projection first");
    refused(new SchemaChange.Drop("x"), "no column is named 'x'; there are");
    refused(new SchemaChange.Rename("day", "d"), "directories bear its name");
    refused(new SchemaChange.Rename("n", "id"), "there is a column 'id' already");
    refused(new SchemaChange.Widen("n", DataType.string()), "can't become string");
    refused(new SchemaChange.AllowNulls("ts"), "can't have nulls");
    refused(new SchemaChange.Move("n", "n"), "can't follow itself");
    refused(
        new SchemaChange.Add("x", DataType.int32(), false, null, null),
        "give a default or allow nulls");
    refused(
        new SchemaChange.Add("x", DataType.int32(), true, "many", null),
        "'many' is no value of type int32");
    assertThatThrownBy(() -> maintenance.setOptions(Map.of("segment.colour", "red"), ""))
        .hasMessageContaining("is no option of a table; there are segment.target-rows");
    assertThatThrownBy(() -> maintenance.setOptions(Map.of("bloom-columns", "x"), ""))
        .hasMessageContaining("bloom column 'x' is not in the schema");
    assertThatThrownBy(() -> maintenance.setOptions(Map.of("ttl", "3 fortnights"), ""))
        .hasMessageContaining("is no time such as '10 min'");
  }

  @Test
  void aFieldIdIsNeverGivenTwice() throws IOException {
    maintenance.alter(List.of(new SchemaChange.Add("x", DataType.string())), "");
    maintenance.alter(List.of(new SchemaChange.Drop("x")), "");
    maintenance.alter(List.of(new SchemaChange.Add("x", DataType.int64())), "");
    Schema schema = now().table().schema();
    assertThat(schema.field(schema.indexOf("x")).id()).isEqualTo(7);
    assertThat(schema.version()).isEqualTo(4);
  }

  @Test
  void changesOfTwoPeopleAreBothMade() throws IOException {
    TableMaintenance other = new TableMaintenance(table.table(), "other", () -> 1);
    maintenance.alter(List.of(new SchemaChange.Add("a", DataType.string())), "");
    other.alter(List.of(new SchemaChange.Add("b", DataType.string())), "");
    assertThat(now().table().schema().names()).endsWith("a", "b");
    assertThatThrownBy(
            () -> maintenance.alter(List.of(new SchemaChange.Add("b", DataType.string())), ""))
        .hasMessageContaining("there is a column 'b' already");
  }

  @Test
  void optionsComeBeforeWhatAJobSays() throws IOException {
    maintenance.setOptions(
        Map.of("segment.target-rows", "7", "ttl", "2 d", "history.time", "PT1H"), "");
    TableOptions options = now().table().options();
    assertThat(options.applyTo(WriterOptions.DEFAULTS).targetRows()).isEqualTo(7);
    UpkeepOptions upkeep = options.applyTo(UpkeepOptions.DEFAULTS);
    assertThat(upkeep.ttlMillis()).isEqualTo(2 * 86_400_000L);
    assertThat(upkeep.history()).isEqualTo(new HistoryOptions(3_600_000, 10));
    assertThat(maintenance.setOptions(Map.of("ttl", "2 d"), "")).isZero();
    java.util.Map<String, String> reset = new java.util.HashMap<>();
    reset.put("ttl", null);
    reset.put("projection.p.group-by", null);
    maintenance.setOptions(reset, "");
    assertThat(now().table().options().applyTo(UpkeepOptions.DEFAULTS).ttlMillis()).isZero();
    assertThat(now().table().definition().projections()).isEmpty();
  }

  @Test
  void aJobWithOtherColumnsIsToldSo() throws IOException {
    maintenance.alter(List.of(new SchemaChange.Rename("n", "count")), "");
    assertThat(now().table().rowsOf(DEFINITION).isIdentity()).isTrue(); // only its name is new
    assertThat(now().table().rowsOf(now().table().definition()).isIdentity()).isTrue();
    Schema other =
        Schema.builder()
            .timeColumn("ts", DataType.timestamp(3))
            .requiredColumn("day", DataType.int32())
            .column("id", DataType.string())
            .column("user", DataType.string())
            .column("total", DataType.int32())
            .build();
    TableDefinition declared =
        TableDefinition.builder(other)
            .partitionedBy("day")
            .bucketedBy(2, "user")
            .idColumn("id")
            .build();
    assertThatThrownBy(() -> now().table().rowsOf(declared))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("column 5 is 'count' int32, asked for 'total' int32")
        .hasMessageContaining("this is version 2");
  }

  @Test
  void aRewindKeepsColumnsAndUndoesATruncation() throws IOException {
    add(1, "a");
    add(2, "b");
    long before = table.commit(false);
    maintenance.alter(List.of(new SchemaChange.Add("x", DataType.int64(), true, "3", null)), "");
    long truncated = maintenance.truncate(List.of(Map.of("day", "1")), "");
    assertThat(rows()).isEqualTo(1);
    maintenance.truncate(List.of(Map.of()), "");
    assertThat(rows()).isZero();
    assertThat(now().state().facts().tombstones().size()).isEqualTo(1);
    assertThat(maintenance.truncate(List.of(Map.of("day", "7")), "")).isZero();

    rewind(truncated);
    assertThat(rows()).isEqualTo(1);
    rewind(before);
    assertThat(rows()).isEqualTo(2);
    assertThat(now().table().schema().names()).endsWith("x");
  }

  private void rewind(long target) throws IOException {
    RunId run = new RunId(now().number() + 1_000_000, 1);
    Author author = new Author("rewind-" + target, "test", "test");
    new RewindOperation(new RewindRequest(target, run, author), new LogView())
        .run(new FileCommitLog(table.table().store()), () -> 1, conflicts -> {});
  }

  /** What holds is in the state, not in the record that brought it. */
  @Test
  void columnsHoldWhenTheirRecordHasExpired() throws IOException {
    TableWatch sleeper = new TableWatch(now().table());
    add(1, "a");
    table.commit(true);
    long changed =
        maintenance.alter(
            List.of(new SchemaChange.Add("x", DataType.int64(), true, "3", null)), "");
    add(2, "b");
    table.commit(true);
    add(3, "c");
    table.commit(true);
    new TableUpkeep(table.table(), "test", () -> 1L << 40).expire(new HistoryOptions(1, 1), false);

    FileCommitLog log = new FileCommitLog(table.table().store());
    assertThat(log.base()).isGreaterThanOrEqualTo(changed);
    assertThat(log.read(changed)).isEmpty();
    assertThat(now().table().schema().names()).endsWith("x");
    assertThat(rowsWhoseLastIs(3)).isEqualTo(3);
    assertThat(sleeper.advance()).isTrue();
    assertThat(sleeper.table().schema().names()).endsWith("x");
    assertThat(sleeper.advance()).isFalse();
    add(4, "d");
    table.commit(false);
    assertThat(rowsWhoseLastIs(3)).isEqualTo(4);
  }

  @Test
  void filesKeepWhatATruncationHides() throws IOException {
    add(1, "a");
    add(2, "b");
    table.commit(false);
    maintenance.truncate(List.of(Map.of()), "");
    add(1, "c");
    table.commit(true); // seals both rows of day 1
    assertThat(rows()).isEqualTo(1);
    assertThat(now().rowCount()).isEqualTo(3);
    new TableErasure(table.table(), "test", () -> 1).erase(Filter.eq("id", "c"), "");
    assertThat(rows()).isZero();
    assertThat(now().rowCount()).isEqualTo(2);
  }

  /** A job's first rows may be sealed before any of them was visible. */
  @Test
  void aDeleteOfVisibleRowsLeavesThoseThatAreSealedBeforeTheyAreShown() throws IOException {
    add(1, "a");
    table.commit(true);
    add(1, "a");
    Fold fold = new Fold();
    fold.add(table.barrier(false));
    maintenance.delete(Filter.eq("id", "a"), "");
    fold.add(table.barrier(true));
    table.commit(fold);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void aDeleteHoldsAfterItsColumnIsGone() throws IOException {
    maintenance.alter(List.of(new SchemaChange.Add("x", DataType.string(), true, "old", null)), "");
    add(1, "a");
    table.commit(false);
    maintenance.delete(Filter.eq("x", "old"), "");
    maintenance.alter(List.of(new SchemaChange.Drop("x")), "");
    assertThat(rows()).isZero();
    add(1, "b");
    table.commit(false);
    table.commit(true); // seals what was in the tail, by the newest columns
    assertThat(rows()).isEqualTo(1);
  }
}
