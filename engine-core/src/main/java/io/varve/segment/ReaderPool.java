package io.varve.segment;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the idle readers of many segments: in number, since each is an open file, and in the bytes
 * of heap that they hold.
 *
 * <p>A reader that is too much is closed, not one that is there, so that of more segments than fit
 * most of those that fit are found by the next scan, which comes in the same order. But each {@link
 * #REFUSED_FOR_ONE}th takes the place of others, round robin: what nobody reads any more goes.
 * Thread-safe, and without a lock until it is full.
 */
public final class ReaderPool {

  /** After so many readers that were closed one takes the place of others. */
  static final int REFUSED_FOR_ONE = 8;

  private static final int DEFAULT_MAX_READERS = 1024;
  private static final long LEAST_DEFAULT_BYTES = 16L << 20;
  private static final int PART_OF_HEAP = 8;

  private final int maxReaders;
  private final long maxBytes;
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicInteger refused = new AtomicInteger();

  /** Segments that have idle readers, or had; those that were looked at last are at the end. */
  @GuardedBy("this")
  private final Set<IdleReaders> known = new LinkedHashSet<>();

  /** Makes a pool of at most 1,024 readers and an eighth of the heap, but no less than 16 MiB. */
  public ReaderPool() {
    this(
        DEFAULT_MAX_READERS,
        Math.max(LEAST_DEFAULT_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));
  }

  /**
   * Makes a pool.
   *
   * @param maxReaders the most idle readers
   * @param maxBytes the most bytes that all of them hold
   */
  public ReaderPool(int maxReaders, long maxBytes) {
    this.maxReaders = maxReaders;
    this.maxBytes = maxBytes;
  }

  /** Returns the place for the idle readers of a segment. */
  public IdleReaders ofSegment() {
    return new IdleReaders(this);
  }

  /** Returns how many readers are idle. */
  public int size() {
    return readers.get();
  }

  /** Returns about how many bytes of heap the idle readers hold. */
  public long heldBytes() {
    return heldBytes.get();
  }

  /** Counts one more reader, unless that would be too much. */
  boolean tryAdd(long bytes) {
    if (bytes > maxBytes) {
      return false;
    }
    if (fits(bytes)) {
      return true;
    }
    if (refused.incrementAndGet() % REFUSED_FOR_ONE != 0) {
      return false;
    }
    List<SegmentReader> others = takeOthers(bytes);
    boolean added = fits(bytes);
    others.forEach(IdleReaders::close);
    return added;
  }

  private boolean fits(long bytes) {
    if (readers.incrementAndGet() <= maxReaders) {
      if (heldBytes.addAndGet(bytes) <= maxBytes) {
        return true;
      }
      heldBytes.addAndGet(-bytes);
    }
    readers.decrementAndGet();
    return false;
  }

  /** Counts one less. */
  void remove(long bytes) {
    readers.decrementAndGet();
    heldBytes.addAndGet(-bytes);
  }

  /** Takes note of a segment that has idle readers. */
  synchronized void know(IdleReaders segment) {
    known.add(segment);
  }

  synchronized void forget(IdleReaders segment) {
    known.remove(segment);
  }

  /** Takes readers until one more fits. */
  private synchronized List<SegmentReader> takeOthers(long bytes) {
    List<SegmentReader> taken = new ArrayList<>();
    while (!known.isEmpty()
        && (readers.get() >= maxReaders || heldBytes.get() + bytes > maxBytes)) {
      Iterator<IdleReaders> all = known.iterator();
      IdleReaders next = all.next();
      all.remove();
      SegmentReader reader = next.take();
      if (reader != null) {
        taken.add(reader);
      }
      if (reader != null || next.isKnown()) {
        known.add(next);
      }
    }
    return taken;
  }
}
