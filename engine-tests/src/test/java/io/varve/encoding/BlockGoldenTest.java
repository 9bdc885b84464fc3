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
import io.varve.testkit.GoldenFile;
import io.varve.testkit.RandomRows;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bytes of a block in each encoding. */
class BlockGoldenTest {

  @Test
  void allNull() throws CorruptFileException {
    LongColumn column = new LongColumn();
    column.appendNull();
    column.appendNull();
    assertGolden("all-null", column, new LongColumn(), BlockOptions.SEALED);
  }

  @Test
  void constant() throws CorruptFileException {
    assertGolden("constant", longs(7, 7, 7), new LongColumn(), BlockOptions.SEALED);
  }

  @Test
  void constantBinary() throws CorruptFileException {
    BinaryColumn column = text("abc", "abc");
    assertGolden("constant-binary", column, new BinaryColumn(), BlockOptions.SEALED);
  }

  @Test
  void packed() throws CorruptFileException {
    long[] values = IntStream.range(0, 128).mapToLong(i -> i % 3 == 0 ? 11 : 10).toArray();
    assertGolden("packed", longs(values), new LongColumn(), BlockOptions.SEALED);
  }

  @Test
  void fixedWithNulls() throws CorruptFileException {
    LongColumn column = longs(1000, 1003);
    column.appendNull();
    column.append(1255);
    assertGolden("fixed", column, new LongColumn(), BlockOptions.SEALED);
  }

  @Test
  void delta() throws CorruptFileException {
    long[] values =
        IntStream.range(0, 16)
            .mapToLong(
                i -> 1_000_000_000_000L + i * 1_000_000L + (i > 7 ? 3 : 0) + (i == 15 ? 5 : 0))
            .toArray();
    assertGolden("delta", longs(values), new LongColumn(), BlockOptions.SEALED);
  }

  /** 600 and 550 stand far above the others, so 9 of 10 values need no bit. */
  @Test
  void patched() throws CorruptFileException {
    long[] values = new long[40];
    java.util.Arrays.fill(values, 500);
    values[7] = 600;
    values[20] = 550;
    values[39] = 501;
    assertGolden("patched", longs(values), new LongColumn(), BlockOptions.SEALED);
  }

  /** What changes seldom: two states, one of them twice. */
  @Test
  void runs() throws CorruptFileException {
    long[] values = new long[48];
    java.util.Arrays.fill(values, 0, 40, 7);
    java.util.Arrays.fill(values, 40, 47, -2);
    values[47] = 7;
    assertGolden("runs", longs(values), new LongColumn(), BlockOptions.SEALED);
  }

  @Test
  void codesInRuns() throws CorruptFileException {
    BinaryColumn dictionary = text("a", "b", "c");
    DictionaryColumn column = new DictionaryColumn(dictionary);
    for (int row = 0; row < 40; row++) {
      column.append(row < 20 ? 2 : 1);
    }
    assertGolden("codes-runs", column, new DictionaryColumn(dictionary), BlockOptions.SEALED);
  }

  @Test
  void multiples() throws CorruptFileException {
    long[] values = IntStream.range(0, 16).mapToLong(i -> 5 + i * i % 7 * 3_600_000L).toArray();
    assertGolden("multiples", longs(values), new LongColumn(), BlockOptions.SEALED);
  }

  @Test
  void deltaOfDelta() throws CorruptFileException {
    long[] values =
        IntStream.range(0, 64).mapToLong(i -> 3L * i * i + 1_000_000_007L * i).toArray();
    assertGolden("delta-of-delta", longs(values), new LongColumn(), BlockOptions.SEALED);
    assertReads("delta-of-delta-patched", longs(values), new LongColumn()); // before runs were
  }

  @Test
  void digits() throws CorruptFileException {
    BinaryColumn column = text("01HQZX3Y5T000000000000000A", "01HQZX3Y5TZZZZZZZZZZZZZZZZ");
    column.appendNull();
    assertGolden("digits", column, new BinaryColumn(), BlockOptions.LOOKED_UP);
  }

