package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.io.ByteRanges;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What texts have in common, such as JSON objects of one shape: pieces that all have, and between
 * them fields that differ. A field ends before the next separator. Immutable.
 *
 * <p>It is found from a sample: texts are cut into words at separators; words that are alike in all
 * texts of the sample become part of the pieces. After CLP (Rodrigues, Luo, Yuan, OSDI 2021), which
 * takes log messages apart like this, but without a schema of variables: a field is encoded as
 * whatever its values turn out to be.
 */
final class Template {

  /** More fields are not worth taking apart. */
  static final int MAX_FIELDS = 64;

  /** Cuts JSON, query strings and the like. */
  static final Template COARSE = new Template(List.of(), separators("\"',:;{}[]()<>=&|/?\t\r\n"));

  /** Cuts words and ids as well. */
  static final Template FINE =
      new Template(List.of(), separators("\"',:;{}[]()<>=&|/?\t\r\n-_ .+"));

  private final byte[][] pieces;
  private final boolean[] separators;

  private Template(List<byte[]> pieces, boolean[] separators) {
    this.pieces = pieces.toArray(byte[][]::new);
    this.separators = separators;
  }

  private static boolean[] separators(String symbols) {
    boolean[] table = new boolean[256];
    for (byte symbol : symbols.getBytes(StandardCharsets.US_ASCII)) {
      table[symbol] = true;
    }
    return table;
  }

  /** Returns the pieces: one before each field and one after the last. */
  List<byte[]> pieces() {
    return List.of(pieces);
  }

  int fieldCount() {
    return pieces.length - 1;
  }

  /**
   * Finds the template of most texts of a sample.
   *
   * @param rows of the sample, none of them null; the first must be a common one
   * @return null if there is none with 1 to {@value #MAX_FIELDS} fields
   */
  @Nullable Template find(BinaryColumn values, int[] rows, int count) {
    byte[] bytes = values.bytes();
    int[] words = cut(bytes, values.start(rows[0]), values.end(rows[0]));
    boolean[] differs = new boolean[words.length / 2];
    for (int i = 1; i < count; i++) {
      int[] other = cut(bytes, values.start(rows[i]), values.end(rows[i]));
      if (!isSameShape(bytes, words, values.end(rows[0]), other, values.end(rows[i]))) {
        continue;
      }
      for (int word = 0; word < differs.length; word++) {
        differs[word] |=
            !Arrays.equals(
                bytes,
                words[2 * word],
                words[2 * word + 1],
                bytes,
                other[2 * word],
                other[2 * word + 1]);
      }
    }
    List<byte[]> found = new ArrayList<>();
    int from = values.start(rows[0]);
    for (int word = 0; word < differs.length; word++) {
      if (differs[word]) {
        found.add(Arrays.copyOfRange(bytes, from, words[2 * word]));
        from = words[2 * word + 1];
      }
    }
    found.add(Arrays.copyOfRange(bytes, from, values.end(rows[0])));
    return found.size() < 2 || found.size() > MAX_FIELDS + 1
        ? null
        : new Template(found, separators);
  }

  /** Returns where each word begins and ends; there is one, maybe empty, before each separator. */
  private int[] cut(byte[] bytes, int from, int to) {
    int[] words = new int[16];
    int count = 0;
    int start = from;
    for (int at = from; at <= to; at++) {
      if (at == to || separators[bytes[at] & 0xff]) {
        if (count == words.length) {
          words = Arrays.copyOf(words, count * 2);
        }
        words[count++] = start;
        words[count++] = at;
        start = at + 1;
      }
    }
    return Arrays.copyOf(words, count);
  }

  private static boolean isSameShape(
      byte[] bytes, int[] left, int leftEnd, int[] right, int rightEnd) {
    if (left.length != right.length) {
      return false;
    }
    for (int i = 1; i < left.length; i += 2) {
      int separator = left[i] == leftEnd ? -1 : bytes[left[i]];
      if (separator != (right[i] == rightEnd ? -1 : bytes[right[i]])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes a text apart.
   *
   * @param bounds gets where each field begins and ends, from {@code first} on
   * @return false if the text does not fit
   */
  boolean match(byte[] bytes, int from, int to, int[] bounds, int first) {
    int at = from;
    int last = pieces.length - 1;
    for (int i = 0; i <= last; i++) {
      byte[] piece = pieces[i];
      int end = at + piece.length;
      if (end > to || !ByteRanges.equal(bytes, at, piece, 0, piece.length)) {
        return false;
      }
      at = end;
      if (i < last) {
        bounds[first + 2 * i] = at;
        while (at < to && !separators[bytes[at] & 0xff]) {
          at++;
        }
        bounds[first + 2 * i + 1] = at;
      }
    }
    return at == to;
  }
}
