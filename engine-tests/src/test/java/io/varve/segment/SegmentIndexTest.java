package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.encoding.BlockOptions;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whatever a column holds and however it is indexed, a search finds every row and no other. */
class SegmentIndexTest {

  private static final int MANY = 100_000;

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("id", DataType.string())
          .column("session", DataType.string())
          .column("number", DataType.int64())
          .build();

  /** Ids and, as a bloom column of text and one of numbers, sessions of three rows each. */
  private static MemoryFile many() throws IOException {
    RowBuffer rows = new RowBuffer(SCHEMA, 1, 0);
    for (int i = 0; i < MANY; i++) {
      rows.setTimestamp(0, i, 0);
      rows.setString(1, id(i));
      rows.setString(2, "session-" + i / 2);
      rows.setLong(3, i / 2 * 1_000_003L);
      rows.endRow();
    }
    return write(rows.batch(), Set.of(2), Set.of(3, 4));
  }

  private static String id(long i) {
    return "01HQ" + String.format(Locale.ROOT, "%022d", i * 7_777_777L);
  }

  private static MemoryFile write(RowBatch batch, Set<Integer> ids, Set<Integer> bloom)
      throws IOException {
    MemoryFile file = new MemoryFile();
    SegmentOptions options = new SegmentOptions(BlockOptions.SEALED, ids, bloom, Set.of());
    SegmentWriter.write(file, batch, SegmentRandomTest.ORIGIN, options);
    return file;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void findsTheRowOfEveryId() throws IOException {
    try (SegmentReader reader = SegmentReader.open(many().input())) {
      for (long i = 0; i < MANY; i += 97) {
        assertThat(reader.rowsOf(2, bytes(id(i)))).containsExactly(i);
        assertThat(reader.rowsOf(3, bytes("session-" + i / 2)))
            .containsExactly(i / 2 * 2, i / 2 * 2 + 1);
        assertThat(reader.rowsOf(4, i / 2 * 1_000_003L)).containsExactly(i / 2 * 2, i / 2 * 2 + 1);
      }
      reader.verify();
    }
  }

  @Test
  void aHitReadsOneBlockAndAMissReadsNothing() throws IOException {
    MemoryFile file = many();
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      reader.rowsOf(2, bytes(id(5))); // reads bloom filter, head of the index, lengths of blocks
      long before = file.bytesRead();
      for (long i = 90_000; i > 0; i -= 1_000) {
        assertThat(reader.rowsOf(2, bytes(id(i)))).containsExactly(i);
      }
      assertThat((file.bytesRead() - before) / 90).isBetween(1L, 30_000L);
      before = file.bytesRead();
      int passed = 0;
      for (int i = 0; i < 10_000; i++) {
        long[] blocks = reader.blocksThatMayHold(2, bytes("absent-" + i));
        passed += LongStream.of(blocks).allMatch(word -> word == 0) ? 0 : 1;
      }
      assertThat(passed).as("absent values that passed bloom filter and index").isLessThan(40);
      assertThat(file.bytesRead() - before).isLessThan(100 * 2500);
    }
  }

  @Test
  void bloomAndIndexTakeFiveBytesForAnId() throws IOException {
    MemoryFile file = many();
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      SegmentDescription.OfColumn ids = reader.describe().columns().get(1);
      assertThat(ids.partBytes().get(Part.BLOOM)).isLessThan(MANY * 16 / 10);
      assertThat(ids.partBytes().get(Part.VALUE_INDEX)).isLessThan(MANY * 3);
      assertThat(ids.partBytes()).doesNotContainKey(Part.DICTIONARY);
    }
  }

  @Test
  void aValueInEveryRowIsFoundInEveryBlock() throws IOException {
    RowBuffer rows = new RowBuffer(SCHEMA, 1, 0);
    for (int i = 0; i < 70_000; i++) {
      rows.setTimestamp(0, i, 0);
      rows.setString(1, "always the same, though an id");
      rows.endRow();
    }
    try (SegmentReader reader =
        SegmentReader.open(write(rows.batch(), Set.of(2), Set.of()).input())) {
      reader.verify();
      assertThat(reader.rowsOf(2, bytes("always the same, though an id")))
          .isEqualTo(LongStream.range(0, 70_000).toArray());
      assertThat(reader.rowsOf(2, bytes("another"))).isEmpty();
      assertThat(reader.rowsOf(3, bytes("null all over"))).isEmpty();
    }
  }

  @SeededTest(runs = 150)
  void searchesAgreeWithAScan(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    int rows = 1 + random.nextInt(random.nextBoolean() ? 50 : 4000);
    RowBatch batch = RandomRows.batch(random, schema, rows, 1);
    MemoryFile file = new MemoryFile();
    SegmentWriter.write(
        file, batch, SegmentRandomTest.ORIGIN, SegmentRandomTest.options(random, schema));
    List<Integer> order = SegmentRandomTest.expectedOrder(batch);
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      for (int i = 0; i < schema.size(); i++) {
        int fieldId = schema.field(i).id();
        Column column = batch.column(i);
        for (int n = 0; n < 20; n++) {
          int row = random.nextInt(rows);
          boolean absent = random.nextInt(4) == 0;
          if (column instanceof LongColumn values) {
            long value = absent ? random.nextLong() : values.get(row);
            assertThat(reader.rowsOf(fieldId, value))
                .isEqualTo(scan(order, at -> !column.isNull(at) && values.get(at) == value));
          } else if (column instanceof BinaryColumn values) {
            byte[] value = absent ? new byte[] {1, (byte) n} : values.get(row);
            assertThat(reader.rowsOf(fieldId, value))
                .isEqualTo(
                    scan(
                        order,
                        at ->
                            !column.isNull(at) && java.util.Arrays.equals(values.get(at), value)));
          }
        }
      }
    }
  }

  private static long[] scan(List<Integer> order, java.util.function.IntPredicate fits) {
    return LongStream.range(0, order.size()).filter(i -> fits.test(order.get((int) i))).toArray();
  }
}
