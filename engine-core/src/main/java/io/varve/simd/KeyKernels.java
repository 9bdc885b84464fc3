package io.varve.simd;

/** What finds the groups of keys, which are made of words and have at most 63 bits. */
interface KeyKernels {

  /**
   * Joins the words of each key.
   *
   * @param words first by their place in the key, then by key
   * @param shifts how far to the left words of each place are shifted; they then share no bits
   * @param keys gets {@code count} keys from index 0
   */
  void packKeys(long[][] words, int[] shifts, int count, long[] keys);

  /**
   * Looks for each key in one place only, which some of its bits name.
   *
   * @param table in each place a key plus one, or zero, and its group; a power of two of them
   * @param shift how far to the right a key is shifted; its lowest bits are then the place
   * @param missed gets the indexes of the keys that aren't there, in order
   * @param groups gets the groups of the others from index 0
   * @return how many aren't there
   */
  int findRecent(long[] keys, int count, long[] table, int shift, int[] missed, int[] groups);

  /**
   * Looks for some of the keys in a table of {@link KeyPlaces}.
   *
   * @param from the index of the first key
   * @param rest has room for as many indexes as keys are looked for; means nothing then
   * @param groups gets the group of each key at the index of the key, or -1 if there is none
   */
  void findKeys(long[] keys, int from, int count, long[] table, int[] rest, int[] groups);
}
