package io.varve.benchmarks.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.encoding.BlockEncoder;
import io.varve.encoding.BlockOptions;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/** Values for which the chooser takes one encoding: there is at least one sample of each. */
public enum EncodingSample {
  /** Nothing. */
  ALL_NULL("all null", "nulls"),
  /** One value. */
  CONSTANT("constant", "one value"),
  /** Any of 20 bits. */
  PACKED("packed", "integers of 20 bits"),
  /** The same, some of them null. */
  PACKED_NULLS("packed", "integers of 20 bits, a third of them null"),
  /** As few as a frame of a tail has. */
  FIXED("fixed", "20 integers of 16 bits"),
  /** Small values and a few large ones. */
  PATCHED("patched", "integers of 4 bits, one in 64 large"),
  /** States that change every 60 rows or so. */
  RUNS("runs", "integers that stay the same for 60 rows"),
  /** Times at an unsteady rate. */
  DELTA("delta", "times at an unsteady rate"),
  /** Values whose steps grow. */
  DELTA_OF_DELTA("delta of delta", "integers whose steps grow"),
  /** Hours in any order. */
  MULTIPLES("multiples of packed", "times that are whole hours"),
  /** Doubles that no other encoding suits. */
  RAW_DOUBLE("raw double", "doubles of any bits"),
  /** The same of 32 bits. */
  RAW_FLOAT("raw float", "floats of any bits"),
  /** Prices. */
  ALP("ALP of packed", "doubles of two decimals"),
  /** Prices, some of which are none. */
  ALP_EXCEPTIONS("ALP of packed", "doubles of two decimals, one in 30 is none"),
  /** Pairs of halves. */
  PAIR("pair", "decimals of more than 18 digits"),
  /** Bytes that nothing makes smaller. */
  RAW_BINARY("raw binary", "8 bytes of chance"),
  /** Text that has no shape in common. */
  ZSTD_BINARY("zstd binary", "text of 70 bytes"),
  /** Text that repeats, in a tail. */
  LOCAL_DICTIONARY("local dictionary", "one of 50 texts, in a tail"),
  /** Codes of a large dictionary. */
  CODES("codes of packed", "one of 5,000 texts"),
  /** Codes of rows that are sorted by it. */
  CODES_IN_RUNS("codes of runs", "one of 5,000 texts, the same for 60 rows"),
  /** Ids. */
  DIGITS("digits", "ULIDs"),
  /** Payloads. */
  TEMPLATE("template", "JSON objects of the same members");

  private static final int FEW = 20;
  private static final int TEXTS = 5000;
  private static final int RUN_ROWS = 60;
  private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  private final String encodings;
  private final String description;

  EncodingSample(String encodings, String description) {
    this.encodings = encodings;
    this.description = description;
  }

  /** Returns how the chooser must encode the block. */
  public String encodings() {
    return encodings;
  }

  /** Returns the values in a few words. */
  public String description() {
    return description;
  }

  /** Returns how many values one block has. */
  public int rows() {
    return this == FIXED ? FEW : BlockSource.MAX_BLOCK_ROWS;
  }

  /** Returns an encoder of what such values are found in. */
  BlockEncoder encoder() {
    return switch (this) {
      case LOCAL_DICTIONARY -> new BlockEncoder(BlockOptions.LIGHT);
      case DIGITS -> new BlockEncoder(BlockOptions.LOOKED_UP);
      default -> new BlockEncoder(BlockOptions.SEALED);
    };
  }

  /** Returns the values, always the same. */
  Column column() {
    Random random = new Random(11);
    return switch (this) {
      case ALL_NULL -> longs(row -> 0, row -> true);
      case CONSTANT -> longs(row -> 17);
      case PACKED -> longs(row -> random.nextInt(1 << 20));
      case PACKED_NULLS -> longs(row -> random.nextInt(1 << 20), row -> row % 3 == 0);
      case FIXED -> longs(row -> random.nextInt(1 << 16));
      case PATCHED -> longs(row -> (row % 64 == 7 ? 1 << 20 : 0) + random.nextInt(16));
      case RUNS -> longs(row -> row / RUN_ROWS * 7919L % 13);
      case DELTA -> rising(random);
      case DELTA_OF_DELTA -> accelerating(random);
      case MULTIPLES -> longs(row -> random.nextInt(2000) * 3_600_000_000_000L);
      case RAW_DOUBLE -> doubles(row -> random.nextGaussian());
      case RAW_FLOAT -> doubles(row -> random.nextFloat());
      case ALP -> doubles(row -> random.nextInt(1_000_000) / 100.0);
      case ALP_EXCEPTIONS ->
          doubles(row -> row % 30 == 9 ? random.nextGaussian() : random.nextInt(1_000_000) / 100.0);
      case PAIR -> pairs(random);
      case RAW_BINARY -> chance(random);
      case ZSTD_BINARY -> texts(random);
      case LOCAL_DICTIONARY -> few(random);
      case CODES -> codes(row -> random.nextInt(TEXTS));
      case CODES_IN_RUNS -> codes(row -> row / RUN_ROWS * 7919 % TEXTS);
      case DIGITS -> ids(random);
      case TEMPLATE -> payloads(random);
    };
  }

