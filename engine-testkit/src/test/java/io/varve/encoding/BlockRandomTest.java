package io.varve.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.schema.Storage;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A block comes back bit for bit, whatever its values, its nulls, its length and its encoding. */
class BlockRandomTest {

  private final BlockEncoder sealed = new BlockEncoder(BlockOptions.SEALED);
  private final BlockEncoder light = new BlockEncoder(BlockOptions.LIGHT);
  private final BlockDecoder decoder = new BlockDecoder();

  @SeededTest(runs = 20)
  void integersOfEveryWidth(Random random) throws CorruptFileException {
    for (int width = 0; width <= 64; width++) {
      LongColumn column = new LongColumn();
      long base = random.nextLong();
      int rows = rows(random);
      int nulls = random.nextInt(3) * random.nextInt(10);
      for (int i = 0; i < rows; i++) {
        if (random.nextInt(10) < nulls) {
          column.appendNull();
        } else {
          column.append(base + (width == 0 ? 0 : random.nextLong() >>> (64 - width)));
        }
      }
      assertRoundTrip(column, new LongColumn(), random);
    }
  }

  @SeededTest(runs = 100)
  void integersThatGrow(Random random) throws CorruptFileException {
    LongColumn column = new LongColumn();
    long value = random.nextLong();
    long step = random.nextLong() >> random.nextInt(64);
    int noise = 1 + random.nextInt(1000);
    int rows = rows(random);
    for (int i = 0; i < rows; i++) {
      column.append(value);
      value += step + random.nextInt(noise); // wraps around
    }
    assertRoundTrip(column, new LongColumn(), random);
  }

  @SeededTest(runs = 200)
  void doubles(Random random) throws CorruptFileException {
    DoubleColumn column = new DoubleColumn();
    int rows = rows(random);
    int shape = random.nextInt(6);
    double power = Math.pow(10, random.nextInt(12));
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(50) == 0) {
        column.appendNull();
        continue;
      }
      switch (shape) {
        case 0 -> column.append(random.nextInt(1_000_000) / power);
        case 1 -> column.append(random.nextFloat());
        case 2 -> column.append(Double.longBitsToDouble(random.nextLong()));
        case 3 -> column.append(random.nextInt(3) == 0 ? -0.0 : 0.0);
        case 4 -> column.append(random.nextBoolean() ? Double.NaN : random.nextInt(4));
        default -> column.append((1L << 53) + random.nextInt(3));
      }
    }
    assertRoundTrip(column, new DoubleColumn(), random);
  }

  @SeededTest(runs = 100)
  void text(Random random) throws CorruptFileException {
    BinaryColumn column = new BinaryColumn();
    int rows = rows(random);
    int distinct = 1 + random.nextInt(random.nextBoolean() ? 10 : 5000);
    int repeat = random.nextInt(20);
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(30) == 0) {
        column.appendNull();
      } else {
        column.append(
            ("text " + random.nextInt(distinct) + "-").repeat(random.nextInt(repeat + 1)));
      }
    }
    assertRoundTrip(column, new BinaryColumn(), random);
  }

  @SeededTest(runs = 100)
  void codes(Random random) throws CorruptFileException {
    BinaryColumn dictionary = new BinaryColumn();
    int size = 1 + random.nextInt(5000);
    for (int i = 0; i < size; i++) {
      dictionary.append("value " + i);
    }
    DictionaryColumn column = new DictionaryColumn(dictionary);
    int rows = rows(random);
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(30) == 0) {
        column.appendNull();
      } else {
        column.append(random.nextInt(size));
      }
    }
    assertRoundTrip(column, new DictionaryColumn(dictionary), random);
  }

  @SeededTest(runs = 100)
  void pairs(Random random) throws CorruptFileException {
    PairColumn column = new PairColumn();
    int rows = rows(random);
    int shift = random.nextInt(64);
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(30) == 0) {
        column.appendNull();
      } else {
        column.append(random.nextLong() >> shift, random.nextLong());
      }
    }
    assertRoundTrip(column, new PairColumn(), random);
  }

  @Test
  void nothingButNulls() throws CorruptFileException {
    for (Storage storage : Storage.values()) {
      Column column = Column.create(storage);
      for (int i = 0; i < 1000; i++) {
        column.appendNull();
      }
      BytesWriter out = new BytesWriter(0);
      light.encode(column, 0, 1000, out);
      assertThat(out.size()).isEqualTo(4);
      assertRoundTrip(column, Column.create(storage), new Random(1));
    }
  }

  /** What a chooser never takes is never tested above: each encoding must have its data. */
  @Test
  void everyEncodingIsChosenForSomething() {
    Random random = new Random(5);
    Set<Encoding> seen = EnumSet.noneOf(Encoding.class);
    for (int run = 0; run < 300; run++) {
      var schema = RandomRows.schema(random);
      var batch = RandomRows.batch(random, schema, 1 + random.nextInt(1024), 1);
      for (int i = 0; i < schema.size(); i++) {
        for (BlockEncoder encoder : new BlockEncoder[] {sealed, light}) {
          BytesWriter out = new BytesWriter(0);
          encoder.encode(batch.column(i), 0, batch.rowCount(), out);
          seen.add(Encoding.ofNumber(out.array()[0]));
        }
      }
    }
    assertThat(EnumSet.complementOf(EnumSet.copyOf(seen))).containsExactly(Encoding.CODES);
  }

  private static int rows(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1024;
      case 1 -> 1 + random.nextInt(20);
      default -> 1 + random.nextInt(1024);
    };
  }

  /** Writes a part of the column, from any row on, and reads it into a column used before. */
  private void assertRoundTrip(Column column, Column into, Random random)
      throws CorruptFileException {
    int from = random.nextInt(3) == 0 ? random.nextInt(column.size()) : 0;
    int rows = column.size() - from;
    BlockEncoder encoder = random.nextBoolean() ? sealed : light;
    BytesWriter out = new BytesWriter(0);
    out.writeByte(0xee);
    encoder.encode(column, from, rows, out);
    for (int use = 0; use < 2; use++) {
      decoder.decode(new BytesReader("block", 0, out.array(), 1, out.size() - 1), rows, into);
      assertThat(into.size()).isEqualTo(rows);
      for (int row = 0; row < rows; row++) {
        assertThat(RandomRows.value(into, row))
            .as("row %s of %s", row, rows)
            .isEqualTo(RandomRows.value(column, from + row));
        if (into instanceof LongColumn values && into.isNull(row)) {
          assertThat(values.get(row)).as("a null is held as zero").isZero();
        }
      }
    }
    assertThat(RandomRows.describe(ZoneMaps.of(into, 0, rows)))
        .isEqualTo(RandomRows.describe(ZoneMaps.of(column, from, rows)));
  }
}
