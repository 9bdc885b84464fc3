package io.varve.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.varve.testkit.Allocations;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Bytes that no encoder wrote, though the checksum around them is right, give rows or an error that
 * names the file and the place: never another exception and never memory for bytes that aren't
 * there.
 */
class BlockDamageTest {

  /** Many times what a block needs, much less than a wild length would ask for. */
  private static final long MAX_ALLOCATION = 16 << 20;

  private static final int ROWS = 1024;

  private static void decode(BytesWriter block, int rows, Column into) throws CorruptFileException {
    BytesReader in = new BytesReader("memory", 4000, block.array(), 0, block.size());
    new BlockDecoder().decode(in, rows, into);
  }

  private static BytesWriter head(Encoding encoding, int rows) {
    return new BytesWriter(0).writeByte(encoding.number()).writeByte(0).writeShort(rows);
  }

  private static BinaryColumn dictionary(int size) {
    BinaryColumn dictionary = new BinaryColumn();
    for (int i = 0; i < size; i++) {
      dictionary.append("value " + i);
    }
    return dictionary;
  }

  /** Text that no dictionary of a block suits and zstd makes smaller. */
  private static BinaryColumn text() {
    BinaryColumn column = new BinaryColumn();
    for (int row = 0; row < ROWS; row++) {
      column.append("a text that is long enough to be compressed, number " + row);
    }
    return column;
  }

  private static void assertRefused(BytesWriter block, int rows, Column into, String message) {
    long before = Allocations.bytes();
    assertThatThrownBy(() -> decode(block, rows, into))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageStartingWith("memory: damaged before byte ")
        .hasMessageContaining(message);
    assertThat(Allocations.bytes() - before).isLessThan(MAX_ALLOCATION);
  }

  @Test
  void aDamagedPageIsAnErrorOfTheFile() {
    BytesWriter block = new BytesWriter(0);
    new BlockEncoder(new BlockOptions(1, 16 << 10, false)).encode(text(), 0, ROWS, block);
    assertThat(block.array()[0]).isEqualTo((byte) Encoding.ZSTD_BINARY.number());
    int damaged = 0;
    for (int at = block.size() - 1000; at < block.size(); at++) {
      byte old = block.array()[at];
      block.setByte(at, ~old);
      try {
        decode(block, ROWS, new BinaryColumn());
      } catch (CorruptFileException refused) {
        assertThat(refused.getMessage()).startsWith("memory: damaged before byte ");
        damaged++;
      }
      block.setByte(at, old);
    }
    assertThat(damaged).as("of 1,000 flipped bytes").isGreaterThan(100);
  }

  @Test
  void lengthsThatPagesDoNotHaveTakeNoMemory() {
    BytesWriter empty = head(Encoding.ZSTD_BINARY, ROWS);
    empty.writeByte(Encoding.CONSTANT.number()).writeLong(1 << 18); // 256 MiB in all
    empty.writeShort(1).writeShort(ROWS).writeInt(4).writeInt(0);
    assertRefused(empty, ROWS, new BinaryColumn(), "values of at most");

    BytesWriter claimed = head(Encoding.ZSTD_BINARY, ROWS);
    claimed.writeByte(Encoding.CONSTANT.number()).writeLong(1 << 18);
    claimed.writeShort(1).writeShort(ROWS).writeInt(9000);
    int magic = 0xfd2fb528;
    claimed.writeInt(magic).writeByte(0xa0).writeInt(1 << 20); // a frame of 1 MiB, it says
    claimed.writeBytes(new byte[9000 - 9], 0, 9000 - 9);
    assertRefused(claimed, ROWS, new BinaryColumn(), "a page of 268435456 bytes, found 1048576");
  }

