package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.EncodedLongs;
import io.varve.column.NullMask;
import io.varve.column.ZoneMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys of bytes: numbered in the order in which they are met, from 1; 0 is null. */
final class BinaryKey extends KeyReader {

  private final BinaryInterner interner = new BinaryInterner();
  private @Nullable BinaryColumn dictionary;

  /** The word of each code of the dictionary, zero if it has none yet. */
  private int[] wordByCode = new int[0];

  private boolean isSorted;
  private int wordCount;

  BinaryKey(int fieldId) {
    super(fieldId, 1);
  }

  @Override
  int idCount() {
    return interner.size() + 1;
  }

  @Override
  boolean readConstant(ZoneMap zone, long[] key, int at) {
    if (zone.nulls() == zone.rows()) {
      key[at] = 0;
      return true;
    }
    if (zone.nulls() == 0 && zone instanceof ZoneMap.OfBinary map) {
      byte[] min = map.min();
      if (min != null && Arrays.equals(min, map.max())) {
        key[at] = interner.idOf(min, 0, min.length) + 1L;
        return true;
      }
    }
    return false;
  }

  @Override
  void read(Column column, int[] rows, int count, long[][] words, int at) {
    if (column instanceof DictionaryColumn coded) {
      readCodes(coded, rows, count, words[at]);
      return;
    }
    BinaryColumn values = (BinaryColumn) column;
    for (int n = 0; n < count; n++) {
      int row = rows[n];
      words[at][n] =
          values.isNull(row)
              ? 0
              : interner.idOf(values.bytes(), values.start(row), values.end(row)) + 1;
    }
  }

  @Override
  boolean readMostly(Column column, long[] key, int at, long[] others) {
    EncodedLongs encoded = column instanceof DictionaryColumn coded ? coded.encoded() : null;
    if (encoded == null || !encoded.isMostlyOne()) {
      return false;
    }
    DictionaryColumn coded = (DictionaryColumn) column;
    BinaryColumn values = coded.dictionary();
    useDictionary(coded);
    int code = (int) encoded.mostly(others);
    int word = wordByCode[code];
    key[at] = word != 0 ? word : newWord(values, code);
    return true;
  }

  private void useDictionary(DictionaryColumn column) {
    BinaryColumn values = column.dictionary();
    BinaryColumn before = dictionary;
    if (before == values && wordByCode.length == values.size()) {
      return;
    }
    int[] words = new int[values.size()];
    int taken = 0;
    if (before != null && isSorted && column.isSorted() && wordCount > wordByCode.length / 4) {
      taken = takeWords(before, wordByCode, values, words);
    }
    dictionary = values;
    wordByCode = words;
    wordCount = taken;
    isSorted = column.isSorted();
  }

  /** Gives values the words that they have in another dictionary, going through both in order. */
  private static int takeWords(
      BinaryColumn before, int[] wordsBefore, BinaryColumn values, int[] words) {
    int taken = 0;
    int other = 0;
    for (int code = 0; code < words.length && other < wordsBefore.length; code++) {
      int order = 1;
      while (other < wordsBefore.length && (order = compare(before, other, values, code)) < 0) {
        other++;
      }
      if (order == 0) {
        words[code] = wordsBefore[other++];
        taken += words[code] != 0 ? 1 : 0;
      }
    }
    return taken;
  }

  private static int compare(BinaryColumn left, int leftRow, BinaryColumn right, int rightRow) {
    return Arrays.compareUnsigned(
        left.bytes(),
        left.start(leftRow),
        left.end(leftRow),
        right.bytes(),
        right.start(rightRow),
        right.end(rightRow));
  }

  private void readCodes(DictionaryColumn column, int[] rows, int count, long[] target) {
    useDictionary(column);
    BinaryColumn values = column.dictionary();
    EncodedLongs encoded = column.encoded();
    if (encoded != null && count == column.size()) {
      encoded.decode(target);
      for (int n = 0; n < count; n++) {
        int code = (int) target[n];
        int word = wordByCode[code];
        target[n] = word != 0 ? word : newWord(values, code);
      }
      return;
    }
    int[] codes = column.codes();
    NullMask nulls = column.nulls();
    boolean nullable = nulls.nullCount() != 0;
    for (int n = 0; n < count; n++) {
      int row = rows[n];
      if (nullable && nulls.isNull(row)) {
        target[n] = 0;
        continue;
      }
      int word = wordByCode[codes[row]];
      target[n] = word != 0 ? word : newWord(values, codes[row]);
    }
  }

  private int newWord(BinaryColumn values, int code) {
    int word = interner.idOf(values.bytes(), values.start(code), values.end(code)) + 1;
    wordByCode[code] = word;
    wordCount++;
    return word;
  }

  /** Returns the text that a word other than zero stands for. */
  String text(int word) {
    return interner.values().getString(word - 1);
  }

  @Override
  Value value(long[] key, int at) {
    return key[at] == 0 ? Value.NULL : new Value.OfBinary(interner.get((int) key[at] - 1));
  }

  @Override
  void clear() {
    interner.clear();
    Arrays.fill(wordByCode, 0);
    wordCount = 0;
  }
}
