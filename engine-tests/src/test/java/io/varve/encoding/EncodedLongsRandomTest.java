package io.varve.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BinaryColumn;
import io.varve.column.DictionaryColumn;
import io.varve.column.EncodedLongs;
import io.varve.column.LongColumn;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.testkit.SeededTest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is asked of stored integers without decoding them is what the values say. What could break:
 * a patch below the base, sums and ranges at the ends of 64 bits, blocks that share memory.
 */
class EncodedLongsRandomTest {

  private static final long[] EXTREMES = {
    Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE
  };

  private final BlockEncoder encoder = new BlockEncoder(BlockOptions.SEALED);
  private final BlockDecoder decoder = new BlockDecoder();

  /** Mostly values of few bits above a base, with some far away, above or below. */
  private static long[] values(Random random) {
    int rows = random.nextInt(4) == 0 ? 1 + random.nextInt(1024) : 1024;
    int width = random.nextInt(4) == 0 ? 0 : random.nextInt(64);
    int outlierOf = 2 + random.nextInt(random.nextBoolean() ? 20 : 500);
    int far = random.nextInt(64);
    boolean wild = random.nextInt(4) == 0;
    boolean above = random.nextInt(4) > 0;
    long base = wild ? extreme(random) : random.nextLong() >> (2 + random.nextInt(62));
    long[] values = new long[rows];
    int runRows = random.nextInt(3) == 0 ? 1 + random.nextInt(300) : 0;
    for (int i = 0; i < rows; i++) {
      if (runRows > 0 && i > 0 && random.nextInt(runRows) > 0) {
        values[i] = values[i - 1];
        continue;
      }
      values[i] = base + (width == 0 ? 0 : random.nextLong() >>> (64 - width));
      if (random.nextInt(outlierOf) == 0) {
        boolean end = wild && random.nextInt(9) == 0;
        long distance = random.nextLong() >> (wild ? far : 2 + far / 2);
        values[i] = end ? extreme(random) : base + (above ? Math.abs(distance) : distance);
      }
    }
    return values;
  }

  private static long extreme(Random random) {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }

  private byte[] encode(long[] values) {
    LongColumn column = new LongColumn();
    for (long value : values) {
      column.append(value);
    }
    BytesWriter out = new BytesWriter(0);
    encoder.encode(column, 0, values.length, out);
    return Arrays.copyOf(out.array(), out.size());
  }

  private LongColumn decode(byte[] block, int rows) throws CorruptFileException {
    LongColumn column = new LongColumn();
    decoder.decodeLazily(new BytesReader("block", block), rows, false, column);
    return column;
  }

  @SeededTest(runs = 400)
  void answersAreThoseOfTheValues(Random random) throws CorruptFileException {
    List<long[]> values = List.of(values(random), values(random), values(random));
    List<LongColumn> columns = new ArrayList<>();
    for (long[] block : values) {
      columns.add(decode(encode(block), block.length));
    }
    for (int i = 0; i < 12; i++) { // in turns, as columns that were read one after the other
      int which = random.nextInt(3);
      EncodedLongs encoded = columns.get(which).encoded();
      if (encoded == null) {
        assertThat(columns.get(which).values()).startsWith(values.get(which));
      } else {
        assertAnswers(encoded, values.get(which), random);
      }
    }
  }

  private static void assertAnswers(EncodedLongs encoded, long[] values, Random random) {
    switch (random.nextInt(7)) {
      case 0 -> {
        long[] out = new long[values.length];
        encoded.decode(out);
        assertThat(out).isEqualTo(values);
      }
      case 1 -> {
        long[] all = new long[16];
        Arrays.fill(all, -1);
        assertThat(encoded.sum().toBigInteger()).isEqualTo(sum(values, all));
      }
      case 2 -> {
        long[] bits = bits(random, values);
        assertThat(encoded.sumSelected(bits).toBigInteger()).isEqualTo(sum(values, bits));
      }
      case 3 -> {
        long one = bound(random, values);
        long other = bound(random, values);
        assertRange(encoded, values, Math.min(one, other), Math.max(one, other));
      }
      case 4 -> {
        long[] bits = bits(random, values);
        int[] rows = IntStream.range(0, values.length).filter(row -> isSet(bits, row)).toArray();
        long[] out = new long[rows.length];
        encoded.gather(rows, rows.length, out);
        assertThat(out).isEqualTo(Arrays.stream(rows).mapToLong(row -> values[row]).toArray());
      }
      case 5 -> assertIn(encoded, values, random);
      default -> assertMostly(encoded, values);
    }
  }

