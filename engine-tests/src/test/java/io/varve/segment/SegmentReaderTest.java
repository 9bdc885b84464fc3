package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.column.ZoneMap;
import io.varve.encoding.ZoneMaps;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.SchemaMismatchException;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a reader says of columns, dictionaries, lists, counts and other schemas. */
class SegmentReaderTest {

  static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .column("tokens", DataType.int32())
          .column("score", DataType.of(TypeKind.FLOAT))
          .column("id", DataType.string())
          .build();

  private static final TableDefinition TABLE =
      TableDefinition.builder(SCHEMA)
          .idColumn("id")
          .bloomColumns("user")
          .tallyColumns("user")
          .build();

  private static final SegmentOrigin ORIGIN = new SegmentOrigin(new UUID(1, 2), "", 3, List.of());

  /** Row i has user i % users, but user 'rare' in row 5000; 10,000 rows in order of time. */
  static MemoryFile file(int rows, int users) throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, 3, 0);
    for (int row = 0; row < rows; row++) {
      buffer.setTimestamp(0, row, 0);
      buffer.setString(1, row == 5000 ? "rare" : "user-" + row % users);
      buffer.setLong(2, row);
      buffer.setDouble(3, row / 2.0);
      buffer.setString(4, "id-" + row);
      buffer.endRow();
    }
    MemoryFile file = new MemoryFile();
    SegmentWriter.write(file, buffer.batch(), ORIGIN, SegmentOptions.of(TABLE));
    return file;
  }

  @Test
  void dictionariesAreSortedAndCounted() throws IOException {
    try (SegmentReader reader = SegmentReader.open(file(10_000, 3).input())) {
      BinaryColumn users = (BinaryColumn) Objects.requireNonNull(reader.distinctValues(2));
      assertThat(users.size()).isEqualTo(4);
      assertThat(users.getString(0)).isEqualTo("rare");
      assertThat(users.getString(3)).isEqualTo("user-2");
      assertThat(reader.countsPerCode(2)).containsExactly(1, 3334, 3333, 3332);
      assertThat(reader.read(0, 2)).isInstanceOf(DictionaryColumn.class);
    }
  }

  /** A block is compared with its checksum when a reader first reads it, by every reader anew. */
  @Test
  void everyReaderComparesABlockWithItsChecksumOnce() throws IOException {
    byte[] bytes = file(60_000, 3).toByteArray();
    long start = startOfTokens(bytes);
    assertThat(bytes.length - start)
        .as("else the block is among the bytes read when the file is opened")
        .isGreaterThan(SegmentFormat.TAIL_READ_BYTES);
    try (SegmentReader reader = SegmentReader.open(changing(bytes));
        SegmentReader late = SegmentReader.open(changing(bytes))) {
      reader.read(0, 3);
      bytes[(int) start + 20] ^= 1;
      reader.read(1, 3);
      reader.read(0, 3);
      assertThatThrownBy(() -> late.read(0, 3)).isInstanceOf(CorruptFileException.class);
      assertThatThrownBy(() -> late.read(0, 3))
          .as("a block that failed is not taken for checked")
          .isInstanceOf(CorruptFileException.class);
      assertThatThrownBy(reader::verify).isInstanceOf(CorruptFileException.class);
      assertThatThrownBy(() -> SegmentReader.open(changing(bytes)).read(0, 3))
          .isInstanceOf(CorruptFileException.class);
    }
  }

  /** Returns where the first block of column 3 begins. */
  private static long startOfTokens(byte[] bytes) throws IOException {
    return SegmentFile.open(MemoryFile.of(bytes).input()).readFooter().columns().stream()
        .filter(column -> column.fieldId() == 3)
        .findFirst()
        .orElseThrow()
        .chunk()
        .offset();
  }

  /** Returns a file whose bytes may change, and of which nothing is read ahead. */
  private static InputFile changing(byte[] bytes) {
    return new InputFile() {
      @Override
      public String name() {
        return "changing";
      }

      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public boolean isCheapToRead() {
        return true;
      }

      @Override
      public void read(long position, byte[] into, int offset, int length) {
        System.arraycopy(bytes, (int) position, into, offset, length);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void listsTellTheBlocksOfAValue() throws IOException {
    try (SegmentReader reader = SegmentReader.open(file(10_000, 3).input())) {
      assertThat(reader.blocksOf(2, 0)).containsExactly(1L << (5000 / 1024));
      assertThat(reader.blocksOf(2, 1)).containsExactly((1L << 10) - 1);
      assertThat(reader.blocksOf(5, 0)).as("the id column has no lists").isNull();
      assertThat(reader.countsPerCode(3)).isNull();
      assertThat(reader.distinctValues(5)).isNull();
    }
  }

  @SeededTest(runs = 20)
  void listsAgreeWithTheRows(Random random) throws IOException {
    int users = 1 + random.nextInt(3000);
    try (SegmentReader reader = SegmentReader.open(file(20_000, users).input())) {
      Column dictionary = Objects.requireNonNull(reader.distinctValues(2));
      int[] counts = new int[dictionary.size()];
      boolean[][] seen = new boolean[dictionary.size()][reader.blockCount()];
      for (int block = 0; block < reader.blockCount(); block++) {
        DictionaryColumn column = (DictionaryColumn) reader.read(block, 2);
        for (int row = 0; row < column.size(); row++) {
          counts[column.code(row)]++;
          seen[column.code(row)][block] = true;
        }
      }
      assertThat(reader.countsPerCode(2)).isEqualTo(counts);
      for (int code = 0; code < counts.length; code++) {
        long[] bits = Objects.requireNonNull(reader.blocksOf(2, code));
        for (int block = 0; block < reader.blockCount(); block++) {
          assertThat((bits[block >>> 6] >>> block & 1) == 1).isEqualTo(seen[code][block]);
        }
      }
    }
  }

  @Test
  void integersHaveListsAndCountsToo() throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, 3, 0);
    for (int row = 0; row < 5000; row++) {
      buffer.setTimestamp(0, row, 0);
      if (row % 10 != 0) {
        buffer.setLong(2, row == 3333 ? -500 : 200 + row % 2);
      }
      buffer.endRow();
    }
    MemoryFile file = new MemoryFile();
    SegmentOptions options =
        new SegmentOptions(SegmentOptions.DEFAULTS.blocks(), Set.of(), Set.of(3), Set.of(3));
    SegmentWriter.write(file, buffer.batch(), ORIGIN, options);
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      reader.verify();
      LongColumn values = (LongColumn) Objects.requireNonNull(reader.distinctValues(3));
      assertThat(java.util.Arrays.copyOf(values.values(), values.size()))
          .containsExactly(-500, 200, 201);
      assertThat(reader.countsPerCode(3)).containsExactly(1, 2000, 2499);
      assertThat(reader.blocksOf(3, 0)).containsExactly(1L << 3);
      assertThat(reader.blocksOf(3, 1)).containsExactly(0x1f);
      assertThat(((LongColumn) reader.read(3, 3)).get(3333 - 3072)).isEqualTo(-500);
    }
  }

  @Test
  void aColumnCostsItsOwnBytesOnly() throws IOException {
    MemoryFile file = file(200_000, 50);
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      assertThat(file.bytesRead()).as("footer").isLessThanOrEqualTo(64 << 10);
      long before = file.bytesRead();
      reader.read(100, 3);
      assertThat(file.bytesRead() - before)
          .as("one block, and lengths and zone maps of its column")
          .isLessThan(20_000);
      before = file.bytesRead();
      for (int block = 0; block < reader.blockCount(); block++) {
        reader.read(block, 3);
      }
      assertThat(file.bytesRead() - before).isLessThanOrEqualTo(200 * (9 + 10 * 128 + 8));
    }
  }

  @SeededTest(runs = 60)
  void zoneMapsAreThoseOfTheRows(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    RowBatch batch = RandomRows.batch(random, schema, 1 + random.nextInt(5000), 1);
    MemoryFile file = new MemoryFile();
    SegmentOptions options = SegmentRandomTest.options(random, schema);
    SegmentWriter.write(file, batch, ORIGIN, options);
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      for (int i = 0; i < schema.size(); i++) {
        int id = schema.field(i).id();
        ZoneMap all = null;
        for (int block = 0; block < reader.blockCount(); block++) {
          Column column = reader.read(block, id);
          ZoneMap expected = ZoneMaps.of(column, 0, column.size());
          assertThat(RandomRows.describe(reader.zoneMap(block, id)))
              .isEqualTo(RandomRows.describe(expected));
          all = all == null ? expected : ZoneMaps.join(all, expected);
        }
        assertThat(RandomRows.describe(reader.zoneMap(id)))
            .isEqualTo(RandomRows.describe(Objects.requireNonNull(all)));
      }
    }
  }

  @Test
  void columnsAreFoundByIdWhateverTheirNamePlaceAndWidth() throws IOException {
    Schema later =
        new Schema(
            4,
            List.of(
                new Field(9, "added", DataType.decimal(30, 2), true),
                new Field(3, "tokens_total", DataType.int64(), true),
                new Field(1, "at", DataType.timestampLtz(9), false),
                new Field(10, "note", DataType.string(), true),
                new Field(4, "score", DataType.float64(), true)),
            1);
    try (SegmentReader reader = SegmentReader.open(file(3000, 3).input(), later)) {
      assertThat(reader.fileSchema()).isEqualTo(SCHEMA);
      assertThat(reader.schema()).isEqualTo(later);
      assertThat(((LongColumn) reader.read(2, 3)).get(7)).isEqualTo(2 * 1024 + 7);
      Column added = reader.read(2, 9);
      assertThat(added.size()).isEqualTo(3000 - 2048);
      assertThat(added.nulls().nullCount()).isEqualTo(added.size());
      assertThat(reader.read(0, 9).size()).isEqualTo(1024);
      assertThat(reader.zoneMap(2, 10)).isEqualTo(new ZoneMap.OfBinary(952, 952, null, null, true));
      assertThat(reader.zoneMap(9).nulls()).isEqualTo(3000);
      RowBatch rows = new RowBatch(later);
      rows.appendFrom(reader, 1);
      assertThat(RandomRows.row(rows, 0))
          .startsWith(null, 1024L, 1024_000_000L, null, Double.doubleToRawLongBits(512.0));
      assertThatThrownBy(() -> reader.read(0, 77)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aColumnOfAnotherStorageIsRefused() throws IOException {
    Schema wrong =
        new Schema(
            2,
            List.of(
                new Field(1, "ts", DataType.timestampLtz(9), false),
                new Field(2, "user", DataType.int64(), true)),
            1);
    MemoryFile file = file(10, 3);
    assertThatThrownBy(() -> SegmentReader.open(file.input(), wrong))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("'user' (id 2) is stored as BINARY");
  }

  @Test
  void aColumnOfAnotherTypeInTheSameStorageIsRefused() throws IOException {
    Schema written =
        Schema.builder()
            .timeColumn("ts", DataType.timestampLtz(9))
            .column("cost", DataType.decimal(10, 2))
            .column("tokens", DataType.int64())
            .requiredColumn("seen", DataType.timestampLtz(3))
            .build();
    RowBuffer buffer = new RowBuffer(written, 3, 0);
    buffer.setTimestamp(0, 1, 0);
    buffer.setDecimal(1, new BigDecimal("12.34"));
    buffer.setTimestamp(3, 1, 0);
    buffer.endRow();
    MemoryFile file = new MemoryFile();
    SegmentWriter.write(file, buffer.batch(), ORIGIN, SegmentOptions.DEFAULTS);
    Field cost = new Field(2, "cost", DataType.decimal(10, 4), true);
    Schema otherScale = new Schema(2, List.of(written.field(0), cost), 1);
    assertThatThrownBy(() -> SegmentReader.open(file.input(), otherScale))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining(
            "'cost' (id 2) is stored as LONG of type decimal(10, 2), which can't be read as"
                + " decimal(10, 4)");
    Field tokens = new Field(3, "tokens", DataType.int32(), true);
    Schema narrower = new Schema(2, List.of(written.field(0), tokens), 1);
    assertThatThrownBy(() -> SegmentReader.open(file.input(), narrower))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("can't be read as int32");
    Schema otherTime = new Schema(2, written.fields(), 4);
    assertThatThrownBy(() -> SegmentReader.open(file.input(), otherTime))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("its time column has id 1")
        .hasMessageContaining("says 4");
  }

  /** Else the seal of a tail with very many bytes in a bloom column would fail for ever. */
  @Test
  void aDictionaryThatIsTooLargeIsGivenUp() throws IOException {
    for (int limit : new int[] {100, 1 << 20}) {
      BinaryColumn text = new BinaryColumn();
      LongColumn numbers = new LongColumn();
      for (int row = 0; row < 2000; row++) {
        text.append("value-" + row % 100);
        numbers.append(row % 100);
      }
      SegmentOptions options =
          new SegmentOptions(
              SegmentOptions.DEFAULTS.blocks(), Set.of(), Set.of(2, 3), Set.of(2, 3));
      ColumnWriter writer = new ColumnWriter(options, new SegmentOutput(new MemoryFile()), limit);
      for (ColumnWriter.WrittenColumn written :
          List.of(writer.write(2, writer.code(2, text)), writer.write(3, numbers))) {
        boolean fits = limit > 100;
        assertThat(written.dictionarySize).isEqualTo(fits ? 100 : 0);
        assertThat(written.dictionary != null).isEqualTo(fits);
        assertThat(written.parts.get(Part.LISTS) != null).isEqualTo(fits);
        assertThat(written.parts.get(Part.COUNTS) != null).isEqualTo(fits);
      }
    }
  }

  /** The dictionary may be another segment's, with values that no row has. */
  @Test
  void codesOfASortedDictionaryThatDoesNotPayAreWrittenAsValues() throws IOException {
    BinaryColumn dictionary = new BinaryColumn();
    for (int code = 0; code < 20_000; code++) {
      dictionary.append("%06d and more of it".formatted(code));
    }
    DictionaryColumn text = DictionaryColumn.ofSorted(dictionary);
    for (int row = 0; row < 10_000; row++) {
      text.append(2 * row);
    }
    SegmentOptions options =
        new SegmentOptions(SegmentOptions.DEFAULTS.blocks(), Set.of(), Set.of(2), Set.of(2));
    ColumnWriter writer = new ColumnWriter(options, new SegmentOutput(new MemoryFile()));
    ColumnWriter.WrittenColumn written = writer.write(2, writer.code(2, text));
    assertThat(written.dictionary).isNull();
    assertThat(written.dictionarySize).isZero();
    assertThat(written.parts).doesNotContainKeys(Part.DICTIONARY, Part.COUNTS, Part.LISTS);
  }

  @Test
  void hiddenColumnsTellWhoWroteARow() throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, -8, 100);
    for (int row = 0; row < 5; row++) {
      buffer.setNext(100 + row, row / 2);
      buffer.setTimestamp(0, 5 - row, 0);
      buffer.endRow();
    }
    MemoryFile file = new MemoryFile();
    SegmentInfo info = SegmentWriter.write(file, buffer.batch(), ORIGIN, SegmentOptions.DEFAULTS);
    assertThat(info.minTime()).isEqualTo(1_000_000);
    assertThat(info.maxTime()).isEqualTo(5_000_000);
    assertThat(info.writers()).containsExactly(-8L);
    assertThat(info.minLayer()).isZero();
    assertThat(info.maxLayer()).isEqualTo(2);
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      LongColumn sequence = (LongColumn) reader.read(0, HiddenField.SEQUENCE.id());
      assertThat(sequence.get(0)).isEqualTo(104);
      assertThat(((LongColumn) reader.read(0, HiddenField.WRITER.id())).get(4)).isEqualTo(-8);
      assertThat(((ZoneMap.OfLong) reader.zoneMap(HiddenField.LAYER.id())).sum())
          .isEqualTo(io.varve.column.Int128.of(4));
    }
  }

  @Test
  void aClosedReaderSaysSo() throws IOException {
    SegmentReader reader = SegmentReader.open(file(10, 3).input());
    reader.close();
    reader.close();
    assertThatThrownBy(() -> reader.read(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void writesOnlyIntoAnEmptyFileAndOnlyRows() {
    MemoryFile used = MemoryFile.of(new byte[1]);
    RowBuffer buffer = new RowBuffer(SCHEMA, 1, 0);
    assertThatThrownBy(
            () ->
                SegmentWriter.write(
                    new MemoryFile(), buffer.batch(), ORIGIN, SegmentOptions.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
    buffer.setTimestamp(0, 1, 0);
    buffer.endRow();
    assertThatThrownBy(
            () -> SegmentWriter.write(used, buffer.batch(), ORIGIN, SegmentOptions.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("begins its file");
  }

  @Test
  void valuesThatAllDifferStayOutOfADictionaryAndAreIndexedIfAskedFor() throws IOException {
    RowBuffer buffer = new RowBuffer(SCHEMA, 3, 0);
    for (int row = 0; row < 20_000; row++) {
      buffer.setTimestamp(0, row, 0);
      buffer.setString(1, "value-" + row);
      buffer.endRow();
    }
    for (boolean indexed : new boolean[] {false, true}) {
      MemoryFile file = new MemoryFile();
      Set<Integer> bloom = indexed ? Set.of(2) : Set.of();
      SegmentOptions options =
          new SegmentOptions(SegmentOptions.DEFAULTS.blocks(), Set.of(), bloom, Set.of());
      SegmentWriter.write(file, buffer.batch(), ORIGIN, options);
      try (SegmentReader reader = SegmentReader.open(file.input())) {
        assertThat(reader.distinctValues(2)).isNull();
        assertThat(reader.describe().columns().get(1).partBytes().keySet())
            .isEqualTo(indexed ? Set.of(Part.BLOOM, Part.VALUE_INDEX) : Set.of());
        RowBatch rows = new RowBatch(SCHEMA);
        for (int block = 0; block < reader.blockCount(); block++) {
          rows.appendFrom(reader, block);
        }
        assertThat(RandomRows.rows(rows)).isEqualTo(RandomRows.rows(buffer.batch()));
      }
    }
  }
}
