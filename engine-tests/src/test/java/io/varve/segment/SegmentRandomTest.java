package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.Column;
import io.varve.column.RowBatch;
import io.varve.encoding.BlockOptions;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is written to a segment comes back, in order, whatever the types and values are. */
class SegmentRandomTest {

  static final SegmentOrigin ORIGIN =
      new SegmentOrigin(
          new UUID(1, 2),
          "day=2024-01-01/bucket-0001",
          77,
          List.of(
              new Replaced.Segment("segments/4d-1.vseg"),
              new Replaced.TailRange("tail/4d-2.vtail", 36, 4711)));

  @SeededTest(runs = 150)
  void roundTrips(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    int rows = 1 + random.nextInt(random.nextBoolean() ? 50 : 5000);
    RowBatch batch = RandomRows.batch(random, schema, rows, random.nextLong());
    MemoryFile file = new MemoryFile();
    SegmentInfo info = SegmentWriter.write(file, batch, ORIGIN, options(random, schema));

    RowBatch back = new RowBatch(schema);
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      assertThat(reader.info()).isEqualTo(info);
      assertThat(reader.fileSchema()).isEqualTo(schema);
      for (int block = 0; block < reader.blockCount(); block++) {
        back.appendFrom(reader, block);
      }
      reader.verify();
    }
    List<Integer> order = expectedOrder(batch);
    for (int row = 0; row < rows; row++) {
      assertThat(RandomRows.row(back, row))
          .as("row %s", row)
          .isEqualTo(RandomRows.row(batch, order.get(row)));
    }
    assertThat(back.rowCount()).isEqualTo(rows);
    assertThat(info.fileBytes()).isEqualTo(file.position());
  }

  static SegmentOptions options(Random random, Schema schema) {
    Set<Integer> bloom = new HashSet<>();
    Set<Integer> tally = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < schema.size(); i++) {
      if (schema.storage(i) == Storage.BINARY || schema.storage(i) == Storage.LONG) {
        List.of(bloom, tally, ids, new HashSet<Integer>())
            .get(random.nextInt(4))
            .add(schema.field(i).id());
      }
    }
    BlockOptions blocks =
        random.nextBoolean()
            ? BlockOptions.SEALED
            : new BlockOptions(random.nextInt(4), 256 + random.nextInt(4000), random.nextBoolean());
    return new SegmentOptions(blocks, ids, bloom, tally);
  }

  static List<Integer> expectedOrder(RowBatch batch) {
    return IntStream.range(0, batch.rowCount())
        .boxed()
        .sorted(
            (a, b) -> {
              int byTime = Long.compare(batch.time().get(a), batch.time().get(b));
              for (HiddenField field : HiddenField.values()) {
                if (byTime == 0) {
                  byTime = Long.compare(batch.hidden(field).get(a), batch.hidden(field).get(b));
                }
              }
              return byTime;
            })
        .toList();
  }

  @SeededTest(runs = 50)
  void readsColumnsAndBlocksInAnyOrder(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    RowBatch batch = RandomRows.batch(random, schema, 1 + random.nextInt(6000), 1);
    MemoryFile file = new MemoryFile();
    SegmentWriter.write(file, batch, ORIGIN, options(random, schema));
    List<Integer> order = expectedOrder(batch);
    try (SegmentReader reader = SegmentReader.open(file.input(), schema)) {
      for (int i = 0; i < 50; i++) {
        int block = random.nextInt(reader.blockCount());
        int index = random.nextInt(schema.size());
        Column column = reader.read(block, schema.field(index).id());
        assertThat(column.size()).isEqualTo(reader.rowCount(block));
        int row = random.nextInt(column.size());
        @Nullable Object expected =
            RandomRows.value(batch.column(index), order.get(block * 1024 + row));
        assertThat(RandomRows.value(column, row)).isEqualTo(expected);
      }
    }
  }
}
