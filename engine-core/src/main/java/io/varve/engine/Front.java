package io.varve.engine;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where producers meet the one thread that writes: how far the log has been appended to, asked to
 * be durable, and made durable. Its lock is held for copying rows in memory, never for I/O.
 * Thread-safe.
 */
final class Front {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();

  // Read and written with the lock held; methods that say so leave it to their caller.
  private long appendedRows;
  private long appendedBytes;
  private long requestedRows;
  private long requestedBytes;

  private volatile long durableRows;
  private volatile long durableBytes;
  private volatile @Nullable IOException failure;
  private volatile boolean closed;

  /** How far the log has come. Immutable. */
  record Position(long rows, long bytes) {}

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Fails if nothing can be appended any more; the lock is held. */
  void requireUsable() throws IOException {
    requireOpen();
    requireWhole();
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
  }

  /** Fails if files must not be written any more. */
  void requireWhole() throws IOException {
    IOException broken = failure;
    if (broken != null) {
      throw new IOException(
          "the log can't be written to after an earlier failure; close it and open it again: "
              + broken.getMessage(),
          broken);
    }
  }

  /** Notes rows that have been published; the lock is held. Returns the position behind them. */
  Position appended(int rows, long bytes) {
    assert lock.isHeldByCurrentThread();
    appendedRows += rows;
    appendedBytes += bytes;
    return new Position(appendedRows, appendedBytes);
  }

  /** Returns how many rows have been appended; the lock is held. */
  Position position() {
    return new Position(appendedRows, appendedBytes);
  }

  /** Returns whether as many rows or bytes are waiting for a request; the lock is held. */
  boolean hasUnrequested(long rows, long bytes) {
    return appendedRows - requestedRows >= rows || appendedBytes - requestedBytes >= bytes;
  }

  /** Asks for all rows so far to be made durable; the lock is held. */
  void requestSync() {
    assert lock.isHeldByCurrentThread();
    if (requestedRows < appendedRows) {
      requestedRows = appendedRows;
      requestedBytes = appendedBytes;
      work.signal();
    }
  }

  long unsyncedBytes() {
    return appendedBytes - durableBytes;
  }

  /** Waits for anything to change, with the lock let go meanwhile. */
  void awaitProgress() {
    progress.awaitUninterruptibly();
  }

  /** Waits until rows are durable. */
  void awaitDurable(long rows) throws IOException {
    if (durableRows >= rows) {
      return;
    }
    lock.lock();
    try {
      while (durableRows < rows) {
        IOException broken = failure;
        if (broken != null) {
          throw new IOException("the events may not be durable: " + broken.getMessage(), broken);
        }
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a request; returns up to where to make rows durable, null to stop. */
  @Nullable Position awaitRequest() {
    lock.lock();
    try {
      while (requestedRows <= durableRows && !closed) {
        work.awaitUninterruptibly();
      }
      return requestedRows <= durableRows ? null : new Position(appendedRows, appendedBytes);
    } finally {
      lock.unlock();
    }
  }

  /** Notes that all rows up to a position are durable. */
  void madeDurable(Position position) {
    lock.lock();
    try {
      if (position.rows() > durableRows) {
        durableRows = position.rows();
        durableBytes = position.bytes();
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets everybody who waits look again. */
  void signalProgress() {
    lock.lock();
    try {
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the log can't be written to any more. */
  void fail(IOException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      progress.signalAll();
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses appends from now on; returns false if they were refused already. */
  boolean close() {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      if (failure == null) {
        requestSync();
      }
      closed = true;
      work.signal();
      progress.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Nullable IOException failure() {
    return failure;
  }

  long bytesNotDurable() {
    lock.lock();
    try {
      return appendedBytes - durableBytes;
    } finally {
      lock.unlock();
    }
  }

  long rowsNotDurable() {
    lock.lock();
    try {
      return appendedRows - durableRows;
    } finally {
      lock.unlock();
    }
  }
}
