package io.varve.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.testkit.GoldenFile;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes of a tail. */
class TailGoldenTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .build();

  private static final TailHeader HEADER = new TailHeader(new UUID(1, 2), 0x4d);

  private static final GoldenFile GOLDEN = GoldenFile.read(TailGoldenTest.class, "tail-v0.golden");

  @Test
  void writesTheseBytes() throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, 0x4d, 100);
    String[] users = {"bob", "alice", "bob"};
    long[] millis = {30, 10, 20};
    for (int row = 0; row < 3; row++) {
      buffer.setNext(100 + row, 5);
      buffer.setTimestamp(0, millis[row], 0);
      buffer.setString(1, users[row]);
      buffer.endRow();
    }
    MemoryFile file = new MemoryFile();
    long end = TailWriter.create(file, HEADER).append(buffer.batch(), "p=1");
    GOLDEN.assertMatches(file.toByteArray());
    assertThat(end).isEqualTo(GOLDEN.length());
  }

  @Test
  void readsTheseBytes() throws IOException {
    FrameRange range = new FrameRange(0, GOLDEN.length());
    MemoryFile file = MemoryFile.of(GOLDEN.bytes());
    try (TailReader reader = TailReader.open(file.input(), SCHEMA, range, "p=1")) {
      assertThat(reader.header()).isEqualTo(HEADER);
      assertThat(reader.frame(0)).isEqualTo(new TailFrame(36, 192, 0x4d, 5, 100, 3, 1, 36, "p=1"));
      RowBatch rows = new RowBatch(SCHEMA);
      rows.appendFrom(reader, 0);
      assertThat(RandomRows.rows(rows))
          .isEqualTo(
              List.of(
                  List.of(30_000_000L, "626f62", 0x4dL, 5L, 100L),
                  List.of(10_000_000L, "616c696365", 0x4dL, 5L, 101L),
                  List.of(20_000_000L, "626f62", 0x4dL, 5L, 102L)));
    }
  }
}
