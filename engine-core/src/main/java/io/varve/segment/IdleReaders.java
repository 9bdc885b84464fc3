package io.varve.segment;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The readers of one segment that nobody uses at the moment, so that the next query needs neither
 * open the file again nor read its dictionaries. How many stay is up to their {@link ReaderPool}.
 *
 * <p>A file that was only read loses nothing when closing it fails, so that is not told.
 * Thread-safe; a reader that was taken belongs to the taker alone.
 */
public final class IdleReaders {

  /** How many readers of one segment are kept: so many queries at a time find one. */
  static final int MAX = 4;

  private final ReaderPool pool;
  private final ConcurrentLinkedDeque<Idle> readers = new ConcurrentLinkedDeque<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean known = new AtomicBoolean(); // by the pool
  private volatile boolean closed;

  IdleReaders(ReaderPool pool) {
    this.pool = pool;
  }

  /** Takes the reader that was given back last; null if there is none. */
  public @Nullable SegmentReader take() {
    Idle idle = readers.pollLast();
    if (idle == null) {
      return null;
    }
    count.decrementAndGet();
    pool.remove(idle.bytes());
    return idle.reader();
  }

  /** Gives back a reader that nobody uses any more: it is kept or closed. */
  public void giveBack(SegmentReader reader) {
    long bytes = reader.heldBytes();
    if (closed || count.get() >= MAX || !pool.tryAdd(bytes)) {
      close(reader);
      return;
    }
    count.incrementAndGet();
    readers.addLast(new Idle(reader, bytes));
    if (!known.get() && known.compareAndSet(false, true)) {
      pool.know(this);
    }
    if (closed) { // meanwhile
      close();
    }
  }

  /** Closes the readers, and from now on all that are given back. */
  public void close() {
    closed = true;
    for (SegmentReader reader = take(); reader != null; reader = take()) {
      close(reader);
    }
    pool.forget(this);
  }

  /**
   * Returns whether the pool is to know this still, which has no reader at the moment; if not,
   * {@link #giveBack} makes it known again.
   */
  boolean isKnown() {
    known.set(false);
    return !readers.isEmpty() && known.compareAndSet(false, true);
  }

  static void close(SegmentReader reader) {
    try {
      reader.close();
    } catch (IOException onlyRead) {
      // nothing is lost
    }
  }

  /** A reader and the bytes that it was counted with. */
  private record Idle(SegmentReader reader, long bytes) {}
}
