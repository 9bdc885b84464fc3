package io.varve.flink.common;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pages of files that never change, in one local file of bounded size: what was read last stays.
 * The file is a temporary one, never larger than the bound. Thread-safe.
 */
public final class BlockCache implements AutoCloseable {

  /** How many bytes a cache has unless asked for another number: 256 MiB. */
  public static final long DEFAULT_BYTES = 256L << 20;

  /** The bytes of a page. */
  static final int PAGE_BYTES = 64 << 10;

  private static final Map<Long, BlockCache> SHARED = new ConcurrentHashMap<>();

  /** A page of a file. */
  private record Page(String file, long number) {}

  private final int mostPages;
  private final LinkedHashMap<Page, Integer> slots = new LinkedHashMap<>(16, 0.75f, true);
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Path path;
  private final RandomAccessFile pages;
  private long hits;
  private long misses;

  /**
   * Creates a cache.
   *
   * @param bytes its greatest size, at least one page
   */
  public BlockCache(long bytes) throws IOException {
    if (bytes < PAGE_BYTES) {
      throw new IllegalArgumentException(
          "a cache has at least " + PAGE_BYTES + " bytes, not " + bytes);
    }
    mostPages = Math.toIntExact(Math.min(Integer.MAX_VALUE, bytes / PAGE_BYTES));
    path = Files.createTempFile("varve-cache", ".pages");
    path.toFile().deleteOnExit();
    pages = new RandomAccessFile(path.toFile(), "rw");
  }

  /** Returns the cache of a size that all readers of this process share. */
  public static BlockCache shared(long bytes) throws IOException {
    BlockCache shared = SHARED.get(bytes);
    if (shared == null) {
      BlockCache made = new BlockCache(bytes);
      shared = SHARED.putIfAbsent(bytes, made);
      if (shared != null) {
        made.close();
        return shared;
      }
      return made;
    }
    return shared;
  }

  /** Copies a page if it is here. */
  synchronized boolean read(String file, long number, byte[] into, int length) throws IOException {
    Objects.checkFromIndexSize(0, length, into.length);
    Integer slot = slots.get(new Page(file, number));
    if (slot == null) {
      misses++;
      return false;
    }
    pages.seek((long) slot * PAGE_BYTES);
    pages.readFully(into, 0, length);
    hits++;
    return true;
  }

  /** Keeps a page, in the place of the one that was not read for longest if it is full. */
  synchronized void write(String file, long number, byte[] from, int offset, int length)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    Page page = new Page(file, number);
    if (slots.containsKey(page)) {
      return;
    }
    Integer slot = free.poll();
    if (slot == null) {
      slot = slots.size();
    }
    if (slot >= mostPages) {
      Iterator<Map.Entry<Page, Integer>> oldest = slots.entrySet().iterator();
      slot = oldest.next().getValue();
      oldest.remove();
    }
    try {
      pages.seek((long) slot * PAGE_BYTES);
      pages.write(from, offset, length);
    } catch (IOException failed) {
      free.add(slot); // what it holds now is nobody's
      throw failed;
    }
    slots.put(page, slot);
  }

  /** Returns how many pages were read from here. */
  public synchronized long hits() {
    return hits;
  }

  /** Returns how many pages were asked for and not here. */
  public synchronized long misses() {
    return misses;
  }

  /** Returns the size of the local file. */
  public synchronized long bytes() throws IOException {
    return pages.length();
  }

  @Override
  public synchronized void close() throws IOException {
    slots.clear();
    pages.close();
    Files.deleteIfExists(path);
  }
}
