package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.schema.TableDefinition;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import io.varve.testkit.TestTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanPlanTest {

  @TempDir Path directory;

  private TableSnapshot write() throws Exception {
    TableDefinition definition =
        TableDefinition.builder(Usage.SCHEMA).partitionedBy("model").build();
    try (TestTable table = TestTable.create(directory, definition)) {
      Usage.addAll(table, Usage.random(new Random(1), 0, 20_000));
      table.commit(true);
      Usage.addAll(table, Usage.random(new Random(2), 20_000, 1000));
      table.commit(false);
      return TableSnapshot.latest(table.table());
    }
  }

  @Test
  void everyBlockIsInOneSplit() throws Exception {
    TableSnapshot snapshot = write();

    List<VarveSplit> splits = ScanPlan.of(snapshot, 2).splits();

    for (ScanUnit unit : snapshot.units()) {
      List<VarveSplit> own = splits.stream().filter(split -> split.unit().equals(unit)).toList();
      if (unit instanceof ScanUnit.OfTail) {
        assertThat(own).extracting(VarveSplit::toBlock).containsExactly(VarveSplit.ALL_BLOCKS);
        continue;
      }
      int next = 0;
      for (VarveSplit split : own) {
        assertThat(split.fromBlock()).isEqualTo(next).isEqualTo(split.nextBlock());
        assertThat(split.toBlock() - next).isBetween(1, 2);
        next = split.toBlock();
      }
      assertThat(next).isEqualTo((int) ((unit.rows() + 1023) / 1024));
    }
    for (int i = 0; i < splits.size(); i++) {
      assertThat(splits.get(i).number()).isEqualTo(i);
    }
  }

  @Test
  void theSameCommitGivesTheSamePlan() throws Exception {
    TableSnapshot snapshot = write();

    TableSnapshot again = TableSnapshot.at(snapshot.table(), snapshot.number());

    assertThat(ScanPlan.of(again, 3)).isEqualTo(ScanPlan.of(snapshot, 3));
  }

  @Test
  void splitsGrowWithTheTableBetweenBounds() {
    assertThat(ScanPlan.blocksPerSplit(0, 1000, 4)).isEqualTo(64);
    assertThat(ScanPlan.blocksPerSplit(0, 10_000_000, 4)).isEqualTo(306);
    assertThat(ScanPlan.blocksPerSplit(0, 10_000_000_000L, 4)).isEqualTo(1024);
    assertThat(ScanPlan.blocksPerSplit(1, 10_000_000, 4)).isEqualTo(1);
    assertThat(ScanPlan.blocksPerSplit(1025, 10_000_000, 4)).isEqualTo(2);
    assertThat(ScanPlan.blocksPerSplit(Integer.MAX_VALUE, 1, 1)).isEqualTo(1 << 21);
  }
}
