package io.varve.table;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a partition: {@code name=value} for each partition column, then {@code
 * bucket-0003}, separated by slashes.
 *
 * <p>Values are hostile input. In a name, letters, digits, {@code -} and {@code _} stand for
 * themselves, and so does a {@code .} between two characters; every other byte of the UTF-8 is
 * {@code %} and two hexadecimal digits. A null is {@code %null}, an empty text {@code %empty}. A
 * value with capital letters, or one whose name would be longer than {@value #MAX_VALUE_LENGTH}
 * characters (it is cut there), is followed by {@code ~} and the first {@value #HASH_BYTES} bytes
 * of its SHA-256, so that such values keep apart on a file system that ignores case, and nobody can
 * make up two that do not. Rows hold the values too: of a name without {@code ~} alone the text is
 * told.
 */
public final class PartitionPath {

  /** The most characters of a value before it is cut. */
  public static final int MAX_VALUE_LENGTH = 90;

  private static final int HASH_BYTES = 16;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PartitionPath() {}

  /**
   * Returns the part of a path that one partition column gives.
   *
   * @param value the value as text, null where the row has none
   */
  public static String part(String column, @Nullable String value) {
    return escape(column) + "=" + (value == null ? "%null" : escape(value));
  }

  /** Returns the last part of a path. */
  public static String bucket(int bucket) {
    return String.format(Locale.ROOT, "bucket-%04d", bucket);
  }

  /** Returns the bucket of a partition's path. */
  public static int bucketOf(String path) {
    int at = path.lastIndexOf("bucket-");
    if (at < 0) {
      throw new IllegalArgumentException("not the path of a partition: '" + path + "'");
    }
    return Integer.parseInt(path.substring(at + "bucket-".length()));
  }

  /** Returns the text that a name without a mark stands for; null if that can't be told. */
  static @Nullable String text(String name) {
    if (name.equals("%empty")) {
      return "";
    }
    if (name.indexOf('~') >= 0) {
      return null;
    }
    byte[] bytes = new byte[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%') {
        if (i + 2 >= name.length() || !HexFormat.isHexDigit(name.charAt(i + 1))) {
          return null;
        }
        c = (char) HexFormat.fromHexDigits(name, i + 1, i + 3);
        i += 2;
      }
      bytes[length++] = (byte) c;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static String escape(String value) {
    if (value.isEmpty()) {
      return "%empty";
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    StringBuilder name = new StringBuilder();
    boolean marked = false;
    for (int i = 0; i < bytes.length; i++) {
      if (name.length() >= MAX_VALUE_LENGTH) {
        marked = true;
        break;
      }
      char c = (char) (bytes[i] & 0xff);
      boolean capital = c >= 'A' && c <= 'Z';
      marked |= capital;
      boolean plain =
          capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      if (plain || (c == '.' && i > 0 && i < bytes.length - 1)) {
        name.append(c);
      } else {
        name.append('%').append(HEX.toHexDigits(bytes[i]));
      }
    }
    if (marked) {
      name.append('~').append(HexFormat.of().formatHex(sha256(bytes), 0, HASH_BYTES));
    }
    return name.toString();
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
