package io.varve.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A growing little-endian byte buffer, the one way in which files are put together. Confined. */
public final class BytesWriter {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  /** Creates an empty buffer with room for {@code capacity} bytes before it grows. */
  public BytesWriter(int capacity) {
    this.bytes = new byte[Math.max(16, capacity)];
  }

  /** Returns the number of bytes written so far. */
  public int size() {
    return size;
  }

  /** Returns the array behind the buffer; valid up to {@link #size} until the next write. */
  public byte[] array() {
    return bytes;
  }

  /** Forgets all bytes but keeps the memory. */
  public void clear() {
    size = 0;
  }

  /** Returns a copy of the bytes written so far. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Appends the low 8 bits of a value. */
  public BytesWriter writeByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** Appends the low 16 bits of a value. */
  public BytesWriter writeShort(int value) {
    reserve(2);
    SHORT.set(bytes, size, (short) value);
    size += 2;
    return this;
  }

  /** Appends 4 bytes. */
  public BytesWriter writeInt(int value) {
    reserve(4);
    INT.set(bytes, size, value);
    size += 4;
    return this;
  }

  /** Appends 8 bytes. */
  public BytesWriter writeLong(long value) {
    reserve(8);
    LONG.set(bytes, size, value);
    size += 8;
    return this;
  }

  /** Appends an unsigned value as LEB128: 7 bits a byte, lowest first, 1 to 10 bytes. */
  public BytesWriter writeVarLong(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** Appends the IEEE 754 bits of a value. */
  public BytesWriter writeDouble(double value) {
    return writeLong(Double.doubleToRawLongBits(value));
  }

  /** Appends {@code count} values of 8 bytes from the start of an array. */
  public BytesWriter writeLongs(long[] source, int count) {
    int length = Math.multiplyExact(count, Long.BYTES);
    reserve(length);
    for (int i = 0, at = size; i < count; i++, at += Long.BYTES) {
      LONG.set(bytes, at, source[i]); // a buffer around the array would be garbage
    }
    size += length;
    return this;
  }

  /** Appends bytes as they are. */
  public BytesWriter writeBytes(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    reserve(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
    return this;
  }

  /** Appends bytes as they are. */
  public BytesWriter writeBytes(byte[] source) {
    return writeBytes(source, 0, source.length);
  }

  /** Appends a length of 4 bytes and then the bytes. */
  public BytesWriter writeBlob(byte[] source) {
    return writeInt(source.length).writeBytes(source);
  }

  /** Appends a length of 4 bytes and then the text in UTF-8. */
  public BytesWriter writeString(String text) {
    return writeBlob(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends zeros up to the next multiple of {@code alignment} bytes. */
  public BytesWriter padTo(int alignment) {
    int padding = Math.floorMod(-size, alignment);
    reserve(padding);
    Arrays.fill(bytes, size, size + padding, (byte) 0);
    size += padding;
    return this;
  }

  /** Writes the low 8 bits of a value over an earlier byte. */
  public void setByte(int offset, int value) {
    bytes[Objects.checkIndex(offset, size)] = (byte) value;
  }

  /** Writes 4 bytes over earlier ones. */
  public void setInt(int offset, int value) {
    Objects.checkFromIndexSize(offset, 4, size);
    INT.set(bytes, offset, value);
  }

  /** Writes 4 bytes to an array that has room for them. */
  public static void putInt(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }

  /** Appends the CRC32C of the bytes from {@code from} to the end. */
  public BytesWriter writeChecksum(int from) {
    return writeInt(Checksums.crc32c(bytes, from, size - from));
  }

  /** Makes room for {@code length} more bytes. */
  public void reserve(int length) {
    int needed = Math.addExact(size, length);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(bytes.length * 2L, 1 << 30)));
    }
  }
}
