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
import java.util.List;
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

  private static final double[] ODD_DOUBLES = {
    -0.0,
    0.0,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8_0000_0000_0001L),
    Double.longBitsToDouble(0xfff0_dead_beef_0001L),
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    -Double.MIN_NORMAL / 3,
    Double.MAX_VALUE,
    0.1 + 0.2,
    (1L << 51) - 1,
    1L << 51,
    -(1L << 53) - 1,
    Math.PI
  };

  /** Decimals, with exceptions: each of them must keep every bit, at whatever place. */
  @SeededTest(runs = 150)
  void decimalsAmongOddDoubles(Random random) throws CorruptFileException {
    DoubleColumn column = new DoubleColumn();
    int rows = rows(random);
    int digits = random.nextInt(16);
    double power = Math.pow(10, random.nextInt(17));
    int oddOf = 2 + random.nextInt(random.nextBoolean() ? 5 : 300);
    long range = 1 + (long) Math.pow(10, digits);
    for (int i = 0; i < rows; i++) {
      boolean odd = random.nextInt(oddOf) == 0;
      column.append(
          odd
              ? ODD_DOUBLES[random.nextInt(ODD_DOUBLES.length)]
              : (random.nextLong() % range) / power);
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

  @SeededTest(runs = 150)
  void textsOfOneShape(Random random) throws CorruptFileException {
    BinaryColumn column = new BinaryColumn();
    int rows = rows(random);
    int nullsOfTen = random.nextInt(3) * random.nextInt(5);
    int oddOf = 2 + random.nextInt(200);
    int digits = 1 + random.nextInt(40);
    int shape = random.nextInt(4);
    String alphabet =
        List.of("0123456789abcdef", "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "AZaz09-_")
            .get(random.nextInt(3));
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(10) < nullsOfTen) {
        column.appendNull();
        continue;
      }
      StringBuilder id = new StringBuilder();
      for (int n = 0; n < digits; n++) {
        id.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (random.nextInt(oddOf) == 0) {
        id.append(random.nextBoolean() ? "" : "é");
      }
      switch (shape) {
        case 0 -> column.append(id.toString());
        case 1 -> column.append("ch_" + id);
        case 2 -> column.append("{\"id\":\"" + id + "\",\"n\":" + random.nextInt(1000) + "}");
        default -> column.append(id + "-4" + id + "-" + random.nextInt(3));
      }
    }
    assertRoundTrip(column, new BinaryColumn(), random);
  }

  @SeededTest(runs = 100)
  void integersWithOutliers(Random random) throws CorruptFileException {
    LongColumn column = new LongColumn();
    int rows = rows(random);
    int outliers = 1 + random.nextInt(40);
    int width = random.nextInt(64);
    long value = random.nextLong();
    boolean grows = random.nextBoolean();
    for (int i = 0; i < rows; i++) {
      value += grows ? 1000 + random.nextInt(3) : 0;
      boolean outlier = random.nextInt(outliers) == 0;
      column.append(value + (outlier ? random.nextLong() >> width : random.nextInt(5)));
    }
    assertRoundTrip(column, new LongColumn(), random);
  }

  /** Every shape of runs: long and short, at the edges of words, of any width, among nulls. */
  @SeededTest(runs = 150)
  void integersInRuns(Random random) throws CorruptFileException {
    BinaryColumn dictionary = new BinaryColumn();
    int size = 2 + random.nextInt(300);
    for (int i = 0; i < size; i++) {
      dictionary.append("value " + i);
    }
    LongColumn integers = new LongColumn();
    DoubleColumn decimals = new DoubleColumn();
    DictionaryColumn codes = new DictionaryColumn(dictionary);
    int rows = rows(random);
    int runRows = 1 + random.nextInt(random.nextBoolean() ? 20 : 400);
    int shift = random.nextInt(64);
    int nullOf = random.nextInt(3) == 0 ? 2 + random.nextInt(300) : Integer.MAX_VALUE;
    long value = random.nextLong() >> shift;
    for (int i = 0; i < rows; i++) {
      value = random.nextInt(runRows) == 0 ? random.nextLong() >> shift : value;
      if (random.nextInt(nullOf) == 0) {
        integers.appendNull();
        decimals.appendNull();
        codes.appendNull();
      } else {
        integers.append(value);
        decimals.append(value % 100_000 / 100.0);
        codes.append((int) Math.floorMod(value, (long) size));
      }
    }
    assertRoundTrip(integers, new LongColumn(), random);
    assertRoundTrip(decimals, new DoubleColumn(), random);
    assertRoundTrip(codes, new DictionaryColumn(dictionary), random);
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
    assertRowsComeBack(column, from, rows, into, out, random);
    decoder.decode(new BytesReader("block", 0, out.array(), 1, out.size() - 1), rows, into);
    assertThat(RandomRows.describe(ZoneMaps.of(into, 0, rows)))
        .isEqualTo(RandomRows.describe(ZoneMaps.of(column, from, rows)));
  }

  /** One row after the other, each on its own, behind one another. */
  private void assertSingleRowsComeBack(
      Column column, int from, int rows, Column into, BytesWriter out, Random random)
      throws CorruptFileException {
    BinaryColumn dictionary = into instanceof DictionaryColumn coded ? coded.dictionary() : null;
    Column single = Column.create(BlockDecoder.storage(into));
    for (int i = 0; i < 20; i++) {
      int row = i == 0 ? 0 : i == 1 ? rows - 1 : random.nextInt(rows);
      BytesReader in = new BytesReader("block", 0, out.array(), 1, out.size() - 1);
      decoder.decodeRow(in, rows, row, dictionary, single);
      assertThat(single.size()).isEqualTo(i + 1);
      assertThat(RandomRows.value(single, i))
          .as("row %s of %s", row, rows)
          .isEqualTo(RandomRows.value(column, from + row));
    }
  }

  /** Some rows only, and, of bytes, the rows that have a value. */
  private void assertRowsComeBack(
      Column column, int from, int rows, Column into, BytesWriter out, Random random)
      throws CorruptFileException {
    int first = random.nextInt(rows + 1);
    int end = first + random.nextInt(rows - first + 1);
    decoder.decode(
        new BytesReader("block", 0, out.array(), 1, out.size() - 1), rows, first, end, into);
    assertThat(into.size()).isEqualTo(rows);
    for (int row = first; row < end; row++) {
      assertThat(RandomRows.value(into, row))
          .as("row %s of %s to %s", row, first, end)
          .isEqualTo(RandomRows.value(column, from + row));
    }
    assertSingleRowsComeBack(column, from, rows, into, out, random);
    if (column instanceof BinaryColumn values) {
      byte[] wanted =
          random.nextInt(4) == 0 ? new byte[3] : values.get(from + random.nextInt(rows));
      long[] bits = new long[16];
      decoder.find(
          new BytesReader("block", 0, out.array(), 1, out.size() - 1),
          rows,
          wanted,
          new BinaryColumn(),
          bits);
      for (int row = 0; row < 1024; row++) {
        boolean has =
            row < rows
                && !values.isNull(from + row)
                && java.util.Arrays.equals(values.get(from + row), wanted);
        assertThat((bits[row >>> 6] >>> row & 1) == 1).as("row %s", row).isEqualTo(has);
      }
    }
  }
}
