package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.EncodedLongs;
import io.varve.column.LongColumn;
import io.varve.column.NullMask;
import io.varve.column.ZoneMap;
import io.varve.simd.Kernels;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the value of one column, or its opposite: neither holds for a null. Subclasses
 * know values only; negation and nulls are here. Confined, since results for a dictionary are kept.
 */
abstract class ColumnTest {

  /** Below this size a dictionary is tested at once, above it as its codes are met. */
  private static final int EAGER_ENTRIES = 8192;

  /** Above this many fitting values their lists of blocks are not worth joining. */
  private static final int MAX_LISTS = 64;

  private static final byte UNKNOWN = 2;

  private final Kernels kernels = Kernels.chosen();
  private final int fieldId;
  private final boolean negated;
  private @Nullable BinaryColumn dictionary;
  private byte[] byCode = new byte[0];
  private @Nullable BinaryColumn rangeDictionary;
  private int @Nullable [] codeRange;

  /** The codes for which the condition holds, if they are few; those of the dictionary above. */
  private long @Nullable [] fewCodes;

  private @Nullable BlockSource knownSource;

  /** One bit for each block of the source that may have a fitting row; null if any may. */
  private long @Nullable [] blocks;

  ColumnTest(int fieldId, boolean negated) {
    this.fieldId = fieldId;
    this.negated = negated;
  }

  final int fieldId() {
    return fieldId;
  }

  final boolean isNegated() {
    return negated;
  }

  /** Returns one test that is true where this and another are, null if there is none so simple. */
  @Nullable ColumnTest and(ColumnTest other) {
    return null;
  }

  /** Judges the condition, not its opposite, over values that lie in a zone and are not null. */
  abstract Verdict judgeValues(ZoneMap zone);

  /** Sets the bits of the rows where the condition holds, of nulls as it likes; clears others. */
  abstract void test(Column column, int rows, long[] bits);

  /** Returns whether the condition holds for a value of bytes. */
  boolean testBytes(byte[] bytes, int from, int to) {
    throw new IllegalStateException("field " + fieldId + " does not hold bytes");
  }

  /** Returns whether the condition holds for an integer. */
  boolean testLong(long value) {
    throw new IllegalStateException("field " + fieldId + " does not hold integers");
  }

  Verdict judge(@Nullable ZoneMap zone) {
    if (zone == null) {
      return Verdict.SOME;
    }
    if (zone.nulls() == zone.rows()) {
      return Verdict.NONE;
    }
    Verdict values = judgeValues(zone);
    if (values == Verdict.SOME) {
      return Verdict.SOME;
    }
    boolean holds = (values == Verdict.ALL) != negated;
    if (!holds) {
      return Verdict.NONE;
    }
    return zone.nulls() == 0 ? Verdict.ALL : Verdict.SOME;
  }

  /**
   * Returns the blocks that may hold one of the values, if there are only a few for which the
   * condition, not its opposite, holds; null if there are more or the source can't tell.
   */
  long @Nullable [] blocksOfValues(BlockSource source) throws IOException {
    return null;
  }

  /** Returns the blocks that may hold one of some values; null if any may. */
  static long @Nullable [] join(BlockSource source, int values, ValueBlocks blocksOf)
      throws IOException {
    if (values > MAX_LISTS) {
      return null;
    }
    long[] joined = new long[(source.blockCount() + 63) >>> 6];
    for (int i = 0; i < values; i++) {
      long[] found = blocksOf.get(i);
      if (found == null) {
        return null;
      }
      for (int word = 0; word < joined.length; word++) {
        joined[word] |= found[word];
      }
    }
    return joined;
  }

  /** Returns the blocks of a value by its index. */
  interface ValueBlocks {

    long @Nullable [] get(int index) throws IOException;
  }

  /** Returns whether a look at the source that was taken before says that no row can fit. */
  boolean isKnownToMiss(Block block) {
    long[] bits = knownSource == block.source() ? blocks : null;
    return bits != null && (bits[block.index() >>> 6] & (1L << block.index())) == 0;
  }

  /** Returns false if, by dictionary and indexes of the source, no row of the block can fit. */
  boolean mayHold(Block block) throws IOException {
    long[] bits = blocks(block.source());
    return bits == null || (bits[block.index() >>> 6] & (1L << block.index())) != 0;
  }

  /** Returns false if, by dictionary and indexes of the source, no row of it can fit. */
  boolean mayHold(BlockSource source) throws IOException {
    long[] bits = blocks(source);
    if (bits == null) {
      return true;
    }
    long any = 0;
    for (long word : bits) {
      any |= word;
    }
    return any != 0;
  }

  /** Returns one bit for each block that may have a fitting row; null if any may. */
  long @Nullable [] blocks(BlockSource source) throws IOException {
    if (knownSource != source) {
      blocks = blocksThatMayHold(source);
      knownSource = source;
    }
    return blocks;
  }

