package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.io.ByteRanges;
import java.util.Arrays;

/** Numbers distinct bytes in the order in which they are first met, from zero. Confined. */
final class BinaryInterner {

  private static final int START_SLOTS = 64;

  private final BinaryColumn values = new BinaryColumn();
  private int[] hashes = new int[START_SLOTS];

  /** The number of a value plus one, or zero; a power of two of them, at most half in use. */
  private int[] slots = new int[START_SLOTS];

  /** Returns all distinct values by their numbers; not to be changed. */
  BinaryColumn values() {
    return values;
  }

  /** Returns the number of distinct values so far. */
  int size() {
    return values.size();
  }

  /** Returns the value with a number. */
  byte[] get(int id) {
    return values.get(id);
  }

  /** Returns the number of a value, a new one if it is new. */
  int idOf(byte[] bytes, int from, int to) {
    int hash = ByteRanges.hash(bytes, from, to - from);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int id = slots[slot] - 1;
      if (hashes[id] == hash && isEqual(id, bytes, from, to - from)) {
        return id;
      }
      slot = (slot + 1) & mask;
    }
    int id = values.size();
    values.append(bytes, from, to - from);
    if (id == hashes.length) {
      hashes = Arrays.copyOf(hashes, id * 2);
    }
    hashes[id] = hash;
    slots[slot] = id + 1;
    if (id + 1 > slots.length / 2) {
      grow();
    }
    return id;
  }

  private boolean isEqual(int id, byte[] bytes, int from, int length) {
    return values.length(id) == length
        && ByteRanges.equal(values.bytes(), values.start(id), bytes, from, length);
  }

  private void grow() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int id = 0; id < values.size(); id++) {
      int slot = hashes[id] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = id + 1;
    }
  }

  /** Forgets all values. */
  void clear() {
    values.clear();
    Arrays.fill(slots, 0);
  }
}
