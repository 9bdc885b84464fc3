package io.varve.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Finds unsealed rows by the hash of their id. One thread at a time adds under the log's lock; any
 * number look up meanwhile. Used again after {@link #clear}.
 *
 * <p>An entry holds the upper half of the hash, which also chooses its place, and the row plus one.
 */
final class IdTable {

  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);
  private static final long HASH_BITS = 0xffffffff00000000L;
  private static final int FIRST_SLOTS = 1 << 10;

  private volatile long[] slots = new long[FIRST_SLOTS];
  private int count;

  void add(long hash, int row) {
    long[] current = slots;
    if ((count + 1) * 2 > current.length) {
      current = grow(current);
    }
    insert(current, (hash & HASH_BITS) | (row + 1L));
    count++;
  }

  private long[] grow(long[] old) {
    long[] larger = new long[old.length * 4];
    for (long entry : old) {
      if (entry != 0) {
        insert(larger, entry);
      }
    }
    slots = larger;
    return larger;
  }

  private static void insert(long[] slots, long entry) {
    int mask = slots.length - 1;
    int slot = (int) (entry >>> 32) & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    ENTRY.setRelease(slots, slot, entry);
  }

  /** Calls back with each row that may have the id, in no order. */
  void find(long hash, RowConsumer consumer) {
    long[] current = slots;
    int mask = current.length - 1;
    int slot = (int) (hash >>> 32) & mask;
    for (long entry = get(current, slot); entry != 0; entry = get(current, slot)) {
      if ((entry & HASH_BITS) == (hash & HASH_BITS)) {
        consumer.accept((int) entry - 1);
      }
      slot = (slot + 1) & mask;
    }
  }

  private static long get(long[] slots, int slot) {
    return (long) ENTRY.getAcquire(slots, slot);
  }

  /** Forgets all rows but keeps the memory; nobody looks up or adds meanwhile. */
  void clear() {
    Arrays.fill(slots, 0);
    count = 0;
  }

  /** Takes a row's number in its generation. */
  @FunctionalInterface
  interface RowConsumer {

    void accept(int row);
  }
}
