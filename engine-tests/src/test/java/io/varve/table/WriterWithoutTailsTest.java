package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.protocol.StoredFile;
import io.varve.testkit.MemoryFileStore;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Where a file is only there when it is closed, no row waits in one, whatever memory there is. */
class WriterWithoutTailsTest {

  private static final TableDefinition TABLE =
      TableDefinition.builder(
              Schema.builder()
                  .timeColumn("ts", DataType.timestamp(3))
                  .column("n", DataType.int64())
                  .column("tenant", DataType.int64())
                  .build())
          .partitionedBy("tenant")
          .build();

  @SeededTest(runs = 10)
  void eachBarrierSeals(Random random) throws IOException {
    MemoryFileStore store = MemoryFileStore.ofObjects();
    // From room for everything down to less than a few partitions' buffers.
    WriterOptions options =
        WriterOptions.DEFAULTS
            .withBufferBytes(1L << (16 + random.nextInt(8)))
            .withTargetRows(300 + random.nextInt(2_000));
    int tenants = 1 + random.nextInt(20);
    List<Long> rows = new ArrayList<>();
    try (TestTable table = TestTable.create(store, TABLE, options)) {
      for (int barrier = 0; barrier < 4; barrier++) {
        for (int i = random.nextInt(2_000); i > 0; i--) {
          long number = rows.size();
          long tenant = random.nextInt(tenants);
          table.add(
              row -> {
                row.setTimestamp(0, number, 0);
                row.setLong(1, number);
                row.setLong(2, tenant);
              });
          rows.add(number);
        }
        table.commit(false);
        assertThat(UpkeepFixture.rows(TableSnapshot.latest(table.table()))).isEqualTo(rows);
      }
    }
    assertThat(new FileCommitLog(store).files())
        .extracting(StoredFile::file)
        .isNotEmpty()
        .allMatch(file -> file.endsWith(".vseg"));
  }
}
