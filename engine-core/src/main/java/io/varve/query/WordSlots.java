package io.varve.query;

import java.util.Arrays;

/**
 * Numbers keys of some words of 64 bits in the order in which they are met: a hash table with open
 * addressing. Confined.
 */
final class WordSlots {

  private static final int START_GROUPS = 64;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final int width;
  private int size;
  private long[][] keys;

  /** The number of a group plus one, or zero; a power of two of them, at most half in use. */
  private int[] slots = new int[START_GROUPS];

  WordSlots(int width) {
    this.width = width;
    this.keys = new long[width][START_GROUPS];
  }

  int size() {
    return size;
  }

  void copyKey(int group, long[] key) {
    for (int i = 0; i < width; i++) {
      key[i] = keys[i][group];
    }
  }

  /** Returns the number of a key, a new one if it is new. */
  int groupOf(long[] key) {
    int slot = slotOf(key);
    return slots[slot] != 0 ? slots[slot] - 1 : add(key, slot);
  }

  /** Finds the place of a key or the empty one where it belongs. */
  private int slotOf(long[] key) {
    long hash = 0;
    for (long word : key) {
      hash = (Long.rotateLeft(hash, 29) ^ word) * MIX;
    }
    int mask = slots.length - 1;
    int slot = (int) (hash >>> 32) & mask;
    while (slots[slot] != 0 && !isKey(slots[slot] - 1, key)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isKey(int group, long[] key) {
    for (int i = 0; i < width; i++) {
      if (keys[i][group] != key[i]) {
        return false;
      }
    }
    return true;
  }

  private int add(long[] key, int slot) {
    int group = size++;
    if (width > 0 && group == keys[0].length) {
      for (int i = 0; i < width; i++) {
        keys[i] = Arrays.copyOf(keys[i], group * 2);
      }
    }
    for (int i = 0; i < width; i++) {
      keys[i][group] = key[i];
    }
    slots[slot] = size;
    if (size > slots.length / 2) {
      slots = new int[slots.length * 2];
      long[] held = new long[width];
      for (int i = 0; i < size; i++) {
        copyKey(i, held);
        slots[slotOf(held)] = i + 1;
      }
    }
    return group;
  }
}
