package io.varve.engine;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Finds unsealed rows by the hash of their id. One thread at a time adds under the log's lock; any
 * number look up meanwhile.
 *
 * <p>An entry holds the upper half of the hash, which also chooses its place, and the row plus one.
 */
final class IdTable {

  private static final long HASH_BITS = 0xffffffff00000000L;
  private static final int FIRST_SLOTS = 1 << 10;

  private volatile AtomicLongArray slots = new AtomicLongArray(FIRST_SLOTS);
  private int count;

  void add(long hash, int row) {
    AtomicLongArray current = slots;
    if ((count + 1) * 2 > current.length()) {
      current = grow(current);
    }
    insert(current, (hash & HASH_BITS) | (row + 1L));
    count++;
  }

  private AtomicLongArray grow(AtomicLongArray old) {
    AtomicLongArray larger = new AtomicLongArray(old.length() * 4);
    for (int i = 0; i < old.length(); i++) {
      long entry = old.getPlain(i);
      if (entry != 0) {
        insert(larger, entry);
      }
    }
    slots = larger;
    return larger;
  }

  private static void insert(AtomicLongArray slots, long entry) {
    int mask = slots.length() - 1;
    int slot = (int) (entry >>> 32) & mask;
    while (slots.getPlain(slot) != 0) {
      slot = (slot + 1) & mask;
    }
    slots.setRelease(slot, entry);
  }

  /** Calls back with each row that may have the id, in no order. */
  void find(long hash, RowConsumer consumer) {
    AtomicLongArray current = slots;
    int mask = current.length() - 1;
    int slot = (int) (hash >>> 32) & mask;
    for (long entry = current.getAcquire(slot); entry != 0; entry = current.getAcquire(slot)) {
      if ((entry & HASH_BITS) == (hash & HASH_BITS)) {
        consumer.accept((int) entry - 1);
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Takes a row's number in its generation. */
  @FunctionalInterface
  interface RowConsumer {

    void accept(int row);
  }
}
