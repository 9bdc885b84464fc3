package io.varve.io;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Objects;

/** Positioned reads of a {@link RandomAccessFile}, one at a time. */
final class LocalInputFile implements InputFile {

  private final String name;

  @GuardedBy("this")
  private final RandomAccessFile file;

  LocalInputFile(String name, RandomAccessFile file) {
    this.name = name;
    this.file = file;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized long length() throws IOException {
    return file.length();
  }

  @Override
  public synchronized void read(long position, byte[] into, int offset, int length)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    try {
      file.seek(position);
      file.readFully(into, offset, length);
    } catch (EOFException end) {
      throw new CorruptFileException(
          name
              + ": ends at byte "
              + file.length()
              + " where bytes "
              + position
              + " to "
              + (position + length)
              + " were expected; restore the file from a backup");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
