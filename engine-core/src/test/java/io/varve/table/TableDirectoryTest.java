package io.varve.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.LocalFileStore;
import io.varve.io.SchemaMismatchException;
import io.varve.schema.DataType;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableDirectoryTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("name \"quoted\" é", DataType.string())
          .column("price", DataType.decimal(20, 4))
          .build();

  private static final TableDefinition DEFINITION =
      TableDefinition.builder(SCHEMA)
          .partitionedBy("name \"quoted\" é")
          .bucketedBy(4, "price")
          .bloomColumns("price")
          .timeZone("Europe/Berlin")
          .projection(Projection.parse("daily", "day, price", "min(price), count(price)"))
          .projection(Projection.parse("by price", "price", "count(*)"))
          .build();

  @TempDir Path directory;

  private LocalFileStore store() {
    return new LocalFileStore(directory.resolve("t"));
  }

  @Test
  void opensWhatItCreated() throws IOException {
    TableDirectory created = TableDirectory.openOrCreate(store(), DEFINITION);
    TableDirectory opened = TableDirectory.open(store());
    assertThat(opened.id()).isEqualTo(created.id());
    assertThat(opened.definition()).isEqualTo(DEFINITION);
    assertThat(TableDirectory.openOrCreate(store(), DEFINITION).id()).isEqualTo(created.id());
  }

  @Test
  void saysThatThereIsNoTable() {
    assertThatThrownBy(() -> TableDirectory.open(store()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("there is no table here");
  }

  @Test
  void refusesAnotherSchemaAndNamesTheDifference() throws IOException {
    TableDirectory.openOrCreate(store(), DEFINITION);
    Schema other =
        Schema.builder()
            .timeColumn("ts", DataType.timestamp(3))
            .column("name \"quoted\" é", DataType.string())
            .column("price", DataType.int64())
            .build();
    assertThatThrownBy(
            () -> TableDirectory.openOrCreate(store(), TableDefinition.builder(other).build()))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("column 3 is 'price' decimal(20, 4), asked for 'price' int64");
    assertThatThrownBy(
            () -> TableDirectory.openOrCreate(store(), TableDefinition.builder(SCHEMA).build()))
        .hasMessageContaining("partition columns is [name \"quoted\" é], asked for []");
  }

  @Test
  void findsEveryDamagedByte() throws IOException {
    TableDirectory.openOrCreate(store(), DEFINITION);
    Path file = directory.resolve("t/table.json");
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x20;
      Files.write(file, bad);
      assertThatThrownBy(() -> TableDirectory.open(store()))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("table.json");
    }
    for (int length = 0; length < good.length; length += 7) {
      Files.write(file, java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(() -> TableDirectory.open(store()))
          .isInstanceOf(CorruptFileException.class);
    }
  }

  /** Zeros at the start looked like UTF-32, and what the parser then threw was no error of ours. */
  @Test
  void bytesBehindARightChecksumAreReadAsUtf8() throws IOException {
    TableDirectory.openOrCreate(store(), DEFINITION);
    Path file = directory.resolve("t/table.json");
    byte[] good = Files.readAllBytes(file);
    byte[][] starts = {{0, 0, 0, '{'}, {'{', 0, 0, 0}, {0, '{'}, {(byte) 0xfe, (byte) 0xff}, {'['}};
    for (byte[] start : starts) {
      byte[] bad = good.clone();
      System.arraycopy(start, 0, bad, 0, start.length);
      int end = new String(bad, ISO_8859_1).lastIndexOf(",\n\"crc32c\"");
      String checksum = HexFormat.of().toHexDigits(Checksums.crc32c(bad, 0, end));
      byte[] digits = checksum.getBytes(UTF_8);
      System.arraycopy(digits, 0, bad, bad.length - 3 - digits.length, digits.length);
      Files.write(file, bad);
      assertThatThrownBy(() -> TableDirectory.open(store()))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("does not describe a table");
    }
  }

  @Test
  void isJsonThatPeopleCanRead() throws IOException {
    TableDirectory.openOrCreate(store(), DEFINITION);
    String json = new String(store().readAll("table.json", 10_000), UTF_8);
    assertThat(json).contains("\"timeZone\" : \"Europe/Berlin\"").endsWith("\"}\n");
  }
}