  @Test
  void aFrameThatClaimsMoreThanItsBytesCanHoldTakesNoMemory() {
    BytesWriter block = head(Encoding.ZSTD_BINARY, ROWS);
    block.writeByte(Encoding.CONSTANT.number()).writeLong(1 << 18);
    block.writeShort(2).writeShort(ROWS - 1).writeInt(9);
    int claim = (ROWS - 1) << 18;
    block.writeInt(0xfd2fb528).writeByte(0xa0).writeInt(claim);
    block.writeShort(1).writeInt(9000).writeBytes(new byte[9000], 0, 9000);
    assertRefused(block, ROWS, new BinaryColumn(), "a page of " + claim + " bytes");
  }

  @Test
  void valuesThatRepeatBeyondAnArrayAreRefused() {
    int length = 3 << 20;
    BytesWriter block = head(Encoding.LOCAL_DICTIONARY, ROWS);
    block.writeShort(1).writeByte(Encoding.CONSTANT.number()).writeLong(length);
    block.writeBytes(new byte[length], 0, length);
    block.writeByte(Encoding.CONSTANT.number()).writeLong(0);
    assertRefused(block, ROWS, new BinaryColumn(), "a block of at most 2147483583 bytes");
  }

  @Test
  void codesThatWrapAroundAreRefused() {
    BytesWriter block = head(Encoding.CODES, 2);
    block.writeByte(Encoding.PACKED.number()).writeLong(8).writeByte(32);
    block.writeLongs(new long[] {0xffff_ffffL, 0}, 2).writeLongs(new long[14], 14);
    assertRefused(block, 2, new DictionaryColumn(dictionary(9)), "indexes below 9");
  }

  /** Runs of no rows, of more rows than there are, of fewer, or more of them than the block has. */
  @Test
  void runsThatAreNotTheRowsOfTheBlockAreRefused() {
    assertRunsRefused("1 to 1024 runs", 0);
    assertRunsRefused("1 to 1024 runs", 0xffff, 1, 2);
    assertRunsRefused("a run after row 9 and at most 1024", 3, 9, 9, 1024);
    assertRunsRefused("a run after row 9 and at most 1024", 3, 9, 8, 1024);
    assertRunsRefused("a run after row 0 and at most 1024", 2, 0, 1024);
    assertRunsRefused("a run after row 9 and at most 1024", 2, 9, 0xffff);
    assertRunsRefused("runs of 1024 rows, found 1023 rows", 2, 9, 1023);
  }

  private static void assertRunsRefused(String message, int runs, int... ends) {
    BytesWriter block = head(Encoding.RUNS, ROWS).writeShort(runs);
    for (int end : ends) {
      block.writeShort(end);
    }
    block.writeByte(Encoding.CONSTANT.number()).writeLong(5);
    assertRefused(block, ROWS, new LongColumn(), message);
  }

  @Test
  void runsOfWhatOnlyColumnsHoldAreRefused() {
    Encoding[] refused = {
      Encoding.RUNS, Encoding.DELTA, Encoding.MULTIPLES, Encoding.PATCHED, Encoding.ALP
    };
    for (Encoding encoding : refused) {
      BytesWriter block = head(Encoding.RUNS, ROWS).writeShort(1).writeShort(ROWS);
      block.writeByte(encoding.number()).writeBytes(new byte[64], 0, 64);
      assertRefused(block, ROWS, new LongColumn(), "found ");
    }
  }

  @Test
  void runsOfCodesThatAreNoneAreRefused() {
    for (long code : new long[] {9, -1, 1L << 32, Long.MIN_VALUE}) {
      BytesWriter block = head(Encoding.CODES, ROWS).writeByte(Encoding.RUNS.number());
      block.writeShort(1).writeShort(ROWS);
      block.writeByte(Encoding.CONSTANT.number()).writeLong(code);
      assertRefused(block, ROWS, new DictionaryColumn(dictionary(9)), "indexes below 9");
      assertThatThrownBy(
              () ->
                  new BlockDecoder()
                      .decodeLazily(
                          new BytesReader("memory", 0, block.array(), 0, block.size()),
                          ROWS,
                          false,
                          new DictionaryColumn(dictionary(9))))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("indexes below 9");
    }
  }

