package io.varve.segment;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Readers of segments that nobody uses at the moment, so that the next query needs neither open the
 * files again nor read their dictionaries. Bounded in number, since each is an open file, and in
 * the bytes of heap that they hold; the one that was given back longest ago is closed first.
 * Thread-safe; a reader that was taken belongs to the taker alone.
 */
public final class ReaderPool {

  /** How many idle readers of one segment are kept: so many queries at a time find one. */
  private static final int MAX_OF_ONE = 4;

  private static final int DEFAULT_MAX_READERS = 1024;
  private static final long LEAST_DEFAULT_BYTES = 16L << 20;
  private static final int SHARE_OF_HEAP = 8;

  private final int maxReaders;
  private final long maxBytes;

  // all guarded by this
  private final Set<Idle> byAge = new LinkedHashSet<>(); // the oldest first
  private final Map<Object, Deque<Idle>> bySegment = new HashMap<>();
  private long heldBytes;

  /** A reader and what is known of it here. */
  private record Idle(Object segment, SegmentReader reader, long bytes) {}

  /** Makes a pool of at most 1,024 readers and an eighth of the heap, but no less than 16 MiB. */
  public ReaderPool() {
    this(
        DEFAULT_MAX_READERS,
        Math.max(LEAST_DEFAULT_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
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

  /**
   * Takes the reader of a segment that was given back last.
   *
   * @param segment what it was given back with
   * @return null if there is none
   */
  public synchronized @Nullable SegmentReader take(Object segment) {
    Deque<Idle> same = bySegment.get(segment);
    if (same == null) {
      return null;
    }
    Idle newest = same.getLast();
    byAge.remove(newest);
    forget(newest);
    return newest.reader();
  }

  /**
   * Gives a reader back that nobody uses any more. It is closed if there are enough of its segment;
   * others are closed if this one is too much.
   *
   * @param segment what to find it by: an object whose equality is that of the segments
   */
  public void giveBack(Object segment, SegmentReader reader) throws IOException {
    close(add(new Idle(segment, reader, reader.heldBytes())));
  }

  /** Adds a reader and returns those that are too many. */
  private synchronized List<SegmentReader> add(Idle added) {
    Deque<Idle> same = bySegment.computeIfAbsent(added.segment(), absent -> new ArrayDeque<>());
    if (same.size() >= MAX_OF_ONE) {
      return List.of(added.reader());
    }
    same.addLast(added);
    byAge.add(added);
    heldBytes += added.bytes();
    if (heldBytes <= maxBytes && byAge.size() <= maxReaders) {
      return List.of();
    }
    List<SegmentReader> surplus = new ArrayList<>();
    Iterator<Idle> oldest = byAge.iterator();
    while (heldBytes > maxBytes || byAge.size() > maxReaders) {
      Idle next = oldest.next();
      oldest.remove();
      forget(next);
      surplus.add(next.reader());
    }
    return surplus;
  }

  /** Forgets a reader that is not among those by age any more. */
  private void forget(Idle gone) {
    heldBytes -= gone.bytes();
    bySegment.computeIfPresent(
        gone.segment(),
        (segment, same) -> {
          same.remove(gone);
          return same.isEmpty() ? null : same;
        });
  }

  /** Closes the idle readers of a segment, as when its file is to be removed. */
  public void drop(Object segment) throws IOException {
    List<SegmentReader> dropped = new ArrayList<>();
    for (SegmentReader reader = take(segment); reader != null; reader = take(segment)) {
      dropped.add(reader);
    }
    close(dropped);
  }

  /** Returns how many readers are idle. */
  public synchronized int size() {
    return byAge.size();
  }

  /** Returns about how many bytes of heap the idle readers hold. */
  public synchronized long heldBytes() {
    return heldBytes;
  }

  private static void close(List<SegmentReader> readers) throws IOException {
    IOException first = null;
    for (SegmentReader reader : readers) {
      try {
        reader.close();
      } catch (IOException failed) {
        if (first == null) {
          first = failed;
        } else {
          first.addSuppressed(failed);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