  @Test
  void template() throws CorruptFileException {
    BinaryColumn column = new BinaryColumn();
    for (int i = 0; i < 64; i++) {
      column.append(i == 5 ? "{}" : "{\"id\":\"" + (char) ('a' + i % 2) + "\",\"ok\":true}");
    }
    assertGolden("template", column, new BinaryColumn(), BlockOptions.SEALED);
  }

  @Test
  void rawDouble() throws CorruptFileException {
    DoubleColumn column = doubles(Math.PI, -0.0);
    assertGolden("raw-double", column, new DoubleColumn(), BlockOptions.SEALED);
  }

  @Test
  void rawFloat() throws CorruptFileException {
    DoubleColumn column = doubles(0.1f, 0.2f);
    assertGolden("raw-float", column, new DoubleColumn(), BlockOptions.SEALED);
  }

  @Test
  void alp() throws CorruptFileException {
    double[] values = IntStream.range(0, 8).mapToDouble(i -> (100 + i) / 100.0).toArray();
    assertGolden("alp", doubles(values), new DoubleColumn(), BlockOptions.SEALED);
  }

  @Test
  void alpWithExceptions() throws CorruptFileException {
    double[] values = IntStream.range(0, 16).mapToDouble(i -> (100 + i) / 100.0).toArray();
    values[0] = -0.0;
    values[9] = Math.PI;
    assertGolden("alp-exceptions", doubles(values), new DoubleColumn(), BlockOptions.SEALED);
  }

  @Test
  void rawBinary() throws CorruptFileException {
    BinaryColumn column = text("ab", "", "cde");
    assertGolden("raw-binary", column, new BinaryColumn(), BlockOptions.SEALED);
  }

  /** Only read: what zstd writes differs between its releases. */
  @Test
  void zstdBinary() throws CorruptFileException {
    String[] values =
        IntStream.range(0, 8)
            .mapToObj(i -> "the same words again and again, number " + i % 4 + i % 2)
            .toArray(String[]::new);
    assertReads("zstd-binary", text(values), new BinaryColumn());
  }

  @Test
  void localDictionary() throws CorruptFileException {
    BinaryColumn column = text("LAX", "SFO", "LAX", "SFO", "LAX");
    assertGolden("local-dictionary", column, new BinaryColumn(), BlockOptions.LIGHT);
  }

  @Test
  void codes() throws CorruptFileException {
    BinaryColumn dictionary = text("a", "b", "c");
    DictionaryColumn column = new DictionaryColumn(dictionary);
    column.append(2);
    column.append(0);
    column.appendNull();
    assertGolden("codes", column, new DictionaryColumn(dictionary), BlockOptions.SEALED);
  }

  @Test
  void pair() throws CorruptFileException {
    PairColumn column = new PairColumn();
    column.append(-1, 5);
    column.append(-1, 6);
    assertGolden("pair", column, new PairColumn(), BlockOptions.SEALED);
  }

  private static LongColumn longs(long... values) {
    LongColumn column = new LongColumn();
    for (long value : values) {
      column.append(value);
    }
    return column;
  }

  private static DoubleColumn doubles(double... values) {
    DoubleColumn column = new DoubleColumn();
    for (double value : values) {
      column.append(value);
    }
    return column;
  }

  private static BinaryColumn text(String... values) {
    BinaryColumn column = new BinaryColumn();
    for (String value : values) {
      column.append(value);
    }
    return column;
  }

  private static void assertGolden(String name, Column column, Column into, BlockOptions options)
      throws CorruptFileException {
    BytesWriter out = new BytesWriter(0);
    new BlockEncoder(options).encode(column, 0, column.size(), out);
    GoldenFile.read(BlockGoldenTest.class, name + "-v0.golden").assertMatches(out.toByteArray());
    assertReads(name, column, into);
  }

  private static void assertReads(String name, Column column, Column into)
      throws CorruptFileException {
    byte[] bytes = GoldenFile.read(BlockGoldenTest.class, name + "-v0.golden").bytes();
    new BlockDecoder().decode(new BytesReader(name, bytes), column.size(), into);
    for (int row = 0; row < column.size(); row++) {
      assertThat(RandomRows.value(into, row)).isEqualTo(RandomRows.value(column, row));
    }
  }
}
