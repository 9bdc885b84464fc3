package io.varve.io;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * A directory tree of files: the only way in which the engine touches storage.
 *
 * <p>Paths are relative to the root of the store, their parts separated by {@code /}; an empty path
 * is the root. A path with an empty, {@code .} or {@code ..} part is refused with {@link
 * IllegalArgumentException}. Thread-safe.
 *
 * <p>Interrupting a thread inside a call neither aborts the call nor damages a file: Flink
 * interrupts task threads when it cancels them.
 */
public interface FileStore {

  /**
   * Creates a new file and every missing directory above it.
   *
   * @return an empty file, open for appending
   * @throws java.nio.file.FileAlreadyExistsException if the file exists
   * @throws IOException if the file can't be created
   */
  OutputFile create(String path) throws IOException;

  /**
   * Opens a file of one's own again, to append to it.
   *
   * @param length what the file's length must be
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws CorruptFileException if the file has another length
   * @throws IOException if the file can't be opened
   */
  OutputFile append(String path, long length) throws IOException;

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file can't be opened
   */
  InputFile open(String path) throws IOException;

  /**
   * Opens a file for reading that nobody changes any more, in the fastest way that the store has.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file can't be opened
   */
  default InputFile openSealed(String path) throws IOException {
    return open(path);
  }

  /** Returns the length of a file in bytes, empty if there is no such file. */
  OptionalLong length(String path) throws IOException;

  /** Returns the files and directories right below a directory, by name; none if it is missing. */
  List<FileEntry> list(String directory) throws IOException;

  /**
   * Makes a file with this content appear whole, durably, and only if there is none of that name.
   *
   * <p>Of any number of concurrent calls for one path, in any process, one returns true. When an
   * exception is thrown the outcome is unknown: the file may appear or not.
   *
   * @return whether this call made the file; false if the name was taken
   * @throws IOException if the store fails; the outcome is then unknown
   */
  boolean publish(String path, byte[] content) throws IOException;

  /**
   * Puts a file with this content in the place of any other of that name, in one step but without
   * promise of durability: for hints that may be lost or stale.
   */
  void replace(String path, byte[] content) throws IOException;

  /** Deletes a file; returns false if there was none. */
  boolean delete(String path) throws IOException;

  /** Makes the names in a directory durable: files created, published and deleted so far. */
  void syncDirectory(String directory) throws IOException;

  /**
   * Returns whether bytes of a file are durable and can be read once it has been synced. Else a
   * file appears whole when it is closed, so that nothing can be added to it from time to time.
   */
  default boolean showsOpenFiles() {
    return true;
  }

  /** Returns a path as messages should show it to people. */
  String describe(String path);

  /**
   * Returns the hosts that hold a file's bytes, those of most of them first; none if the store does
   * not tell, or all are alike.
   */
  default List<String> hosts(String path) throws IOException {
    return List.of();
  }

  /** Reads a whole file. */
  default byte[] readAll(String path, long maxBytes) throws IOException {
    try (InputFile file = open(path)) {
      long length = file.length();
      if (length > maxBytes) {
        throw new CorruptFileException(
            describe(path) + ": is " + length + " bytes long, at most " + maxBytes + " expected");
      }
      byte[] content = new byte[Math.toIntExact(length)];
      file.read(0, content, 0, content.length);
      return content;
    }
  }
}
