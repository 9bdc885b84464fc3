package io.varve.io;

import java.io.Closeable;
import java.io.IOException;

/**
 * A file store for one owner at a time: what a directory that stands alone needs beyond a {@link
 * FileStore}. Thread-safe.
 */
public interface LockableFileStore extends FileStore {

  /**
   * Takes the lock of a file, which is created if it is missing, for this process and this caller.
   * The system gives it back when the process ends in whatever way.
   *
   * @return gives the lock back when closed; closing twice is fine
   * @throws AlreadyOpenException if it is taken, in this process or another
   */
  Closeable lock(String path) throws IOException;

  /** Gives a file another name, durably; missing directories above it are created. */
  void move(String from, String to) throws IOException;

  /** Cuts a file to a length, durably. */
  void truncate(String path, long length) throws IOException;

  /**
   * Creates a file like {@link #create} that makes room on disk ahead of what is appended, so that
   * a sync need not record a new length. Until it is closed zeros follow its content.
   */
  OutputFile createLog(String path) throws IOException;

  /**
   * Makes a file that never changes any more appear in another store of the same kind: as a hard
   * link where that is possible, else as a durable copy.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the target has a file of that name
   */
  void linkTo(String path, LockableFileStore target, String targetPath) throws IOException;
}
