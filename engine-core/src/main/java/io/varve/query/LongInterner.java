package io.varve.query;

import java.util.Arrays;

/** Numbers distinct int64s in the order in which they are first met, from zero. Confined. */
final class LongInterner {

  private static final int START_SLOTS = 64;

  private long[] values = new long[START_SLOTS];
  private int size;

  /** The number of a value plus one, or zero; a power of two of them, at most half in use. */
  private int[] slots = new int[START_SLOTS];

  /** Returns the number of distinct values so far. */
  int size() {
    return size;
  }

  /** Returns the value with a number. */
  long get(int id) {
    return values[id];
  }

  /** Returns the number of a value, a new one if it is new. */
  int idOf(long value) {
    int slot = place(value);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    int id = size++;
    if (id == values.length) {
      values = Arrays.copyOf(values, id * 2);
    }
    values[id] = value;
    slots[slot] = size;
    if (size > slots.length / 2) {
      slots = new int[slots.length * 2];
      for (int i = 0; i < size; i++) {
        slots[place(values[i])] = i + 1;
      }
    }
    return id;
  }

  private int place(long value) {
    int mask = slots.length - 1;
    long hash = value * 0x9e3779b97f4a7c15L;
    int slot = (int) (hash >>> 32) & mask;
    while (slots[slot] != 0 && values[slots[slot] - 1] != value) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Forgets all values. */
  void clear() {
    size = 0;
    Arrays.fill(slots, 0);
  }
}
