package io.varve.io;

import java.io.IOException;
import java.io.RandomAccessFile;

/** Appends to a {@link RandomAccessFile} and stays broken after the first failure. */
final class LocalOutputFile implements OutputFile {

  private final RandomAccessFile file;
  private long position;
  private boolean broken;

  LocalOutputFile(RandomAccessFile file, long position) {
    this.file = file;
    this.position = position;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireWhole();
    broken = true; // until the write has passed: a part of it may be in the file
    file.write(bytes, offset, length);
    broken = false;
    position += length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void sync() throws IOException {
    requireWhole();
    broken = true; // after a failed sync the kernel may have dropped the dirty pages
    file.getFD().sync();
    broken = false;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void requireWhole() throws IOException {
    if (broken) {
      throw new IOException("the file is unusable after an earlier write or sync failed");
    }
  }
}
