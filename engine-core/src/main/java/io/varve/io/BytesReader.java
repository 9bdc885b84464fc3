package io.varve.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads little-endian values from bytes of a file and refuses to leave them. Every length is
 * checked against what is left before anything is allocated. Confined.
 */
public final class BytesReader {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final long fileOffset;
  private final byte[] bytes;
  private final int start;
  private final int end;
  private int position;

  /** Reads all of an array that is the whole content of a file. */
  public BytesReader(String file, byte[] bytes) {
    this(file, 0, bytes, 0, bytes.length);
  }

  /**
   * Reads a part of an array.
   *
   * @param file the file's name for messages
   * @param fileOffset where {@code start} lies in the file, for messages
   */
  public BytesReader(String file, long fileOffset, byte[] bytes, int start, int length) {
    Objects.checkFromIndexSize(start, length, bytes.length);
    this.file = file;
    this.fileOffset = fileOffset;
    this.bytes = bytes;
    this.start = start;
    this.end = start + length;
    this.position = start;
  }

  /** Returns the array that is read. */
  public byte[] array() {
    return bytes;
  }

  /** Returns the index of the next byte in {@link #array}. */
  public int position() {
    return position;
  }

  /** Returns the number of bytes left. */
  public int remaining() {
    return end - position;
  }

  /** Returns where the next byte lies in the file. */
  public long offset() {
    return fileOffset + (position - start);
  }

  /** Returns the file's name for messages. */
  public String file() {
    return file;
  }

  /** Reads one byte, 0 to 255. */
  public int readByte() throws CorruptFileException {
    return bytes[advance(1)] & 0xff;
  }

  /** Reads two bytes, 0 to 65,535. */
  public int readShort() throws CorruptFileException {
    return (short) SHORT.get(bytes, advance(2)) & 0xffff;
  }

  /** Reads four bytes. */
  public int readInt() throws CorruptFileException {
    return (int) INT.get(bytes, advance(4));
  }

  /** Reads eight bytes. */
  public long readLong() throws CorruptFileException {
    return (long) LONG.get(bytes, advance(8));
  }

  /** Reads an unsigned value as {@link BytesWriter#writeVarLong} writes it. */
  public long readVarLong() throws CorruptFileException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = readByte();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw corrupt("a number of at most 10 bytes", "more");
  }

  /** Reads a length as {@link #readVarLong} does, of bytes that must be there. */
  public int readVarLength() throws CorruptFileException {
    long length = readVarLong();
    if (length < 0 || length > remaining()) {
      throw corrupt("a length between 0 and " + remaining(), Long.toUnsignedString(length));
    }
    return (int) length;
  }

  /** Reads the IEEE 754 bits of a value. */
  public double readDouble() throws CorruptFileException {
    return Double.longBitsToDouble(readLong());
  }

  /** Reads {@code count} values of eight bytes to the start of an array. */
  public void readLongs(long[] into, int count) throws CorruptFileException {
    copyLongs(bytes, advance(Math.multiplyExact(count, Long.BYTES)), into, count);
  }

  /** Returns the value of eight bytes that are known to be there. */
  public static long longAt(byte[] bytes, int from) {
    return (long) LONG.get(bytes, from);
  }

  /** Returns the value of four bytes that are known to be there. */
  public static int intAt(byte[] bytes, int from) {
    return (int) INT.get(bytes, from);
  }

  /** Returns the unsigned value of two bytes that are known to be there. */
  public static int shortAt(byte[] bytes, int from) {
    return (short) SHORT.get(bytes, from) & 0xffff;
  }

  /** Copies {@code count} values of eight bytes to the start of an array. */
  public static void copyLongs(byte[] bytes, int from, long[] into, int count) {
    ByteBuffer.wrap(bytes, from, count * Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .get(into, 0, count);
  }

  /** Reads a count or length of four bytes that must lie between zero and {@code max}. */
  public int readCount(int max) throws CorruptFileException {
    int count = readInt();
    if (count < 0 || count > max) {
      throw corrupt("a count between 0 and " + max, String.valueOf(count));
    }
    return count;
  }

  /** Reads a length of four bytes and then that many bytes. */
  public byte[] readBlob() throws CorruptFileException {
    return readBytes(readCount(Math.max(0, remaining() - 4)));
  }

  /** Reads as many bytes. */
  public byte[] readBytes(int length) throws CorruptFileException {
    int from = advance(length);
    byte[] copy = new byte[length];
    System.arraycopy(bytes, from, copy, 0, length);
    return copy;
  }

  /** Reads a length of four bytes and then text in UTF-8. */
  public String readString() throws CorruptFileException {
    int length = readCount(Math.max(0, remaining() - 4));
    int from = advance(length);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw corrupt("text in UTF-8", "other bytes");
    }
  }

  /** Moves on by {@code length} bytes and returns where they begin in {@link #array}. */
  public int advance(int length) throws CorruptFileException {
    if (length < 0 || length > end - position) {
      throw corrupt(length + " more bytes", remaining() + " before the end");
    }
    int from = position;
    position += length;
    return from;
  }

  /** Reads a CRC32C and compares it with that of the bytes from {@code from} up to here. */
  public void expectChecksum(int from) throws CorruptFileException {
    int computed = Checksums.crc32c(bytes, from, position - from);
    int stored = readInt();
    if (computed != stored) {
      throw corrupt(Checksums.describe(stored), Checksums.describe(computed));
    }
  }

  /** Goes back to a {@link #position} that was read before. */
  public void rewind(int before) {
    if (before > position) {
      throw new IllegalArgumentException(before + " is ahead of " + position);
    }
    position = before;
  }

  /** Fails unless every byte has been read. */
  public void expectEnd() throws CorruptFileException {
    if (remaining() != 0) {
      throw corrupt("the end", remaining() + " more bytes");
    }
  }

  /** Returns the error of something else than expected at the place just read. */
  public CorruptFileException corrupt(String expected, String found) {
    return new CorruptFileException(
        file
            + ": damaged before byte "
            + offset()
            + ": expected "
            + expected
            + ", found "
            + found
            + "; restore the file from a backup");
  }
}
