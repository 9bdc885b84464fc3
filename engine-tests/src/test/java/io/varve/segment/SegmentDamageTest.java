package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.RowBatch;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.UnsupportedVersionException;
import io.varve.io.VarveException;
import io.varve.schema.DataType;
import io.varve.schema.Field;
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
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A damaged or cut segment gives an error that says so, or the right rows when the damage is where
 * nobody reads; never wrong rows, never another exception.
 */
class SegmentDamageTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .column("cost", DataType.float64())
          .column("note", DataType.string())
          .build();

  /** Many times what reading the small file takes, much less than a wild length would ask for. */
  private static final long MAX_ALLOCATION = 4 << 20;

  private static byte[] small() throws IOException {
    Random random = new Random(7);
    RowBatch batch = RandomRows.batch(random, SCHEMA, 60, 5);
    return write(batch);
  }

  private static byte[] write(RowBatch batch) throws IOException {
    MemoryFile file = new MemoryFile();
    SegmentOptions options =
        new SegmentOptions(SegmentOptions.DEFAULTS.blocks(), Set.of(4), Set.of(2), Set.of(2));
    SegmentWriter.write(file, batch, SegmentRandomTest.ORIGIN, options);
    return file.toByteArray();
  }

  /** Everything that a reader can be asked for, as something that can be compared. */
  private static List<@Nullable Object> everything(byte[] bytes) throws IOException {
    List<@Nullable Object> all = new ArrayList<>();
    try (SegmentReader reader = SegmentReader.open(MemoryFile.of(bytes).input())) {
      RowBatch rows = new RowBatch(reader.schema());
      all.add(reader.info());
      for (int block = 0; block < reader.blockCount(); block++) {
        rows.appendFrom(reader, block);
        for (int field = 1; field <= reader.schema().size(); field++) {
          all.add(RandomRows.describe(reader.zoneMap(block, field)));
          all.add(RandomRows.describe(reader.zoneMap(field)));
        }
        all.add(reader.zoneMap(block, HiddenField.LAYER.id()));
      }
      all.add(RandomRows.rows(rows));
      all.add(asList(reader.countsPerCode(2)));
      long[] blocks = reader.blocksOf(2, 0);
      all.add(blocks == null ? null : Arrays.toString(blocks));
      for (int field : new int[] {2, 4}) {
        if (storageOf(reader, field) == Storage.BINARY) {
          all.add(Arrays.toString(reader.rowsOf(field, new byte[] {'a'})));
          all.add(Arrays.toString(reader.rowsOf(field, firstValue(reader, field))));
        }
      }
    }
    return all;
  }

  private static @Nullable Storage storageOf(SegmentReader reader, int field) {
    OptionalInt index = reader.schema().find(field);
    return index.isPresent() ? reader.schema().storage(index.getAsInt()) : null;
  }

  private static byte[] firstValue(SegmentReader reader, int field) throws IOException {
    Column column = reader.read(0, field);
    int row = 0;
    while (row < column.size() - 1 && column.isNull(row)) {
      row++;
    }
    return column instanceof DictionaryColumn codes
        ? codes.dictionary().get(codes.code(row))
        : ((BinaryColumn) column).get(row);
  }

  private static @Nullable String asList(int @Nullable [] counts) {
    return counts == null ? null : Arrays.toString(counts);
  }

  @Test
  void everyFlippedBitIsNoticedOrHarmless() throws IOException {
    byte[] bytes = small();
    List<@Nullable Object> expected = everything(bytes);
    int harmless = 0;
    for (int i = 0; i < bytes.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        bytes[i] ^= (byte) (1 << bit);
        long before = Allocations.bytes();
        try {
          assertThat(everything(bytes)).as("byte %s", i).isEqualTo(expected);
          harmless++;
        } catch (VarveException noticed) {
          assertThat(noticed.getMessage()).contains("memory");
        }
        assertThat(Allocations.bytes() - before).as("byte %s", i).isLessThan(MAX_ALLOCATION);
        bytes[i] ^= (byte) (1 << bit);
      }
    }
    assertThat(harmless).as("only the header is not read").isEqualTo(8 * 64);
  }

  @Test
  void verifyNoticesEveryFlippedByte() throws IOException {
    byte[] bytes = small();
    verify(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 0x55;
      assertThatThrownBy(() -> verify(bytes))
          .as("byte %s", i)
          .isInstanceOf(CorruptFileException.class);
      bytes[i] ^= 0x55;
    }
  }

  private static void verify(byte[] bytes) throws IOException {
    try (SegmentReader reader = SegmentReader.open(MemoryFile.of(bytes).input())) {
      reader.verify();
    }
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] bytes = small();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> everything(cut))
          .as("length %s", length)
          .isInstanceOf(CorruptFileException.class);
    }
  }

  @SeededTest(runs = 60)
  void damageAnywhereInLargeSegments(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    byte[] bytes = write(RandomRows.batch(random, schema, 1 + random.nextInt(4000), 5));
    List<@Nullable Object> expected = everything(bytes);
    for (int i = 0; i < 40; i++) {
      byte[] damaged = bytes.clone();
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(600) + 1));
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, damaged, at, length);
      try {
        assertThat(everything(damaged)).isEqualTo(expected);
      } catch (CorruptFileException noticed) {
        assertThat(noticed.code()).isEqualTo("VARVE-CORRUPT-FILE");
      }
    }
  }

  @Test
  void theErrorNamesFileByteAndRemedy() throws IOException {
    byte[] bytes = small();
    bytes[SegmentFormat.HEADER_BYTES + 10] ^= 1;
    assertThatThrownBy(() -> everything(bytes))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageMatching(
            "memory: damaged at byte 64: expected checksum [0-9a-f]{8},"
                + " found checksum [0-9a-f]{8}; restore .*");
  }

  @Test
  void aNewerVersionIsNoDamage() throws IOException {
    byte[] bytes = small();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int trailer = bytes.length - SegmentFormat.TRAILER_BYTES;
    int footerStart = trailer - file.getInt(trailer);
    file.putShort(trailer + 4, (short) 9);
    file.putInt(trailer + 8, Checksums.crc32c(bytes, footerStart, trailer + 8 - footerStart));
    assertThatThrownBy(() -> everything(bytes))
        .isInstanceOf(UnsupportedVersionException.class)
        .hasMessageContaining("memory: has segment format version 9")
        .hasMessageContaining("reads version 0");
  }

  @Test
  void anEmptyOrForeignFileIsNoSegment() {
    assertThatThrownBy(() -> everything(new byte[0]))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("too short");
    assertThatThrownBy(() -> everything(new byte[1000]))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("GESV");
  }

  /** The footer with its checksum made right again after a change. */
  private static byte[] withFooter(byte[] file, int at, int value) {
    byte[] bytes = file.clone();
    bytes[at] = (byte) value;
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int trailer = bytes.length - SegmentFormat.TRAILER_BYTES;
    int footer = trailer - numbers.getInt(trailer);
    numbers.putInt(trailer + 8, Checksums.crc32c(bytes, footer, trailer + 8 - footer));
    return bytes;
  }

  /** What a mistaken writer could leave behind: every byte of the footer is tried. */
  @Test
  void aFooterThatMakesNoSenseIsAnErrorThoughItsChecksumIsRight() throws IOException {
    byte[] good = small();
    int trailer = good.length - SegmentFormat.TRAILER_BYTES;
    int length = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(trailer);
    Random random = new Random(9);
    int refused = 0;
    for (int at = trailer - length; at < trailer; at++) {
      for (int value : new int[] {0, 1, 2, 3, 4, 0x80, 0xff, good[at] ^ 1, random.nextInt(256)}) {
        byte[] bytes = withFooter(good, at, value);
        long before = Allocations.bytes();
        try (SegmentReader reader = SegmentReader.open(MemoryFile.of(bytes).input(), SCHEMA)) {
          reader.verify();
          readAll(reader);
        } catch (VarveException noticed) {
          assertThat(noticed.getMessage()).contains("memory: ");
          refused++;
        }
        assertThat(Allocations.bytes() - before).as("byte %s", at).isLessThan(MAX_ALLOCATION);
      }
    }
    assertThat(refused).as("of some thousand").isGreaterThan(500);
  }

  private static void readAll(SegmentReader reader) throws IOException {
    RowBatch rows = new RowBatch(reader.schema());
    for (int block = 0; block < reader.blockCount(); block++) {
      rows.appendFrom(reader, block);
      for (Field field : SCHEMA.fields()) {
        reader.zoneMap(block, field.id());
        reader.countsPerCode(field.id());
        Column distinct = reader.distinctValues(field.id());
        if (distinct != null) {
          reader.blocksOf(field.id(), distinct.size() - 1);
        }
        if (storageOf(reader, field.id()) == Storage.BINARY) {
          reader.rowsOf(field.id(), firstValue(reader, field.id()));
          reader.rowsOf(field.id(), new byte[3]);
        }
      }
      for (HiddenField field : HiddenField.values()) {
        reader.zoneMap(block, field.id());
      }
    }
  }

  /** What a mistaken or hostile writer could leave behind: every byte of every part is tried. */
  @Test
  void aPartThatMakesNoSenseIsAnErrorThoughItsChecksumIsRight() throws IOException {
    byte[] good = small();
    Random random = new Random(10);
    int refused = 0;
    for (ColumnEntry.Extent extent : checkedExtents(good)) {
      int from = (int) extent.offset();
      int end = from + (int) extent.length() - SegmentFormat.CHECKSUM_BYTES;
      for (int at = from; at < end; at++) {
        for (int value : new int[] {0, 1, 0x7f, 0xff, good[at] + 1, random.nextInt(256)}) {
          byte[] bytes = good.clone();
          bytes[at] = (byte) value;
          ByteBuffer.wrap(bytes)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(end, Checksums.crc32c(bytes, from, end - from));
          long before = Allocations.bytes();
          try (SegmentReader reader = SegmentReader.open(MemoryFile.of(bytes).input(), SCHEMA)) {
            reader.verify();
            readAll(reader);
          } catch (VarveException noticed) {
            assertThat(noticed.getMessage()).contains("memory: ");
            refused++;
          }
          assertThat(Allocations.bytes() - before).as("byte %s", at).isLessThan(MAX_ALLOCATION);
        }
      }
    }
    assertThat(refused).as("of some thousand").isGreaterThan(500);
  }

  /** Returns everything between header and footer that has a checksum of its own. */
  private static List<ColumnEntry.Extent> checkedExtents(byte[] bytes) throws IOException {
    List<ColumnEntry.Extent> extents = new ArrayList<>();
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (ColumnEntry column :
        SegmentFile.open(MemoryFile.of(bytes).input()).readFooter().columns()) {
      extents.add(column.chunk()); // of one block
      extents.add(column.index());
      column
          .parts()
          .forEach(
              (part, extent) -> {
                int headBytes =
                    part == Part.VALUE_INDEX ? 8 + 4 * numbers.getInt((int) extent.offset()) : 0;
                if (headBytes > 0) { // and one page
                  extents.add(new ColumnEntry.Extent(extent.offset(), headBytes));
                }
                extents.add(
                    new ColumnEntry.Extent(
                        extent.offset() + headBytes, extent.length() - headBytes));
              });
    }
    return extents;
  }

  @Test
  void aDamagedFooterLengthOfALargeFileTakesNoMemory() {
    for (int footerLength : new int[] {0x7fff_fffc, 1 << 30, (16 << 20) + 1, -1}) {
      LargeFile file = new LargeFile(3L << 30, footerLength);
      long before = Allocations.bytes();
      assertThatThrownBy(() -> SegmentReader.open(file))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("a footer of at most 16777216 bytes, found " + footerLength);
      assertThat(Allocations.bytes() - before).isLessThan(MAX_ALLOCATION);
    }
  }

  /** Zeros, and at the end a trailer. */
  private record LargeFile(long length, int footerLength) implements InputFile {

    @Override
    public String name() {
      return "large";
    }

    @Override
    public void read(long position, byte[] into, int offset, int count) {
      Arrays.fill(into, offset, offset + count, (byte) 0);
      if (position + count == length && count >= SegmentFormat.TRAILER_BYTES) {
        ByteBuffer.wrap(into, offset + count - SegmentFormat.TRAILER_BYTES, 16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(footerLength)
            .putInt(0)
            .putInt(0)
            .putInt(SegmentFormat.TRAILER_MAGIC);
      }
    }

    @Override
    public void close() {}
  }
}
