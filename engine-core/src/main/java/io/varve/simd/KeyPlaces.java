package io.varve.simd;

/**
 * A hash table of keys, numbers of up to 63 bits: in each place a key plus one and its group plus
 * one, beside it to be in the same line of a cache, or twice zero. A power of two of places, not
 * all in use. A key lies in its first place or, if others are there, behind it and around the end.
 */
public final class KeyPlaces {

  /**
   * Words of a key lie about as many bits apart. Without folding them, numbers of two words that
   * are multiplied alike lie in few places, each with many keys.
   */
  static final int FOLD = 17;

  static final long MIX = 0x9e3779b97f4a7c15L;

  private KeyPlaces() {}

  /** Returns how far to the right hashes are shifted for a table of its length. */
  public static int shift(long[] table) {
    return Long.numberOfLeadingZeros(table.length) + 2;
  }

  /**
   * Returns the index of the first place of a key.
   *
   * @param wanted the key plus one
   */
  public static int first(long wanted, int shift) {
    return (int) (((wanted ^ wanted >>> FOLD) * MIX) >>> shift) << 1;
  }

  /**
   * Looks for keys whose first place has another key: all in their second place, then those that
   * are left in their third. So many are on their way from memory at a time, and which of them was
   * found is no branch that the processor could guess wrong.
   *
   * @param rest the indexes of the keys, of which nothing is kept
   */
  static void follow(long[] keys, long[] table, int[] rest, int count, int[] groups) {
    int mask = table.length - 1;
    int shift = shift(table);
    int left = count;
    for (int step = 2; left > 0; step += 2) {
      int others = 0;
      for (int n = 0; n < left; n++) {
        int i = rest[n];
        long wanted = keys[i] + 1;
        int place = (first(wanted, shift) + step) & mask;
        groups[i] = (int) table[place + 1] - 1;
        rest[others] = i;
        others += other(table[place], wanted);
      }
      left = others;
    }
  }

  /** Returns 1 if a place has another key, else 0: by the signs of what isn't zero. */
  static int other(long held, long wanted) {
    long difference = held ^ wanted;
    return (int) (((difference | -difference) & (held | -held)) >>> 63);
  }
}
