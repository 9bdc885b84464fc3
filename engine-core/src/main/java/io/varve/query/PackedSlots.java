package io.varve.query;

/** Finds the numbers of keys of 63 bits: a hash table with open addressing. Confined. */
final class PackedSlots {

  private static final int START_BITS = 6;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  /**
   * In each place a key plus one, or zero, and its number, beside it to be in the same line of a
   * cache; a power of two of them, at most five eighths in use.
   */
  private long[] places = new long[2 << START_BITS];

  private int shift = Long.SIZE - START_BITS;
  private int size;

  /** Returns the number of a key, {@code next} if it is new; it is then known by that. */
  int find(long key, int next) {
    long wanted = key + 1;
    long[] held = places;
    int mask = held.length - 1;
    int place = (int) ((wanted * MIX) >>> shift) << 1;
    while (held[place] != wanted) {
      if (held[place] == 0) {
        put(place, wanted, next);
        return next;
      }
      place = (place + 2) & mask;
    }
    return (int) held[place + 1];
  }

  private void put(int place, long wanted, int group) {
    places[place] = wanted;
    places[place + 1] = group;
    if (++size > places.length / 16 * 5) {
      grow();
    }
  }

  private void grow() {
    long[] before = places;
    places = new long[before.length * 2];
    shift--;
    int mask = places.length - 1;
    for (int i = 0; i < before.length; i += 2) {
      if (before[i] != 0) {
        int place = (int) ((before[i] * MIX) >>> shift) << 1;
        while (places[place] != 0) {
          place = (place + 2) & mask;
        }
        places[place] = before[i];
        places[place + 1] = before[i + 1];
      }
    }
  }
}
