package io.varve.flink.table;

import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names and values as text (format.md, "What SQL keeps"): a line that says so, a line {@code
 * name=value} for each in the order of names, and the checksum of all that as the last line. In a
 * line {@code \\}, {@code \n}, {@code \r} and, in names, {@code \e} stand for a backslash, the ends
 * of lines and {@code =}.
 */
final class TextMap {

  private static final String FIRST = "varve sql 0\n";
  private static final String LAST = "crc32c ";

  private TextMap() {}

  static String write(Map<String, String> values) {
    StringBuilder text = new StringBuilder(FIRST);
    new TreeMap<>(values)
        .forEach(
            (name, value) ->
                text.append(escape(name).replace("=", "\\e"))
                    .append('=')
                    .append(escape(value))
                    .append('\n'));
    String checksum = checksum(text.toString());
    return text.append(LAST).append(checksum).append('\n').toString();
  }

  private static String checksum(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().toHexDigits(Checksums.crc32c(bytes, 0, bytes.length));
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  /**
   * Reads it back.
   *
   * @param name of where it stands, for the message
   * @throws CorruptFileException if it is damaged
   */
  static SortedMap<String, String> read(String name, String text) throws CorruptFileException {
    int last = text.lastIndexOf(LAST);
    if (!text.startsWith(FIRST) || last < 0) {
      throw new CorruptFileException(
          name + ": does not begin with '" + FIRST.strip() + "' or does not end with a checksum");
    }
    String found = text.substring(last + LAST.length()).strip();
    String expected = checksum(text.substring(0, last));
    if (!found.equals(expected)) {
      throw new CorruptFileException(
          name + ": its checksum is " + expected + ", it says " + found + "; restore a backup");
    }
    SortedMap<String, String> values = new TreeMap<>();
    for (String line : text.substring(FIRST.length(), last).split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals >= 0) {
        values.put(unescape(line.substring(0, equals)), unescape(line.substring(equals + 1)));
      }
    }
    return values;
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        plain.append(
            switch (text.charAt(i)) {
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 'e' -> '=';
              default -> text.charAt(i);
            });
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
