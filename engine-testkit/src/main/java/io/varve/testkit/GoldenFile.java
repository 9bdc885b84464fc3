package io.varve.testkit;

import com.google.errorprone.annotations.FormatMethod;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes of a format written down as text, with the field each line shows. Immutable.
 *
 * <pre>
 * # docs/format.md, frame header, version 1: 3 rows
 * 00000000  56 46 52 4d              magic
 * 00000004  01 00                    version = 1
 * </pre>
 *
 * <p>A line is an offset of eight hexadecimal digits, two spaces or more, bytes of two hexadecimal
 * digits with one space between, then two spaces or more and a note. Lines that start with {@code
 * #} and empty lines are comments. Each offset must be the number of bytes before it.
 */
public final class GoldenFile {

  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{8}) {2,}([0-9a-f]{2}(?: [0-9a-f]{2})*)(?: {2,}(\\S.*))?");
  private static final int MAX_BYTES = 16 << 20;

  private final String name;
  private final byte[] bytes;
  private final List<Field> fields;

  private GoldenFile(String name, byte[] bytes, List<Field> fields) {
    this.name = name;
    this.bytes = bytes;
    this.fields = List.copyOf(fields);
  }

  /**
   * Reads a golden file from the class path, UTF-8.
   *
   * @param anchor the class in whose package the file lies
   * @param name file name relative to that package, such as {@code frame-v0.golden}
   * @throws UncheckedIOException if there is no such file
   * @throws IllegalArgumentException if a line is malformed or an offset is wrong
   */
  public static GoldenFile read(Class<?> anchor, String name) {
    try (InputStream in = anchor.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(
            "no golden file " + name + " beside " + anchor.getName() + " on the class path");
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses the text of a golden file.
   *
   * @param name what errors call it
   * @throws IllegalArgumentException if a line is malformed, an offset is wrong or no byte is given
   */
  public static GoldenFile parse(String name, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Field> fields = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line.stripTrailing());
      if (!matcher.matches()) {
        throw bad(name, number, "expected <offset>  <bytes>  <note>, found: " + line);
      }
      int offset = Integer.parseUnsignedInt(matcher.group(1), 16);
      if (offset != bytes.size()) {
        throw bad(name, number, format("offset is %08x, expected %08x", offset, bytes.size()));
      }
      bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(matcher.group(2)));
      if (bytes.size() > MAX_BYTES) {
        throw bad(name, number, "more than " + MAX_BYTES + " bytes");
      }
      String note = matcher.group(3);
      fields.add(new Field(offset, note == null ? "" : note));
    }
    if (fields.isEmpty()) {
      throw bad(name, number, "no bytes");
    }
    return new GoldenFile(name, bytes.toByteArray(), fields);
  }

  private static IllegalArgumentException bad(String name, int line, String what) {
    return new IllegalArgumentException(name + ", line " + line + ": " + what);
  }

  /** Returns a copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the number of bytes. */
  public int length() {
    return bytes.length;
  }

  /**
   * Checks that {@code actual} is these bytes.
   *
   * @throws AssertionError naming the first offset that differs, the field there, and both bytes
   */
  public void assertMatches(byte[] actual) {
    int common = Math.min(bytes.length, actual.length);
    for (int i = 0; i < common; i++) {
      if (bytes[i] != actual[i]) {
        throw new AssertionError(
            format(
                "%s, offset %08x (%s): expected %02x, found %02x%n%s",
                name, i, fieldAt(i), bytes[i], actual[i], dump(actual)));
      }
    }
    if (bytes.length != actual.length) {
      throw new AssertionError(
          format(
              "%s: expected %d bytes, found %d%n%s",
              name, bytes.length, actual.length, dump(actual)));
    }
  }

  private String fieldAt(int offset) {
    String note = "";
    for (Field field : fields) {
      if (field.offset > offset) {
        break;
      }
      note = field.note;
    }
    return note.isEmpty() ? "no note" : note;
  }

  /** Shows the found bytes as a golden file, cut where this one is cut. */
  private String dump(byte[] actual) {
    StringBuilder out = new StringBuilder("found, as a golden file:");
    for (int i = 0; i < fields.size(); i++) {
      int from = fields.get(i).offset;
      int to = i + 1 < fields.size() ? fields.get(i + 1).offset : actual.length;
      if (from < Math.min(to, actual.length)) {
        String hex =
            HexFormat.ofDelimiter(" ").formatHex(actual, from, Math.min(to, actual.length));
        out.append(format("%n%08x  %s  %s", from, hex, fields.get(i).note));
      }
    }
    return out.toString();
  }

  @FormatMethod
  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }

  /** Where a line begins and what it is called; a field ends where the next begins. */
  private record Field(int offset, String note) {}
}