  private LongColumn longs(IntToLongFunction values) {
    return longs(values, row -> false);
  }

  private LongColumn longs(IntToLongFunction values, IntPredicate isNull) {
    LongColumn column = new LongColumn();
    for (int row = 0; row < rows(); row++) {
      long value = values.applyAsLong(row);
      if (isNull.test(row)) {
        column.appendNull();
      } else {
        column.append(value);
      }
    }
    return column;
  }

  private LongColumn rising(Random random) {
    long[] time = {1_700_000_000_000_000_000L};
    return longs(row -> time[0] += 1 + random.nextInt(1 << 20));
  }

  private LongColumn accelerating(Random random) {
    long[] value = {0, 1_000_000};
    return longs(
        row -> {
          value[1] += 500 + random.nextInt(8);
          return value[0] += value[1];
        });
  }

  private DoubleColumn doubles(IntToDoubleFunction values) {
    DoubleColumn column = new DoubleColumn();
    for (int row = 0; row < rows(); row++) {
      column.append(values.applyAsDouble(row));
    }
    return column;
  }

  private PairColumn pairs(Random random) {
    PairColumn column = new PairColumn();
    for (int row = 0; row < rows(); row++) {
      column.append(random.nextInt(3), random.nextLong());
    }
    return column;
  }

  private BinaryColumn chance(Random random) {
    BinaryColumn column = new BinaryColumn();
    byte[] value = new byte[Long.BYTES];
    for (int row = 0; row < rows(); row++) {
      random.nextBytes(value);
      column.append(value, 0, value.length);
    }
    return column;
  }

  private BinaryColumn texts(Random random) {
    String[] words = {"disk", "is", "full", "of", "node", "job", "and", "fails", "when", "the"};
    BinaryColumn column = new BinaryColumn();
    for (int row = 0; row < rows(); row++) {
      StringBuilder text = new StringBuilder();
      for (int word = 8 + random.nextInt(12); word > 0; word--) {
        text.append(words[random.nextInt(words.length)])
            .append(random.nextInt(3) == 0 ? "; " : " ");
      }
      column.append(text.append(random.nextInt(1000)).toString());
    }
    return column;
  }

  private BinaryColumn few(Random random) {
    BinaryColumn column = new BinaryColumn();
    for (int row = 0; row < rows(); row++) {
      column.append("model-" + random.nextInt(50));
    }
    return column;
  }

  private DictionaryColumn codes(IntUnaryOperator codes) {
    BinaryColumn dictionary = new BinaryColumn();
    for (int code = 0; code < TEXTS; code++) {
      dictionary.append(String.format(Locale.ROOT, "user-%05d", code));
    }
    DictionaryColumn column = DictionaryColumn.ofSorted(dictionary);
    for (int row = 0; row < rows(); row++) {
      column.append(codes.applyAsInt(row));
    }
    return column;
  }

  private BinaryColumn ids(Random random) {
    BinaryColumn column = new BinaryColumn();
    byte[] id = new byte[26];
    for (int row = 0; row < rows(); row++) {
      for (int i = 0; i < id.length; i++) {
        boolean time = i < 6;
        id[i] = (byte) CROCKFORD.charAt(time ? i : random.nextInt(CROCKFORD.length()));
      }
      column.append(id, 0, id.length);
    }
    return column;
  }

  private BinaryColumn payloads(Random random) {
    BinaryColumn column = new BinaryColumn();
    for (int row = 0; row < rows(); row++) {
      column.append(
          String.format(
              Locale.ROOT,
              "{\"trace\":\"%016x\",\"version\":\"1.%d.0\",\"stream\":%b,\"retries\":0}",
              random.nextLong(),
              random.nextInt(4),
              random.nextBoolean()));
    }
    return column;
  }
}
