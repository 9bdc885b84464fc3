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

  private void readCodes(DictionaryColumn column, int[] rows, int count, long[] target) {
    BinaryColumn values = column.dictionary();
    if (dictionary != values || wordByCode.length != values.size()) {
      dictionary = values;
      wordByCode = new int[values.size()];
    }
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
  }
}
