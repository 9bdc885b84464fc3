package io.varve.query;

/** Finds the numbers of keys of 63 bits: a hash table with open addressing. Confined. */
final class PackedSlots {

  private static final int START_BITS = 6;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  /** The keys plus one, zero where there is none; a power of two of them, at most half in use. */
  private long[] keys = new long[1 << START_BITS];

  private int[] groups = new int[1 << START_BITS];
  private int shift = Long.SIZE - START_BITS;
  private int size;

  /** Returns the number of a key, {@code next} if it is new; it is then known by that. */
  int find(long key, int next) {
    long wanted = key + 1;
    int mask = keys.length - 1;
    int slot = (int) ((wanted * MIX) >>> shift);
    long held;
    while ((held = keys[slot]) != wanted) {
      if (held == 0) {
        put(slot, wanted, next);
        return next;
      }
      slot = (slot + 1) & mask;
    }
    return groups[slot];
  }

  private void put(int slot, long wanted, int group) {
    keys[slot] = wanted;
    groups[slot] = group;
    if (++size > keys.length >> 1) {
      grow();
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldGroups = groups;
    keys = new long[oldKeys.length * 2];
    groups = new int[oldKeys.length * 2];
    shift--;
    int mask = keys.length - 1;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = (int) ((oldKeys[i] * MIX) >>> shift);
        while (keys[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        keys[slot] = oldKeys[i];
        groups[slot] = oldGroups[i];
      }
    }
  }
}