  private long @Nullable [] blocksThatMayHold(BlockSource source) throws IOException {
    long[] few = negated ? null : blocksOfValues(source);
    if (few != null) {
      return few;
    }
    Column values = source.distinctValues(fieldId);
    if (!(values instanceof BinaryColumn) && !(values instanceof LongColumn)) {
      return null;
    }
    long[] joined = new long[(source.blockCount() + 63) >>> 6];
    int fitting = 0;
    for (int code = 0; code < values.size(); code++) {
      if (holdsFor(values, code) == negated) {
        continue;
      }
      long[] list = ++fitting > MAX_LISTS ? null : source.blocksOf(fieldId, code);
      if (list == null) {
        return null;
      }
      for (int i = 0; i < joined.length; i++) {
        joined[i] |= list[i];
      }
    }
    return joined;
  }

  private boolean holdsFor(Column values, int index) {
    return values instanceof BinaryColumn bytes
        ? testBytes(bytes.bytes(), bytes.start(index), bytes.end(index))
        : testLong(((LongColumn) values).get(index));
  }

  /** Sets the bits of the rows where the condition, or its opposite, is true; clears others. */
  void select(Column column, int rows, long[] bits) {
    if (column instanceof DictionaryColumn coded) {
      testCodes(coded, rows, bits);
    } else {
      test(column, rows, bits);
    }
    if (negated) {
      kernels.not(bits, rows);
    }
    Selection.dropNulls(bits, column.nulls());
  }

  /**
   * Sets the bits of the rows where the condition, or its opposite, is true, if the block can find
   * them without its values being read; returns false if it can't.
   */
  boolean find(Block block, long[] bits) throws IOException {
    return false;
  }

  /**
   * Returns the codes for which the condition, not its opposite, holds, if they are one run.
   *
   * @param sorted distinct values that rise
   * @return first code and the one after the last, which may be the same; null if there is no such
   *     run, or none so easily found
   */
  int @Nullable [] codeRange(BinaryColumn sorted) {
    return null;
  }

  /**
   * Returns the codes for which the condition, not its opposite, holds, rising, if there are few.
   *
   * @param sorted distinct values that rise
   * @return at most {@link EncodedLongs#MAX_WANTED}; null if there are more or it isn't known
   */
  long @Nullable [] fewCodes(BinaryColumn sorted) {
    return null;
  }

  private void testCodes(DictionaryColumn column, int rows, long[] bits) {
    if (column.isSorted()) {
      if (rangeDictionary != column.dictionary()) {
        rangeDictionary = column.dictionary();
        codeRange = codeRange(column.dictionary());
        fewCodes = codeRange == null ? fewCodes(column.dictionary()) : null;
      }
      EncodedLongs encoded = column.encoded();
      if (codeRange != null) {
        testRange(column, codeRange[0], codeRange[1], rows, bits);
        return;
      }
      if (fewCodes != null && encoded != null) {
        encoded.selectIn(fewCodes, bits);
        Arrays.fill(bits, (rows + 63) >>> 6, Selection.WORDS, 0);
        return;
      }
    }
    testCodeTable(column, rows, bits);
  }

  private void testRange(DictionaryColumn column, int from, int to, int rows, long[] bits) {
    Arrays.fill(bits, 0);
    if (from >= to) {
      return;
    }
    EncodedLongs encoded = column.encoded();
    if (encoded != null) {
      encoded.selectRange(from, to - 1, bits);
      return;
    }
    kernels.selectRange(column.codes(), rows, from, to - 1, bits);
  }

  private void testCodeTable(DictionaryColumn column, int rows, long[] bits) {
    BinaryColumn values = column.dictionary();
    if (dictionary != values || byCode.length != values.size()) {
      startDictionary(values);
    }
    int[] codes = column.codes();
    NullMask nulls = column.nulls();
    if (values.size() > EAGER_ENTRIES) {
      for (int row = 0; row < rows; row++) {
        if (!nulls.isNull(row) && byCode[codes[row]] == UNKNOWN) {
          byCode[codes[row]] = testCode(values, codes[row]);
        }
      }
    } else if (values.size() == 0) {
      Arrays.fill(bits, 0);
      return;
    }
    kernels.selectByTable(codes, rows, byCode, bits);
    Arrays.fill(bits, (rows + 63) >>> 6, Selection.WORDS, 0);
  }

  private void startDictionary(BinaryColumn values) {
    dictionary = values;
    byCode = new byte[values.size()];
    for (int code = 0; code < byCode.length; code++) {
      byCode[code] = byCode.length > EAGER_ENTRIES ? UNKNOWN : testCode(values, code);
    }
  }

  private byte testCode(BinaryColumn values, int code) {
    return testBytes(values.bytes(), values.start(code), values.end(code)) ? (byte) 1 : 0;
  }
}
