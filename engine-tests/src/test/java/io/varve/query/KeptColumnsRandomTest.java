package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.schema.Schema;
import io.varve.testkit.PlainFilter;
import io.varve.testkit.RandomRows;
import io.varve.testkit.RandomTable;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A column that was kept stays what it was, whatever is read of its source afterwards. */
class KeptColumnsRandomTest {

  private record Kept(Column column, List<@Nullable Object> values) {}

  @SeededTest(runs = 150)
  void keptColumnsNeverChange(Random random) throws IOException {
    RandomTable table = new RandomTable(random, 5000);
    Schema schema = table.schema();
    BoundFilter filter = BoundFilter.of(PlainFilter.random(table, random, 2), schema);
    Selection selection = new Selection();
    List<Kept> all = new ArrayList<>();
    for (RandomParts.Part part : RandomParts.of(table, random)) {
      BlockSource source = part.source();
      for (int index = 0; index < source.blockCount(); index++) {
        for (int i = 0; i < schema.size(); i++) {
          readOther(source, random);
          Block block = new Block(source, index);
          if (random.nextBoolean()) {
            filter.select(block, selection);
          }
          if (random.nextInt(3) > 0) {
            int fieldId = schema.field(i).id();
            List<@Nullable Object> read =
                random.nextBoolean() ? values(block.column(fieldId)) : List.of();
            Column column = block.keep(fieldId);
            List<@Nullable Object> values = values(source.read(index, fieldId));
            assertThat(values(column)).isEqualTo(read.isEmpty() ? values : read);
            all.add(new Kept(column, values));
          }
        }
      }
      source.close();
    }
    for (Kept kept : all) {
      assertThat(values(kept.column)).isEqualTo(kept.values);
    }
  }

  /** Anything that may use the source's memory again. */
  private static void readOther(BlockSource source, Random random) throws IOException {
    Schema schema = source.schema();
    int column = random.nextInt(schema.size());
    int fieldId = schema.field(column).id();
    int block = random.nextInt(source.blockCount());
    int row = random.nextInt(source.rowCount(block));
    switch (random.nextInt(4)) {
      case 0 -> source.read(block, fieldId);
      case 1 -> source.read(block, fieldId, row, row + 1);
      case 2 -> source.readRow(block, fieldId, row, Column.create(schema.storage(column)));
      default -> source.zoneMap(block, fieldId);
    }
  }

  private static List<@Nullable Object> values(Column column) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int row = 0; row < column.size(); row++) {
      values.add(RandomRows.value(column, row));
    }
    return values;
  }
}
