package io.varve.benchmarks.encoding;

import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import java.util.Arrays;
import java.util.Objects;

/** A file in memory, so that no disk is measured. Confined to one thread. */
final class HeapFile implements OutputFile {

  private byte[] bytes = new byte[1 << 20];
  private int size;

  @Override
  public void write(byte[] source, int offset, int length) {
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

  /** Opens what has been written so far. */
  InputFile input() {
    byte[] content = bytes;
    int end = size;
    return new InputFile() {
      @Override
      public String name() {
        return "heap";
      }

      @Override
      public long length() {
        return end;
      }

      @Override
      public void read(long position, byte[] into, int offset, int count) {
        Objects.checkFromIndexSize(position, count, (long) end);
        System.arraycopy(content, (int) position, into, offset, count);
      }

      @Override
      public void close() {}
    };
  }
}
