package io.varve.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.SchemaMismatchException;
import io.varve.io.UnsupportedVersionException;
import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.testkit.Allocations;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A damaged or cut tail gives an error when the range that is read is touched, and the right rows
 * otherwise; a scan stops at the last frame that is whole.
 */
class TailDamageTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .column("cost", DataType.float64())
          .build();

  private static final TailHeader HEADER = new TailHeader(new UUID(3, 4), 99);

  /** Many times what reading the range takes, much less than a wild length would ask for. */
  private static final long MAX_ALLOCATION = 4 << 20;

  /** A tail of some frames, and where each of them ends; the first end is that of the header. */
  private record Tail(byte[] bytes, List<Long> ends) {}

  private static Tail tail(Random random, int frames, int rows) throws IOException {
    MemoryFile file = new MemoryFile();
    TailWriter writer = TailWriter.create(file, HEADER);
    List<Long> ends = new ArrayList<>(List.of(writer.position()));
    for (int i = 0; i < frames; i++) {
      RowBatch batch = RandomRows.batch(random, SCHEMA, 1 + random.nextInt(rows), 99);
      LongColumn layers = batch.hidden(HiddenField.LAYER);
      layers.clear(); // one layer, so that the rows are one frame
      for (int row = batch.column(0).size(); row > 0; row--) {
        layers.append(4);
      }
      ends.add(writer.append(batch, "p"));
    }
    return new Tail(file.toByteArray(), ends);
  }

  private static List<?> rows(byte[] bytes, long from, long to) throws IOException {
    RowBatch rows = new RowBatch(SCHEMA);
    FrameRange range = new FrameRange(from, to);
    try (TailReader reader = TailReader.open(MemoryFile.of(bytes).input(), SCHEMA, range, null)) {
      for (int block = 0; block < reader.blockCount(); block++) {
        rows.appendFrom(reader, block);
      }
    }
    return RandomRows.rows(rows);
  }

  @Test
  void everyFlippedByteInTheRangeIsNoticedAndNoOther() throws IOException {
    Tail tail = tail(new Random(1), 3, 90);
    byte[] bytes = tail.bytes();
    long from = tail.ends().get(1);
    long to = tail.ends().get(2);
    List<?> expected = rows(bytes, from, to);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= (byte) 0x81;
      long before = Allocations.bytes();
      if (i < TailFormat.HEADER_BYTES || (i >= from && i < to)) {
        assertThatThrownBy(() -> rows(bytes, from, to))
            .as("byte %s", i)
            .isInstanceOf(CorruptFileException.class)
            .hasMessageContaining("memory");
      } else {
        assertThat(rows(bytes, from, to)).as("byte %s", i).isEqualTo(expected);
      }
      assertThat(Allocations.bytes() - before).as("byte %s", i).isLessThan(MAX_ALLOCATION);
      bytes[i] ^= (byte) 0x81;
    }
  }

  private static List<?> rows(byte[] bytes, FrameRange range, String partition) throws IOException {
    RowBatch rows = new RowBatch(SCHEMA);
    try (TailReader reader =
        TailReader.open(MemoryFile.of(bytes).input(), SCHEMA, range, partition)) {
      for (int block = 0; block < reader.blockCount(); block++) {
        rows.appendFrom(reader, block);
      }
    }
    return RandomRows.rows(rows);
  }

  /** A partition's frames in a shared tail: damage of others' is none of its business. */
  @Test
  void everyFlippedByteOfAPartitionsFramesIsNoticedAndNoOther() throws IOException {
    Random random = new Random(7);
    MemoryFile file = new MemoryFile();
    TailWriter writer = TailWriter.create(file, HEADER);
    List<FrameRange> own = new ArrayList<>();
    long[] ends = {writer.position(), writer.position()};
    for (int i = 0; i < 7; i++) {
      int partition = i % 3 == 1 ? 1 : 0;
      RowBatch batch = RandomRows.batch(random, SCHEMA, 20, 99);
      long start = writer.position();
      ends[partition] = writer.append(batch, partition == 0 ? "a" : "b", ends[partition]);
      if (partition == 0) {
        own.add(new FrameRange(start, ends[0]));
      }
    }
    byte[] bytes = file.toByteArray();
    FrameRange range = new FrameRange(0, ends[0]);
    List<?> expected = rows(bytes, range, "a");
    for (int i = 0; i < bytes.length; i++) {
      long at = i;
      bytes[i] ^= (byte) 0x81;
      long before = Allocations.bytes();
      boolean isOwn = own.stream().anyMatch(frame -> at >= frame.from() && at < frame.to());
      if (i < TailFormat.HEADER_BYTES || isOwn) {
        assertThatThrownBy(() -> rows(bytes, range, "a"))
            .as("byte %s", i)
            .isInstanceOf(CorruptFileException.class);
      } else {
        assertThat(rows(bytes, range, "a")).as("byte %s", i).isEqualTo(expected);
      }
      assertThat(Allocations.bytes() - before).as("byte %s", i).isLessThan(MAX_ALLOCATION);
      bytes[i] ^= (byte) 0x81;
    }
  }

  @Test
  void aScanStopsAtTheLastFrameThatIsWholeWhereverTheFileIsCut() throws IOException {
    Tail tail = tail(new Random(2), 4, 70);
    for (int length = TailFormat.HEADER_BYTES; length <= tail.bytes().length; length++) {
      byte[] cut = Arrays.copyOf(tail.bytes(), length);
      TailScan scan = TailScan.scanFrames(MemoryFile.of(cut).input(), 0);
      int last = 0;
      while (last + 1 < tail.ends().size() && tail.ends().get(last + 1) <= length) {
        last++;
      }
      assertThat(scan.end()).isEqualTo(tail.ends().get(last));
      assertThat(scan.frames()).hasSize(last);
      assertThat(scan.isTorn()).isEqualTo(length > scan.end());
      assertThat(scan.problem().isEmpty()).isEqualTo(!scan.isTorn());
      assertThat(rows(cut, 0, scan.end())).isEqualTo(rows(tail.bytes(), 0, scan.end()));
    }
  }

  @Test
  void aCutHeaderIsDamage() throws IOException {
    Tail tail = tail(new Random(2), 1, 5);
    for (int length = 0; length < TailFormat.HEADER_BYTES; length++) {
      byte[] cut = Arrays.copyOf(tail.bytes(), length);
      assertThatThrownBy(() -> TailScan.scanFrames(MemoryFile.of(cut).input(), 0))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("header of a tail");
    }
  }

  @SeededTest(runs = 100)
  void aScanOverNoiseNeverReturnsAFrameThatWasNotWritten(Random random) throws IOException {
    Tail tail = tail(random, 1 + random.nextInt(4), 200);
    int good = random.nextInt(tail.ends().size());
    long end = tail.ends().get(good);
    byte[] noise = new byte[random.nextInt(300)];
    if (random.nextInt(3) > 0) {
      random.nextBytes(noise);
    }
    byte[] bytes = Arrays.copyOf(tail.bytes(), (int) end + noise.length);
    System.arraycopy(noise, 0, bytes, (int) end, noise.length);
    TailScan scan = TailScan.scanFrames(MemoryFile.of(bytes).input(), 0);
    assertThat(scan.end()).isEqualTo(end);
    assertThat(scan.frames()).hasSize(good);
    assertThat(scan.isTorn()).isEqualTo(noise.length > 0);
    assertThat(scan.fileBytes()).isEqualTo(bytes.length);
  }

  @Test
  void aRangeThatIsNotBetweenFrameEndsIsRefused() throws IOException {
    Tail tail = tail(new Random(3), 2, 20);
    long end = tail.ends().get(2);
    for (long to = tail.ends().get(1) + 1; to < end; to++) {
      long cut = to;
      assertThatThrownBy(() -> rows(tail.bytes(), 0, cut))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("damaged at byte " + tail.ends().get(1));
    }
    assertThatThrownBy(() -> rows(tail.bytes(), 0, end + 1))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("the end of the file");
    assertThatThrownBy(() -> rows(tail.bytes(), tail.ends().get(1) + 8, end))
        .isInstanceOf(CorruptFileException.class);
    assertThat(rows(tail.bytes(), end, end)).isEmpty();
    assertThat(rows(tail.bytes(), 0, 0)).isEmpty();
  }

  @Test
  void aNewerVersionIsNoDamage() throws IOException {
    byte[] bytes = tail(new Random(4), 1, 5).bytes();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putShort(4, (short) 3);
    file.putInt(32, Checksums.crc32c(bytes, 0, 32));
    assertThatThrownBy(() -> rows(bytes, 0, 0))
        .isInstanceOf(UnsupportedVersionException.class)
        .hasMessageContaining("memory: has tail format version 3");
  }

  /** What a mistaken writer could leave behind: every byte of a frame's head is tried. */
  @Test
  void aFrameThatMakesNoSenseIsAnErrorThoughItsChecksumIsRight() throws IOException {
    byte[] good = tail(new Random(5), 1, 90).bytes();
    int start = TailFormat.HEADER_BYTES;
    Random random = new Random(9);
    int refused = 0;
    for (int at = start + TailFormat.FRAME_BODY; at < good.length; at++) {
      for (int value : new int[] {0, 1, 2, 3, 4, 0x80, 0xff, random.nextInt(256)}) {
        byte[] bytes = good.clone();
        bytes[at] = (byte) value;
        int checksum = FrameScanner.checksum(bytes, start, bytes.length - start);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(start + 4, checksum);
        try {
          rows(bytes, 0, bytes.length);
        } catch (CorruptFileException | SchemaMismatchException noticed) {
          assertThat(noticed.getMessage()).startsWith("memory: ");
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  @Test
  void aFrameNeedsEachColumnOnceAndTheSequence() throws IOException {
    TailFrame frame = new TailFrame(0, 0, 1, 1, 1, 1, 1, 0, "");
    FrameHead.FrameColumn user = new FrameHead.FrameColumn(2, Storage.BINARY, 0, 0, null);
    FrameHead.FrameColumn sequence =
        new FrameHead.FrameColumn(HiddenField.SEQUENCE.id(), Storage.LONG, 0, 0, null);
    FrameHead.FrameColumn layer =
        new FrameHead.FrameColumn(HiddenField.LAYER.id(), Storage.LONG, 0, 0, null);
    assertThat(reread(frame, List.of(user, sequence)).columns()).hasSize(2);
    for (List<FrameHead.FrameColumn> columns :
        List.of(
            List.<FrameHead.FrameColumn>of(),
            List.of(user),
            List.of(sequence, user),
            List.of(user, user, sequence),
            List.of(layer, sequence),
            List.of(sequence, sequence))) {
      assertThatThrownBy(() -> reread(frame, columns))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("memory: damaged before byte ");
    }
  }

  private static FrameHead reread(TailFrame frame, List<FrameHead.FrameColumn> columns)
      throws CorruptFileException {
    BytesWriter out = new BytesWriter(100);
    new FrameHead(frame, columns).write(out);
    int bodyBytes = TailFormat.FRAME_BODY + out.size();
    return FrameHead.read(new BytesReader("memory", out.toByteArray()), 0, bodyBytes);
  }

  @Test
  void aDamagedLengthOfALargeFrameTakesNoMemory() throws IOException {
    byte[] good = tail(new Random(6), 1, 5).bytes();
    byte[] bytes = Arrays.copyOf(good, 64 << 20);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(TailFormat.HEADER_BYTES, bytes.length - TailFormat.HEADER_BYTES);
    InputFile input = MemoryFile.of(bytes).input();
    long before = Allocations.bytes();
    TailScan scan = TailScan.scanFrames(input, 0);
    assertThat(Allocations.bytes() - before).isLessThan(MAX_ALLOCATION);
    assertThat(scan.end()).isEqualTo(TailFormat.HEADER_BYTES);
    assertThat(scan.problem()).contains("expected checksum");
  }
}
