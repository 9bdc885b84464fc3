package io.varve.query;

import java.util.Arrays;

/**
 * Numbers the groups, keys of some words of 64 bits, in the order in which they are met. Where all
 * words are small numbers they index a dense table, otherwise the keys are hashed with open
 * addressing. Confined.
 */
final class GroupTable {

  /** The dense table has at most 2<sup>this</sup> places, 4 MiB. */
  private static final int MAX_DENSE_BITS = 20;

  private static final int START_GROUPS = 64;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final int width;
  private final boolean mayBeDense;
  private final int[] bits;
  private boolean dense;
  private int size;
  private long[][] keys;

  /**
   * The number of a group plus one, or zero: by the dense index, or hashed and at most half full.
   */
  private int[] slots = new int[START_GROUPS];

  GroupTable(int width, boolean mayBeDense) {
    this.width = width;
    this.mayBeDense = mayBeDense;
    this.dense = mayBeDense;
    this.bits = new int[width];
    this.keys = new long[width][START_GROUPS];
    if (dense) {
      slots = new int[1];
    }
  }

  /** Returns the number of groups. */
  int size() {
    return size;
  }

  /** Copies the key of a group. */
  void copyKey(int group, long[] key) {
    for (int i = 0; i < width; i++) {
      key[i] = keys[i][group];
    }
  }

  /** Makes room for words below some counts, if words are small numbers at all. */
  void reserve(int[] idCounts) {
    if (!dense) {
      return;
    }
    boolean grows = false;
    int sum = 0;
    for (int i = 0; i < width; i++) {
      int needed = 32 - Integer.numberOfLeadingZeros(Math.max(0, idCounts[i] - 1));
      if (needed > bits[i]) {
        bits[i] = needed;
        grows = true;
      }
      sum += bits[i];
    }
    if (grows) {
      dense = sum <= MAX_DENSE_BITS;
      rebuild(dense ? 1 << sum : Math.max(START_GROUPS, Integer.highestOneBit(size + 1) * 4));
    }
  }

  private void rebuild(int slotCount) {
    slots = new int[slotCount];
    long[] key = new long[width];
    for (int group = 0; group < size; group++) {
      copyKey(group, key);
      slots[dense ? denseSlot(key) : hashSlot(key)] = group + 1;
    }
  }

  private int denseSlot(long[] key) {
    int slot = 0;
    for (int i = 0; i < width; i++) {
      slot = (slot << bits[i]) | (int) key[i];
    }
    return slot;
  }

  /** Finds the place of a key or the empty one where it belongs. */
  private int hashSlot(long[] key) {
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

  /** Returns the group of one key, a new one if it is new. */
  int groupOf(long[] key) {
    int slot = dense ? denseSlot(key) : hashSlot(key);
    return slots[slot] != 0 ? slots[slot] - 1 : add(key, slot);
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
    if (!dense && size > slots.length / 2) {
      rebuild(slots.length * 2);
    }
    return group;
  }

  /** Finds the groups of some keys, given word by word; new ones are added. */
  void find(long[][] words, int count, int[] groups) {
    long[] key = new long[width];
    if (dense && width == 1) {
      findOne(words[0], count, groups, key);
    } else if (dense && width == 2) {
      findTwo(words[0], words[1], count, groups, key);
    } else {
      for (int n = 0; n < count; n++) {
        for (int i = 0; i < width; i++) {
          key[i] = words[i][n];
        }
        groups[n] = groupOf(key);
      }
    }
  }

  private void findOne(long[] words, int count, int[] groups, long[] key) {
    int[] table = slots;
    for (int n = 0; n < count; n++) {
      int found = table[(int) words[n]];
      if (found == 0) {
        key[0] = words[n];
        found = groupOf(key) + 1;
      }
      groups[n] = found - 1;
    }
  }

  private void findTwo(long[] first, long[] second, int count, int[] groups, long[] key) {
    int[] table = slots;
    int shift = bits[1];
    for (int n = 0; n < count; n++) {
      int found = table[((int) first[n] << shift) | (int) second[n]];
      if (found == 0) {
        key[0] = first[n];
        key[1] = second[n];
        found = groupOf(key) + 1;
      }
      groups[n] = found - 1;
    }
  }

  /** Forgets all groups; the numbers that words stand for may start anew. */
  void clear() {
    size = 0;
    dense = mayBeDense;
    Arrays.fill(bits, 0);
    keys = new long[width][START_GROUPS];
    slots = new int[dense ? 1 : START_GROUPS];
  }
}