  private static void assertIn(EncodedLongs encoded, long[] values, Random random) {
    int count = random.nextInt(EncodedLongs.MAX_WANTED + 1);
    long[] wanted =
        IntStream.range(0, count).mapToLong(i -> bound(random, values)).sorted().toArray();
    long[] bits = new long[16];
    Arrays.fill(bits, 0, (values.length + 63) >>> 6, -1);
    encoded.selectIn(wanted, bits);
    long[] expected = new long[16];
    for (int row = 0; row < values.length; row++) {
      boolean found = Arrays.binarySearch(wanted, values[row]) >= 0;
      expected[row >>> 6] |= (found ? 1L : 0L) << row;
    }
    assertThat(bits).as("one of %s", Arrays.toString(wanted)).isEqualTo(expected);
  }

  private static long bound(Random random, long[] values) {
    return switch (random.nextInt(3)) {
      case 0 -> extreme(random);
      case 1 -> random.nextLong() >> random.nextInt(64);
      default -> values[random.nextInt(values.length)] + random.nextInt(3) - 1;
    };
  }

  /** Selects all rows, half of them, some, a few, or those of great or of small values. */
  private static long[] bits(Random random, long[] values) {
    long[] bits = new long[16];
    int[] oneOf = {1, 2, 30, 200, 0, 0};
    int kind = random.nextInt(oneOf.length);
    long bound = values[random.nextInt(values.length)];
    for (int row = 0; row < values.length; row++) {
      boolean great = values[row] >= bound;
      boolean set = kind < 4 ? random.nextInt(oneOf[kind]) == 0 : great == (kind == 4);
      bits[row >>> 6] |= (set ? 1L : 0L) << row;
    }
    return bits;
  }

  private static boolean isSet(long[] bits, int row) {
    return (bits[row >>> 6] & 1L << row) != 0;
  }

  private static BigInteger sum(long[] values, long[] bits) {
    BigInteger sum = BigInteger.ZERO;
    for (int row = 0; row < values.length; row++) {
      if (isSet(bits, row)) {
        sum = sum.add(BigInteger.valueOf(values[row]));
      }
    }
    return sum;
  }

  private static void assertRange(EncodedLongs encoded, long[] values, long first, long last) {
    long[] bits = new long[16];
    Arrays.fill(bits, 0, (values.length + 63) >>> 6, -1);
    encoded.selectRange(first, last, bits);
    long[] expected = new long[16];
    for (int row = 0; row < values.length; row++) {
      boolean within = values[row] >= first && values[row] <= last;
      expected[row >>> 6] |= (within ? 1L : 0L) << row;
    }
    assertThat(bits).as("from %s to %s", first, last).isEqualTo(expected);
  }

  private static void assertMostly(EncodedLongs encoded, long[] values) {
    if (!encoded.isMostlyOne()) {
      return;
    }
    long[] others = new long[16];
    Arrays.fill(others, 0, (values.length + 63) >>> 6, -1);
    long most = encoded.mostly(others);
    for (int row = 0; row < values.length; row++) {
      assertThat(values[row] == most || isSet(others, row)).as("row %s", row).isTrue();
    }
    for (int row = values.length; row < 1024; row++) {
      assertThat(isSet(others, row)).as("row %s, which is none", row).isFalse();
    }
  }

