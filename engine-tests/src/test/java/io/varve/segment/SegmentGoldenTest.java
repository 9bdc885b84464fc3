package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.encoding.BlockOptions;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.testkit.GoldenFile;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes of a segment. */
class SegmentGoldenTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .column("id", DataType.string())
          .build();

  private static final SegmentOrigin ORIGIN =
      new SegmentOrigin(
          new UUID(1, 2),
          "p=1",
          0x4d,
          List.of(new Replaced.Segment("a.vseg"), new Replaced.TailRange("b.vtail", 36, 200)));

  private static final GoldenFile GOLDEN =
      GoldenFile.read(SegmentGoldenTest.class, "segment-v0.golden");

  @Test
  void writesTheseBytes() throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, 0x4d, 100);
    String[] users = {"bob", "alice", "bob"};
    long[] millis = {30, 10, 20};
    for (int row = 0; row < 3; row++) {
      buffer.setNext(100 + row, 5);
      buffer.setTimestamp(0, millis[row], 0);
      buffer.setString(1, users[row]);
      buffer.setString(2, "id-" + row);
      buffer.endRow();
    }
    MemoryFile file = new MemoryFile();
    SegmentOptions options =
        new SegmentOptions(BlockOptions.SEALED, Set.of(3), Set.of(2), Set.of(2));
    SegmentWriter.write(file, buffer.batch(), ORIGIN, options);
    GOLDEN.assertMatches(file.toByteArray());
  }

  @Test
  void readsTheseBytes() throws IOException {
    try (SegmentReader reader = SegmentReader.open(MemoryFile.of(GOLDEN.bytes()).input())) {
      reader.verify();
      assertThat(reader.info().origin()).isEqualTo(ORIGIN);
      assertThat(reader.fileSchema()).isEqualTo(SCHEMA);
      assertThat(reader.countsPerCode(2)).containsExactly(1, 2);
      assertThat(reader.rowsOf(3, new byte[] {'i', 'd', '-', '2'})).containsExactly(1);
      RowBatch rows = new RowBatch(SCHEMA);
      rows.appendFrom(reader, 0);
      assertThat(RandomRows.rows(rows))
          .isEqualTo(
              List.of(
                  List.of(10_000_000L, "616c696365", "69642d31", 0x4dL, 5L, 101L),
                  List.of(20_000_000L, "626f62", "69642d32", 0x4dL, 5L, 102L),
                  List.of(30_000_000L, "626f62", "69642d30", 0x4dL, 5L, 100L)));
    }
  }
}
