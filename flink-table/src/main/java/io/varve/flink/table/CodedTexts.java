package io.varve.flink.table;

import io.varve.column.BinaryColumn;
import io.varve.column.DictionaryColumn;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.flink.table.data.StringData;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are held as codes. Each text of a dictionary is made once and shared by all rows that
 * have it, unless there are very many: whoever holds a row holds them. Thread-safe.
 */
final class CodedTexts extends ValueColumn {

  private static final int MOST_SHARED = 1 << 15;

  private final DictionaryColumn column;
  private final BinaryColumn dictionary;
  private final int[] codes;
  private final AtomicReferenceArray<StringData> made;

  /**
   * Shows a column.
   *
   * @param before the column of the block before this one
   */
  CodedTexts(DictionaryColumn column, @Nullable ValueColumn before) {
    this.column = column;
    this.dictionary = column.dictionary();
    this.codes = column.codes();
    int shared = dictionary.size() > MOST_SHARED ? 0 : dictionary.size();
    this.made =
        before instanceof CodedTexts coded && coded.dictionary == dictionary
            ? coded.made
            : new AtomicReferenceArray<>(shared);
  }

  @Override
  boolean isNull(int row) {
    return column.isNull(row);
  }

  @Override
  StringData getString(int row) {
    int code = codes[row];
    if (made.length() == 0) {
      return make(code);
    }
    StringData text = made.getAcquire(code);
    if (text == null) {
      text = make(code);
      made.setRelease(code, text);
    }
    return text;
  }

  private StringData make(int code) {
    return StringData.fromBytes(
        dictionary.bytes(), dictionary.start(code), dictionary.length(code));
  }

  @Override
  byte[] getBinary(int row) {
    return dictionary.get(codes[row]);
  }
}
