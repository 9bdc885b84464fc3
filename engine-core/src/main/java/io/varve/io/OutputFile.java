package io.varve.io;

import java.io.IOException;

/** A file being written from its start to its end. Confined to one thread. */
public interface OutputFile extends AutoCloseable {

  /** Appends bytes; they reach the operating system before this returns. */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Returns the number of bytes written so far. */
  long position();

  /** Makes the bytes written so far durable; the file's name needs its directory's sync as well. */
  void sync() throws IOException;

  /** Closes the file without making it durable; closing twice is fine. */
  @Override
  void close() throws IOException;
}