  @Test
  void emptyValuesBetweenLargeOnesComeBack() throws CorruptFileException {
    for (int length : new int[] {16 << 10, 64 << 10, 70_000}) {
      BinaryColumn column = new BinaryColumn();
      for (int row = 0; row < ROWS; row++) {
        boolean large = row == 3 || row == 500 || row == 1000;
        column.append(large ? "x".repeat(length) : "");
      }
      BytesWriter block = new BytesWriter(0);
      new BlockEncoder(BlockOptions.SEALED).encode(column, 0, ROWS, block);
      BinaryColumn back = new BinaryColumn();
      decode(block, ROWS, back);
      for (int row = 0; row < ROWS; row++) {
        assertThat(back.getString(row)).isEqualTo(column.getString(row));
      }
    }
  }

  @SeededTest(runs = 300)
  void noiseGivesRowsOrAnError(Random random) {
    for (int run = 0; run < 20; run++) {
      int rows = 1 + random.nextInt(random.nextInt(3) == 0 ? ROWS : 70);
      Column column = column(random, rows);
      BytesWriter block = new BytesWriter(0);
      BlockOptions options = random.nextBoolean() ? BlockOptions.SEALED : BlockOptions.LIGHT;
      new BlockEncoder(options).encode(column, 0, rows, block);
      for (int left = random.nextInt(4); left >= 0; left--) {
        int at = random.nextInt(Math.min(block.size(), 40));
        if (at != 2 && at != 3) { // the number of rows
          block.setByte(at, random.nextInt(256));
        }
      }
      Column into =
          column instanceof DictionaryColumn coded
              ? new DictionaryColumn(coded.dictionary())
              : Column.create(storage(column));
      long before = Allocations.bytes();
      try {
        decode(block, rows, into);
        assertThat(into.size()).isEqualTo(rows);
        for (int row = 0; row < rows; row++) {
          RandomRows.value(into, row); // fails if a code or an end leaves what is there
        }
      } catch (CorruptFileException refused) {
        assertThat(refused.getMessage()).startsWith("memory: damaged before byte ");
      }
      assertThat(Allocations.bytes() - before).isLessThan(MAX_ALLOCATION);
    }
  }

  private static Storage storage(Column column) {
    if (column instanceof LongColumn) {
      return Storage.LONG;
    }
    if (column instanceof DoubleColumn) {
      return Storage.DOUBLE;
    }
    return column instanceof PairColumn ? Storage.PAIR : Storage.BINARY;
  }

  private static Column column(Random random, int rows) {
    int kind = random.nextInt(5);
    Column column =
        kind == 4 ? new DictionaryColumn(dictionary(9)) : Column.create(Storage.values()[kind]);
    boolean nulls = random.nextBoolean();
    long range = 1L << random.nextInt(63);
    int runRows = 1 + random.nextInt(2) * random.nextInt(60);
    long value = 0;
    for (int row = 0; row < rows; row++) {
      value = row % runRows == 0 ? random.nextLong() : value;
      if (nulls && random.nextInt(4) == 0) {
        column.appendNull();
      } else if (column instanceof LongColumn values) {
        values.append(value % range);
      } else if (column instanceof DoubleColumn values) {
        values.append(value % 100 / 10.0);
      } else if (column instanceof PairColumn values) {
        values.append(value % range, random.nextLong());
      } else if (column instanceof DictionaryColumn values) {
        values.append((int) Math.floorMod(value, 9L));
      } else {
        int number = random.nextInt(rows + 10);
        ((BinaryColumn) column)
            .append(
                switch ((int) (range % 3)) {
                  case 0 -> "text " + number;
                  case 1 -> String.format(Locale.ROOT, "%032x", number * 77_777_777L);
                  default -> "{\"a\":" + number % 7 + ",\"b\":\"" + number + "\",\"c\":\"d\"}";
                });
      }
    }
    return column;
  }
}