  @SeededTest(runs = 100)
  void codesToo(Random random) throws CorruptFileException {
    BinaryColumn dictionary = new BinaryColumn();
    int size = 2 + random.nextInt(3000);
    for (int i = 0; i < size; i++) {
      dictionary.append("value " + i);
    }
    int rareOf = 1 + random.nextInt(200);
    int common = 1 + random.nextInt(Math.min(size, 9));
    int runRows = random.nextBoolean() ? 1 : 1 + random.nextInt(100);
    long[] values = new long[1 + random.nextInt(1024)];
    DictionaryColumn column = new DictionaryColumn(dictionary);
    for (int i = 0; i < values.length; i++) {
      boolean goesOn = i > 0 && random.nextInt(runRows) > 0;
      int other = random.nextInt(random.nextInt(rareOf) == 0 ? size : common);
      values[i] = goesOn ? values[i - 1] : other;
      column.append((int) values[i]);
    }
    BytesWriter out = new BytesWriter(0);
    encoder.encode(column, 0, values.length, out);
    DictionaryColumn into = new DictionaryColumn(dictionary);
    decoder.decodeLazily(
        new BytesReader("block", 0, out.array(), 0, out.size()),
        values.length,
        random.nextBoolean(),
        into);
    EncodedLongs encoded = into.encoded();
    if (encoded != null) {
      assertAnswers(encoded, values, random);
      assertAnswers(encoded, values, random);
    }
    assertThat(Arrays.copyOf(into.codes(), values.length))
        .isEqualTo(Arrays.stream(values).mapToInt(value -> (int) value).toArray());
  }

  /** What is known of the bytes of one block, and they turned out wrong, says nothing of others. */
  @Test
  void codesAreCheckedAfterABlockThatWasKnownFailed() {
    BinaryColumn many = new BinaryColumn();
    BinaryColumn few = new BinaryColumn();
    for (int i = 0; i < 1000; i++) {
      many.append("value " + i);
    }
    few.append("value 0");
    few.append("value 1");
    DictionaryColumn codes = new DictionaryColumn(many);
    for (int row = 0; row < 1000; row++) {
      codes.append(row * 7 % 1000);
    }
    BytesWriter out = new BytesWriter(0);
    encoder.encode(codes, 0, 1000, out);
    BytesReader cut = new BytesReader("cut", 0, out.array(), 0, out.size() / 2);
    BytesReader whole = new BytesReader("whole", 0, out.array(), 0, out.size());

    assertThatThrownBy(() -> decoder.decodeLazily(cut, 1000, true, new DictionaryColumn(many)))
        .isInstanceOf(CorruptFileException.class);
    assertThatThrownBy(() -> decoder.decode(whole, 1000, 0, 1000, new DictionaryColumn(few)))
        .isInstanceOf(CorruptFileException.class);
  }

  /** Without it the tests above could pass on blocks that are all decoded at once. */
  @Test
  void patchedBlocksAndRunsStayEncoded() throws CorruptFileException {
    AtomicInteger encoded = new AtomicInteger();
    AtomicInteger mostlyOne = new AtomicInteger();
    AtomicInteger inRuns = new AtomicInteger();
    AtomicInteger mostlyOneInRuns = new AtomicInteger();
    for (int seed = 0; seed < 200; seed++) {
      long[] values = values(new Random(seed));
      byte[] block = encode(values);
      EncodedLongs stored = decode(block, values.length).encoded();
      boolean patched = block[0] == Encoding.PATCHED.number();
      if (patched && stored != null) {
        encoded.incrementAndGet();
        mostlyOne.addAndGet(stored.isMostlyOne() ? 1 : 0);
      }
      if (block[0] == Encoding.RUNS.number()) {
        inRuns.incrementAndGet();
        mostlyOneInRuns.addAndGet(Objects.requireNonNull(stored).isMostlyOne() ? 1 : 0);
      }
    }
    assertThat(encoded.get()).isGreaterThan(15);
    assertThat(mostlyOne.get()).isGreaterThan(5);
    assertThat(inRuns.get()).isGreaterThan(15);
    assertThat(mostlyOneInRuns.get()).isGreaterThan(1);
  }
}
