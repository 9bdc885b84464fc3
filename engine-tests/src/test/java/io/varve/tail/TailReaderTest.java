package io.varve.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.column.ZoneMap;
import io.varve.io.CorruptFileException;
import io.varve.io.SchemaMismatchException;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.testkit.MemoryFile;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How rows become frames and what a reader of frames says of them. */
class TailReaderTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .column("tokens", DataType.int32())
          .build();

  private static final TailHeader HEADER = new TailHeader(new UUID(3, 4), 99);

  private final MemoryFile file = new MemoryFile();

  private static RowBatch batch(int rows, int rowsPerLayer) {
    RowBuffer buffer = new RowBuffer(SCHEMA, 99, 500);
    for (int row = 0; row < rows; row++) {
      buffer.setNext(500 + row, row / rowsPerLayer);
      buffer.setTimestamp(0, 1000 - row, 0);
      buffer.setString(1, "user-" + row % 7);
      buffer.setLong(2, row);
      buffer.endRow();
    }
    return buffer.batch();
  }

  private TailReader open(long from, long to, String... partition) throws IOException {
    return TailReader.open(
        file.input(),
        SCHEMA,
        new FrameRange(from, to),
        partition.length == 0 ? null : partition[0]);
  }

  @Test
  void aFrameHasAtMostABlockOfRowsOfOneLayer() throws IOException {
    TailWriter writer = TailWriter.create(file, HEADER);
    long end = writer.append(batch(3000, 1500), "p");
    try (TailReader reader = open(0, end)) {
      assertThat(reader.blockCount()).isEqualTo(4);
      assertThat(List.of(0, 1, 2, 3).stream().map(reader::rowCount).toList())
          .containsExactly(BlockSource.MAX_BLOCK_ROWS, 476, 1024, 476);
      TailFrame frame = reader.frame(2);
      assertThat(frame.layer()).isEqualTo(1);
      assertThat(frame.firstSequence()).isEqualTo(2000);
      assertThat(frame.schemaVersion()).isEqualTo(1);
      assertThat(frame.partition()).isEqualTo("p");
      assertThat(reader.frame(3).end()).isEqualTo(end);
      assertThat(((LongColumn) reader.read(2, HiddenField.LAYER.id())).get(1023)).isEqualTo(1);
      assertThat(((LongColumn) reader.read(2, HiddenField.SEQUENCE.id())).get(5)).isEqualTo(2005);
      assertThat(((LongColumn) reader.read(2, HiddenField.WRITER.id())).get(5)).isEqualTo(99);
    }
  }

  @Test
  void rowsStayInTheOrderInWhichTheyCame() throws IOException {
    TailWriter writer = TailWriter.create(file, HEADER);
    try (TailReader reader = open(0, writer.append(batch(10, 10), ""))) {
      assertThat(((LongColumn) reader.read(0, 1)).get(0)).isEqualTo(1000_000_000L);
      assertThat(((LongColumn) reader.read(0, 1)).get(9)).isEqualTo(991_000_000L);
    }
  }

  @Test
  void largeValuesEndAFrame() throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, 99, 0);
    for (int row = 0; row < 10; row++) {
      buffer.setTimestamp(0, row, 0);
      buffer.setString(1, "x".repeat(3 << 20));
      buffer.endRow();
    }
    TailWriter writer = TailWriter.create(file, HEADER);
    try (TailReader reader = open(0, writer.append(buffer.batch(), ""))) {
      assertThat(reader.blockCount()).isEqualTo(5);
    }
  }

  @Test
  void zoneMapsComeWithEnoughRows() throws IOException {
    TailWriter writer = TailWriter.create(file, HEADER);
    writer.append(batch(63, 1000), "");
    long end = writer.append(batch(64, 1000), "");
    try (TailReader reader = open(0, end)) {
      assertThat(reader.zoneMap(0, 3)).isNull();
      assertThat(reader.zoneMap(1, 3)).isEqualTo(new ZoneMap.OfLong(64, 0, 0, 63, Int128.of(2016)));
      assertThat(reader.zoneMap(0, HiddenField.WRITER.id()))
          .isEqualTo(new ZoneMap.OfLong(63, 0, 99, 99, Int128.of(63 * 99)));
    }
  }

  @Test
  void framesOfOtherPartitionsAreLeftOut() throws IOException {
    TailWriter writer = TailWriter.create(file, HEADER);
    long first = writer.append(batch(3, 10), "a", 0);
    long other = writer.append(batch(4, 10), "b", first);
    long end = writer.append(batch(5, 10), "a", first);
    try (TailReader reader = open(0, end, "a")) {
      assertThat(reader.blockCount()).isEqualTo(2);
      assertThat(reader.rowCount(0)).isEqualTo(3);
      assertThat(reader.rowCount(1)).isEqualTo(5);
      assertThat(reader.frame(1).previous()).isEqualTo(first);
    }
    try (TailReader reader = open(first, other, "b")) {
      assertThat(reader.blockCount()).isEqualTo(1);
      assertThat(reader.rowCount(0)).isEqualTo(4);
    }
    assertThatThrownBy(() -> open(0, end, "b"))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("expected a frame of b, found one of a");
    assertThatThrownBy(() -> open(other, end, "a"))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("expected a frame before it that ends at byte " + other);
  }

  @Test
  void framesOfSeveralSchemasAreReadWithTheLastOne() throws IOException {
    Schema later =
        new Schema(
            2,
            List.of(
                new Field(3, "total", DataType.int64(), true),
                new Field(1, "ts", DataType.timestampLtz(9), false),
                new Field(4, "note", DataType.string(), true)),
            1);
    TailWriter writer = TailWriter.create(file, HEADER);
    writer.append(batch(3, 10), "");
    RowBuffer buffer = new RowBuffer(later, 99, 600);
    buffer.setLong(0, 1L << 40);
    buffer.setTimestamp(1, 7, 0);
    buffer.setString(2, "new");
    buffer.endRow();
    long end = writer.append(buffer.batch(), "");
    FrameRange range = new FrameRange(0, end);
    try (TailReader reader = TailReader.open(file.input(), later, range, null)) {
      assertThat(((LongColumn) reader.read(0, 3)).get(2)).isEqualTo(2);
      assertThat(reader.read(0, 4).isNull(0)).isTrue();
      assertThat(reader.read(0, 4).size()).isEqualTo(3);
      assertThat(((LongColumn) reader.read(1, 3)).get(0)).isEqualTo(1L << 40);
      assertThat(reader.frame(1).schemaVersion()).isEqualTo(2);
    }
    Schema wrong =
        new Schema(
            3,
            List.of(
                new Field(1, "ts", DataType.timestampLtz(9), false),
                new Field(2, "user", DataType.float64(), true)),
            1);
    assertThatThrownBy(() -> TailReader.open(file.input(), wrong, range, null))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("'user' (id 2) is stored as BINARY");
  }

  @Test
  void aFrameOfALaterSchemaIsRefused() throws IOException {
    Schema later = new Schema(2, SCHEMA.fields(), 1);
    RowBuffer buffer = new RowBuffer(later, 99, 600);
    buffer.setTimestamp(0, 7, 0);
    buffer.endRow();
    TailWriter writer = TailWriter.create(file, HEADER);
    long end = writer.append(buffer.batch(), "");
    assertThatThrownBy(() -> open(0, end))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("the frame at byte 36 was written with version 2")
        .hasMessageContaining("is version 1")
        .hasMessageContaining("newest schema");
  }

  @Test
  void aFrameOfManyMebibytesComesBack() throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, 99, 0);
    String text = "0123456789abcdef".repeat(1 << 20); // twice what is read unchecked
    buffer.setTimestamp(0, 7, 0);
    buffer.setString(1, text);
    buffer.endRow();
    TailWriter writer = TailWriter.create(file, HEADER);
    long end = writer.append(buffer.batch(), "");
    try (TailReader reader = open(0, end)) {
      assertThat(((BinaryColumn) reader.read(0, 2)).getString(0)).isEqualTo(text);
    }
    byte[] damaged = file.toByteArray();
    damaged[damaged.length / 2] ^= 1;
    FrameRange range = new FrameRange(0, end);
    assertThatThrownBy(() -> TailReader.open(MemoryFile.of(damaged).input(), SCHEMA, range, null))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("damaged at byte 36: expected checksum ");
  }

  @Test
  void rowsOfAnotherWriterAreRefused() throws IOException {
    TailWriter writer = TailWriter.create(file, new TailHeader(new UUID(3, 4), 98));
    long before = writer.position();
    assertThatThrownBy(() -> writer.append(batch(3, 10), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("writer 99")
        .hasMessageContaining("writer 98");
    assertThat(writer.position()).isEqualTo(before);
  }

  @Test
  void noRowsAreNoFrame() throws IOException {
    TailWriter writer = TailWriter.create(file, HEADER);
    assertThat(writer.append(new RowBatch(SCHEMA), "")).isEqualTo(writer.position());
    assertThat(TailScan.scanFrames(file.input(), 0).frames()).isEmpty();
  }

  @Test
  void aTailBeginsItsFile() {
    assertThatThrownBy(() -> TailWriter.create(MemoryFile.of(new byte[3]), HEADER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClosedReaderSaysSo() throws IOException {
    TailWriter writer = TailWriter.create(file, HEADER);
    TailReader reader = open(0, writer.append(batch(3, 10), ""));
    reader.close();
    assertThatThrownBy(() -> reader.read(0, 1)).isInstanceOf(IllegalStateException.class);
  }
}
