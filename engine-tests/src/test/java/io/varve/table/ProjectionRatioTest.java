package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.schema.DataType;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many rows a group must stand for is the table's choice, else the job's. */
class ProjectionRatioTest {

  private static final int ROWS = 4096;

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(3))
          .column("n", DataType.int64())
          .column("cost", DataType.int64())
          .build();

  private static final TableDefinition TABLE =
      TableDefinition.builder(SCHEMA)
          .projection(Projection.parse("by_n", "n", "sum(cost)"))
          .build();

  @TempDir Path directory;

  /** Writes a segment of rows, each group of so many; returns how many projections it has. */
  private int projections(TestTable table, int rowsPerGroup) throws IOException {
    for (int i = 0; i < ROWS; i++) {
      int number = i;
      table.add(
          row -> {
            row.setLong(0, number * 1_000_000L);
            row.setLong(1, number / rowsPerGroup);
            row.setLong(2, 1);
          });
    }
    table.commit(true);
    TableSnapshot snapshot = TableSnapshot.latest(table.table());
    ScanUnit newest = snapshot.units().get(snapshot.units().size() - 1);
    for (ScanUnit unit : snapshot.units()) {
      newest = unit.file().compareTo(newest.file()) > 0 ? unit : newest;
    }
    try (BlockSource segment = newest.open(snapshot.table())) {
      return segment.preaggregations().size();
    }
  }

  private static SortedMap<String, String> ratio(String rows) {
    return new TreeMap<>(Map.of(TableOptions.MIN_ROWS_PER_GROUP, rows));
  }

  @Test
  void fourRowsAreWorthAGroup() throws IOException {
    try (TestTable table = TestTable.create(directory, TABLE)) {
      assertThat(projections(table, 4)).isEqualTo(1);
    }
    try (TestTable table = TestTable.create(directory.resolve("other"), TABLE)) {
      assertThat(projections(table, 3)).isZero();
    }
  }

  @Test
  void aJobMaySayOtherwise() throws IOException {
    try (TestTable table =
        TestTable.create(directory, TABLE, WriterOptions.DEFAULTS.withMinRowsPerGroup(1))) {
      assertThat(projections(table, 1)).isEqualTo(1);
    }
    try (TestTable table =
        TestTable.create(
            directory.resolve("other"), TABLE, WriterOptions.DEFAULTS.withMinRowsPerGroup(65))) {
      assertThat(projections(table, 64)).isZero();
    }
  }

  @Test
  void whatTheTableSaysHolds() throws IOException {
    try (TestTable table = TestTable.create(directory, TABLE)) {
      new TableMaintenance(table.table(), "a test", () -> 1).setOptions(ratio("2"), "a test");
      table.commit(false); // the writer learns it after a barrier
      assertThat(projections(table, 2)).isEqualTo(1);
    }
    assertThatThrownBy(() -> new TableOptions(ratio("0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("projection.min-rows-per-group must be positive, is 0");
  }
}
