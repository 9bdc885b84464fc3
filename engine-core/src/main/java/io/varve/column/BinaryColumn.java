package io.varve.column;

import io.varve.io.ByteRanges;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Values of {@link io.varve.schema.Storage#BINARY}; a null is held as no bytes. Confined. */
public final class BinaryColumn implements Column {

  private static final int CHUNK = 64;

  private final NullMask nulls = new NullMask();
  private final char[] chars = new char[CHUNK];
  private byte[] bytes = new byte[64];
  private int[] ends = new int[16];

  /** Returns the array of all values, one after the other; valid until the next append. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns where the value of a row begins in {@link #bytes}. */
  public int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  /** Returns where the value of a row ends in {@link #bytes}. */
  public int end(int row) {
    return ends[row];
  }

  /** Returns the length of the value of a row in bytes. */
  public int length(int row) {
    return end(row) - start(row);
  }

  /** Returns a copy of the value of a row, no bytes if it is null. */
  public byte[] get(int row) {
    return Arrays.copyOfRange(bytes, start(row), end(row));
  }

  /** Returns the value of a row as text. */
  public String getString(int row) {
    return new String(bytes, start(row), length(row), StandardCharsets.UTF_8);
  }

  /** Returns the number of bytes of all values. */
  public int byteCount() {
    return size() == 0 ? 0 : ends[size() - 1];
  }

  /**
   * Makes room for rows, adds them as present, and leaves it to the caller to fill {@link #bytes}
   * from {@link #byteCount} (taken before) on and, of the returned array, where each value ends.
   */
  public int[] appendUninitialized(int count, int byteCount) {
    reserveRows(count, byteCount);
    nulls.appendPresent(count);
    return ends;
  }

  /** Makes room for rows to come, of so many bytes in all. */
  void reserveRows(int count, int byteCount) {
    reserve(byteCount(), byteCount);
    int needed = Math.addExact(size(), count);
    if (needed > ends.length) {
      ends = Arrays.copyOf(ends, Growth.length(ends.length, needed));
    }
  }

  /** Adds a value. */
  public void append(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    int from = byteCount();
    reserve(from, length);
    System.arraycopy(source, offset, bytes, from, length);
    finish(from + length, false);
  }

  /**
   * Adds values that are parts of an array, mostly short ones.
   *
   * @param bounds where a value begins and, behind that, where it ends
   * @param from the first of these
   * @param step from one value to the next
   * @param to behind the last
   */
  public void appendParts(byte[] source, int[] bounds, int from, int step, int to) {
    int byteCount = 0;
    int count = 0;
    for (int i = from; i < to; i += step) {
      byteCount += bounds[i + 1] - bounds[i];
      count++;
    }
    int at = byteCount();
    int row = size();
    appendUninitialized(count, byteCount);
    for (int i = from; i < to; i += step) {
      int length = bounds[i + 1] - bounds[i];
      ByteRanges.copy(source, bounds[i], bytes, at, length);
      at += length;
      ends[row++] = at;
    }
  }

  /** Adds text in UTF-8; a lone surrogate becomes {@code '?'} as in {@link String#getBytes}. */
  public void append(String text) {
    int from = byteCount();
    int length = text.length();
    reserve(from, length);
    for (int done = 0; done < length; done += CHUNK) {
      int count = Math.min(CHUNK, length - done);
      text.getChars(done, done + count, chars, 0);
      if (!copyAscii(chars, count, bytes, from + done)) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        append(encoded, 0, encoded.length);
        return;
      }
    }
    finish(from + length, false);
  }

  /** Two plain loops, which compilers turn into vector code. */
  private static boolean copyAscii(char[] source, int count, byte[] target, int offset) {
    int all = 0;
    for (int i = 0; i < count; i++) {
      all |= source[i];
    }
    for (int i = 0; i < count; i++) {
      target[offset + i] = (byte) source[i];
    }
    return all < 0x80;
  }

  @Override
  public BinaryColumn newEmpty() {
    return new BinaryColumn();
  }

  @Override
  public void appendNull() {
    finish(byteCount(), true);
  }

  @Override
  public void appendFrom(Column source, int row) {
    if (source.isNull(row)) {
      appendNull();
    } else if (source instanceof DictionaryColumn coded) {
      BinaryColumn values = coded.dictionary();
      int code = coded.code(row);
      append(values.bytes, values.start(code), values.length(code));
    } else {
      BinaryColumn values = (BinaryColumn) source;
      append(values.bytes, values.start(row), values.length(row));
    }
  }

  private void reserve(int from, int length) {
    int needed = Math.addExact(from, length);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Growth.length(bytes.length, needed));
    }
  }

  private void finish(int end, boolean isNull) {
    int row = size();
    if (row == ends.length) {
      ends = Arrays.copyOf(ends, Growth.length(row, row + 1));
    }
    ends[row] = end;
    nulls.append(isNull);
  }

  @Override
  public NullMask nulls() {
    return nulls;
  }

  @Override
  public void clear() {
    nulls.clear();
  }

  @Override
  public long memoryBytes() {
    return byteCount() + size() * 4L;
  }

  @Override
  public long heldBytes() {
    return bytes.length + ends.length * 4L + nulls.heldBytes();
  }
}
