package io.varve.testkit;

import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import java.util.Arrays;
import java.util.Objects;

/** One file in memory: written as {@link OutputFile}, read as {@link InputFile}. Confined. */
public final class MemoryFile implements OutputFile {

  private byte[] bytes = new byte[256];
  private int size;
  private long bytesRead;

  /** Returns a file with some content. */
  public static MemoryFile of(byte[] content) {
    MemoryFile file = new MemoryFile();
    file.write(content, 0, content.length);
    return file;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
    }
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  @Override
  public long position() {
    return size;
  }

  @Override
  public void sync() {}

  @Override
  public void close() {}

  /** Returns a copy of the content. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Returns how many bytes have been read through {@link #input}. */
  public long bytesRead() {
    return bytesRead;
  }

  /** Opens the content of this moment for reading. */
  public InputFile input() {
    int length = size;
    return new InputFile() {
      @Override
      public String name() {
        return "memory";
      }

      @Override
      public long length() {
        return length;
      }

      @Override
      public void read(long position, byte[] into, int offset, int count)
          throws CorruptFileException {
        if (position < 0 || position > length - count) {
          throw new CorruptFileException(
              "memory: ends at byte " + length + ", no " + count + " bytes at " + position);
        }
        System.arraycopy(bytes, (int) position, into, offset, count);
        bytesRead += count;
      }

      @Override
      public void close() {}
    };
  }
}
