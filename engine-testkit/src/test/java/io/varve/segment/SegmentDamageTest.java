package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.RowBatch;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.io.VarveException;
import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
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
        new SegmentOptions(SegmentOptions.DEFAULTS.blocks(), Set.of(), Set.of(2), Set.of(2));
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
          all.add(RandomRows.describe(reader.segmentZoneMap(field)));
        }
        all.add(reader.zoneMap(block, HiddenField.LAYER.id()));
      }
      all.add(RandomRows.rows(rows));
      all.add(asList(reader.countsPerCode(2)));
      long[] blocks = reader.blocksOf(2, 0);
      all.add(blocks == null ? null : Arrays.toString(blocks));
    }
    return all;
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
            "memory: damaged at byte 64: expected .* checksum .*, found .*; restore .*");
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
}
