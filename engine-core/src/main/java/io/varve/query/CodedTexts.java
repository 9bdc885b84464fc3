package io.varve.query;

import io.varve.column.BinaryColumn;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a dictionary, each made once when many are asked for. Confined, and about one
 * dictionary at a time: what is kept goes when another comes.
 */
final class CodedTexts {

  /** Texts are kept once this part of the dictionary has been asked for. */
  private static final int WORTH_KEEPING = 16;

  private @Nullable BinaryColumn dictionary;
  private @Nullable String[] byCode = new String[0];
  private int asked;

  /** Returns the text of a code. */
  String get(BinaryColumn values, int code) {
    if (dictionary != values || (byCode.length != 0 && byCode.length != values.size())) {
      dictionary = values;
      byCode = new String[0];
      asked = 0;
    }
    if (byCode.length == 0) {
      if (++asked <= values.size() / WORTH_KEEPING) {
        return values.getString(code);
      }
      byCode = new String[values.size()];
    }
    String text = byCode[code];
    if (text == null) {
      text = values.getString(code);
      byCode[code] = text;
    }
    return text;
  }
}
