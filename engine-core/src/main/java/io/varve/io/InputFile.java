package io.varve.io;

import java.io.IOException;

/** A file open for positioned reads. Thread-safe. */
public interface InputFile extends AutoCloseable {

  /** Returns the file's path as messages should show it. */
  String name();

  /** Returns the length in bytes at this moment; a tail may grow. */
  long length() throws IOException;

  /**
   * Fills {@code length} bytes of an array from a position of the file.
   *
   * @throws CorruptFileException if the file ends before that
   * @throws IOException if the read fails
   */
  void read(long position, byte[] into, int offset, int length) throws IOException;

  /** Returns whether many small reads cost no more than a large one, so that none is ahead. */
  default boolean isCheapToRead() {
    return false;
  }

  /** Closes the file; closing twice is fine. */
  @Override
  void close() throws IOException;
}
