package io.varve.query;

import io.varve.simd.Kernels;
import io.varve.simd.KeyPlaces;

/** Finds the numbers of keys of 63 bits: a hash table with open addressing. Confined. */
final class PackedSlots {

  private static final int START_PLACES = 64;

  private final Kernels kernels = Kernels.chosen();

  /** As {@link KeyPlaces} has it, at most five eighths in use. */
  private long[] places = new long[2 * START_PLACES];

  private int shift = KeyPlaces.shift(places);
  private int size;

  /** Finds the numbers of some keys, -1 of those that are new. */
  void find(long[] keys, int from, int count, int[] rest, int[] groups) {
    kernels.findKeys(keys, from, count, places, rest, groups);
  }

  /** Returns the number of a key, {@code next} if it is new; it is then known by that. */
  int find(long key, int next) {
    long wanted = key + 1;
    long[] held = places;
    int mask = held.length - 1;
    int place = KeyPlaces.first(wanted, shift);
    while (held[place] != wanted) {
      if (held[place] == 0) {
        put(place, wanted, next);
        return next;
      }
      place = (place + 2) & mask;
    }
    return (int) held[place + 1] - 1;
  }

  private void put(int place, long wanted, int group) {
    places[place] = wanted;
    places[place + 1] = group + 1L;
    if (++size > places.length / 16 * 5) {
      grow();
    }
  }

  private void grow() {
    long[] before = places;
    places = new long[before.length * 2];
    shift = KeyPlaces.shift(places);
    int mask = places.length - 1;
    for (int i = 0; i < before.length; i += 2) {
      if (before[i] != 0) {
        int place = KeyPlaces.first(before[i], shift);
        while (places[place] != 0) {
          place = (place + 2) & mask;
        }
        places[place] = before[i];
        places[place + 1] = before[i + 1];
      }
    }
  }
}
