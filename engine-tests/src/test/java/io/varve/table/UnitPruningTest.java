package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Selection;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** What is pruned must hold no row that is wanted, whatever the partitions' values look like. */
class UnitPruningTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("tenant", DataType.string())
          .column("region", DataType.of(TypeKind.INT32))
          .column("on", DataType.of(TypeKind.BOOLEAN))
          .build();
  private static final List<String> TENANTS =
      List.of("acme", "Acme", "", "a/b", "%null", "null", "ümläut", "x".repeat(200), "a.", "%61");

  @SeededTest(runs = 3)
  void onlyWhatCannotBeWantedIsLeftOut(Random random, @TempDir Path directory) throws IOException {
    TableDefinition definition =
        TableDefinition.builder(SCHEMA).partitionedBy("tenant", "region", "on").build();
    int pruned = 0;
    try (TestTable table = TestTable.create(directory, definition)) {
      for (int i = 0; i < 60; i++) {
        int row = i;
        int tenant = random.nextInt(TENANTS.size() + 1);
        int region = random.nextInt(4) - 2;
        boolean on = random.nextBoolean();
        table.add(
            sink -> {
              sink.setTimestamp(0, 1000L * row, 0);
              if (tenant < TENANTS.size()) {
                sink.setString(1, TENANTS.get(tenant));
              }
              if (region < 1) {
                sink.setLong(2, region);
              }
              sink.setBoolean(3, on);
            });
      }
      table.commit(random.nextBoolean());
      TableSnapshot snapshot = TableSnapshot.latest(table.table());
      for (int i = 0; i < 20; i++) {
        Filter filter = filter(random);
        BoundFilter bound = BoundFilter.of(filter, SCHEMA);
        UnitPruning pruning = new UnitPruning(bound, definition);
        for (ScanUnit unit : snapshot.units()) {
          if (!pruning.mayHold(unit)) {
            pruned++;
            assertThat(count(unit, bound, table.table())).as("%s of %s", filter, unit).isZero();
          }
        }
      }
    }
    assertThat(pruned).isPositive();
  }

  private static Filter filter(Random random) {
    String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
    return switch (random.nextInt(7)) {
      case 0 -> Filter.eq("tenant", tenant);
      case 1 -> Filter.ne("tenant", tenant);
      case 2 -> Filter.isNull("tenant");
      case 3 -> Filter.lt("region", random.nextInt(4) - 2);
      case 4 -> Filter.and(Filter.eq("on", random.nextBoolean()), Filter.gt("tenant", tenant));
      case 5 -> Filter.lt("ts", 1_000_000_000L * random.nextInt(60));
      default -> Filter.or(Filter.isNotNull("region"), Filter.eq("tenant", tenant));
    };
  }

  private static int count(ScanUnit unit, BoundFilter filter, TableDirectory table)
      throws IOException {
    int count = 0;
    Selection selection = new Selection();
    try (BlockSource source = unit.open(table)) {
      for (int block = 0; block < source.blockCount(); block++) {
        filter.select(new Block(source, block), selection);
        count += selection.count();
      }
    }
    return count;
  }
}
