package io.varve.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Locks on files, between processes and within this one. Thread-safe. */
final class LocalLock {

  /**
   * What this process has locked. Asked first: on POSIX a process loses its lock of a file as soon
   * as it closes the file, opened wherever.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private LocalLock() {}

  static Closeable take(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Path real = parent == null ? file : parent.toRealPath().resolve(file.getFileName());
    if (!HELD.add(real)) {
      throw taken(file, "this process");
    }
    try {
      return lock(real);
    } catch (IOException | RuntimeException failed) {
      HELD.remove(real);
      throw failed;
    }
  }

  private static Closeable lock(Path file) throws IOException {
    RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
    FileLock lock = null;
    try {
      lock = opened.getChannel().tryLock();
    } catch (OverlappingFileLockException byAnotherLoader) {
      throw taken(file, "this process");
    } finally {
      if (lock == null) {
        opened.close();
      }
    }
    if (lock == null) {
      throw taken(file, "another process");
    }
    AtomicBoolean held = new AtomicBoolean(true);
    return () -> {
      if (held.getAndSet(false)) {
        opened.close();
        HELD.remove(file);
      }
    };
  }

  private static AlreadyOpenException taken(Path file, String owner) {
    return new AlreadyOpenException(
        file
            + ": locked by "
            + owner
            + ", which has the directory open for writing; close it there, or open the directory"
            + " for reading only");
  }
}
