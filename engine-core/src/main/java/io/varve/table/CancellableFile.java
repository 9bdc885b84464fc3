package io.varve.table;

import io.varve.io.OutputFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;

/** A file whose writing somebody else can end. Confined to one thread but for that. */
final class CancellableFile implements OutputFile {

  private final OutputFile file;
  private final BooleanSupplier cancelled;

  CancellableFile(OutputFile file, BooleanSupplier cancelled) {
    this.file = file;
    this.cancelled = cancelled;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireWanted();
    file.write(bytes, offset, length);
  }

  @Override
  public long position() {
    return file.position();
  }

  @Override
  public void sync() throws IOException {
    requireWanted();
    file.sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void requireWanted() throws IOException {
    if (cancelled.getAsBoolean()) {
      throw new InterruptedIOException("the writer was closed");
    }
  }
}
