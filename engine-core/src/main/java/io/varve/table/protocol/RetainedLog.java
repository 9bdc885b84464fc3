package io.varve.table.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the records that have not expired say: when they were made, where they start from, and which
 * files they name. Reads each record once, also when it is kept from one expiry or clean-up to the
 * next, as a job does. Confined to one thread.
 *
 * <p>Of the files it remembers the newest record that names each, so that its size follows the
 * table's and not the number of records times that of files.
 */
public final class RetainedLog {

  private final TreeMap<Long, Entry> entries = new TreeMap<>();
  private final Map<String, Long> newestNaming = new HashMap<>();
  private long base = -1;
  private long scanned;
  private boolean knowsBase;

  /** Creates one that has read nothing. */
  public RetainedLog() {}

  /**
   * What is remembered of one record.
   *
   * @param number its number
   * @param base the record whose state it starts from
   * @param timeMillis when it was made
   * @param openMillis when the reign began that it carries
   */
  record Entry(long number, long base, long timeMillis, long openMillis) {}

  /** Looks at the base again before the next access. */
  void begin() {
    knowsBase = false;
  }

  /**
   * Makes one access on the way to a head, or none if there is nothing to read.
   *
   * @return whether everything up to the head had been read before
   * @throws ExpiredMeanwhileException if records were removed on the way; all is forgotten
   */
  boolean advance(CommitLog log, Head head) throws IOException, ExpiredMeanwhileException {
    if (!knowsBase) {
      startFrom(log.base());
      knowsBase = true;
      return false;
    }
    if (scanned >= head.number()) {
      return true;
    }
    try {
      CommitRecord record = ExpiredMeanwhileException.unlessPresent(log.read(scanned + 1));
      scanned++;
      entries.put(
          scanned,
          new Entry(scanned, record.base(), record.timeMillis(), record.reign().openTimeMillis()));
      NamedFiles.introducedBy(record).forEach(file -> newestNaming.put(file, record.number()));
    } catch (ExpiredMeanwhileException e) {
      forget();
      throw e;
    }
    return false;
  }

  /** Forgets everything. */
  void forget() {
    entries.clear();
    newestNaming.clear();
    base = -1;
    knowsBase = false;
  }

  private void startFrom(long newBase) {
    if (base < 0) {
      scanned = newBase;
    }
    if (newBase > base) {
      base = newBase;
      entries.headMap(newBase, true).clear();
      newestNaming.values().removeIf(number -> number <= newBase);
      scanned = Math.max(scanned, newBase);
    }
  }

  /** Returns the number up to which records have expired. */
  long base() {
    return base;
  }

  /** Returns the records after one, oldest first. */
  Collection<Entry> after(long number) {
    return entries.tailMap(number, false).values();
  }

  /** Returns whether a record after this one names a file. */
  boolean isNamedAfter(String file, long number) {
    Long newest = newestNaming.get(file);
    return newest != null && newest > number;
  }

  /** Returns the files that records name on top of the states that they start from. */
  Set<String> named() {
    return newestNaming.keySet();
  }

  /**
   * Returns the records after one that start from a state at or before it: what they show cannot be
   * told from the records after that one alone.
   */
  List<Long> startingBefore(long number) {
    List<Long> found = new ArrayList<>();
    for (Entry entry : after(number)) {
      if (entry.base() <= number) {
        found.add(entry.number());
      }
    }
    return found;
  }

  /** Returns when the newest reign began that is old; {@link Long#MIN_VALUE} if there is none. */
  long newestOldOpen(long oldBeforeMillis) {
    long newest = Long.MIN_VALUE;
    for (Entry entry : entries.values()) {
      if (entry.openMillis() > 0 && entry.openMillis() < oldBeforeMillis) {
        newest = Math.max(newest, entry.openMillis());
      }
    }
    return newest;
  }

  /** Returns how far it is, for the exploration to tell states apart. */
  String position() {
    return base + "," + scanned + "," + knowsBase;
  }
}
