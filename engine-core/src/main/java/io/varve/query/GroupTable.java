package io.varve.query;

import java.util.Arrays;

/**
 * Numbers the groups, keys of some words of 64 bits, in the order in which they are met. Where all
 * words are small numbers they are packed into one: it indexes a dense table as long as that is
 * small, and is hashed above. Otherwise the keys are hashed word by word. Confined.
 */
final class GroupTable {

  /** The dense table has at most 2<sup>this</sup> places, 1 MiB: it should stay in a cache. */
  private static final int MAX_DENSE_BITS = 18;

  private static final int MAX_PACKED_BITS = 63;

  /** Hashed keys are spread over so many tables by their first word; a power of two. */
  private static final int PARTS = 1024;

  /** Recent keys are remembered of so many bits of one word. */
  private static final int MAX_RECENT_BITS = 16;

  /** From so many values of that word on. */
  private static final int MIN_RECENT_IDS = 64;

  /** After so many blocks in a row with few recent keys they are given up. */
  private static final int MAX_RECENT_MISSES = 64;

  private static final int START_GROUPS = 64;

  private final int width;
  private final boolean numbered;
  private final int[] bits;
  private final int[] shifts;
  private final long[] packedKeys = new long[io.varve.column.BlockSource.MAX_BLOCK_ROWS];
  private Mode mode;
  private int size;

  /** The packed key of each group, or nothing. */
  private long[] packed = new long[START_GROUPS];

  /** The number of a group plus one, or zero, by packed key. */
  private int[] dense = new int[1];

  private PackedSlots[] hashed = new PackedSlots[0];
  private WordSlots words;

  /**
   * The last key with each value of the word that tells most keys apart, plus one, and beside it
   * its group. Often that word all but tells the group, as an API key its user, and this is smaller
   * than the table of all keys.
   */
  private long[] recent = new long[0];

  private int recentWord = -1;
  private int recentShift;
  private int recentMisses;

  GroupTable(int width, boolean numbered) {
    this.width = width;
    this.numbered = numbered;
    this.bits = new int[width];
    this.shifts = new int[width];
    this.mode = numbered ? Mode.DENSE : Mode.WORDS;
    this.words = new WordSlots(width);
  }

  /** How keys are found. */
  private enum Mode {
    DENSE,
    HASHED,
    WORDS
  }

  /** Returns the number of groups. */
  int size() {
    return size;
  }

  /** Copies the key of a group. */
  void copyKey(int group, long[] key) {
    if (mode == Mode.WORDS) {
      words.copyKey(group, key);
      return;
    }
    for (int i = 0; i < width; i++) {
      key[i] = (packed[group] >>> shifts[i]) & ((1L << bits[i]) - 1);
    }
  }

  /** Makes room for words below some counts, if words are small numbers at all. */
  void reserve(int[] idCounts) {
    if (mode == Mode.WORDS) {
      return;
    }
    boolean grows = false;
    int sum = 0;
    int[] wider = new int[width];
    for (int i = 0; i < width; i++) {
      int needed = 32 - Integer.numberOfLeadingZeros(Math.max(0, idCounts[i] - 1));
      wider[i] = Math.max(needed, bits[i]);
      grows |= needed > bits[i];
      sum += wider[i];
    }
    if (grows) {
      widen(wider, sum);
    }
    if (mode == Mode.HASHED) {
      chooseRecent(idCounts);
    }
  }

  /** Remembers recent keys by the word that has the most values by now. */
  private void chooseRecent(int[] idCounts) {
    int most = 0;
    for (int i = 1; i < width; i++) {
      most = idCounts[i] > idCounts[most] ? i : most;
    }
    if (most != recentWord && width > 1 && idCounts[most] >= MIN_RECENT_IDS) {
      recentWord = most;
      recentShift = shifts[most];
      recent = new long[2 << Math.min(MAX_RECENT_BITS, bits[most])];
    }
  }

  private void widen(int[] wider, int sum) {
    long[][] keys = new long[size][width];
    for (int group = 0; group < size; group++) {
      copyKey(group, keys[group]);
    }
    if (sum > MAX_DENSE_BITS && sum < MAX_PACKED_BITS) {
      int spare = (MAX_PACKED_BITS - sum) / width; // so that this is not done again and again
      for (int i = 0; i < width; i++) {
        wider[i] = Math.min(Integer.SIZE - 1, wider[i] + spare);
      }
    }
    int shift = 0;
    for (int i = width - 1; i >= 0; i--) {
      bits[i] = wider[i];
      shifts[i] = shift;
      shift += wider[i];
    }
    mode =
        shift <= MAX_DENSE_BITS ? Mode.DENSE : shift <= MAX_PACKED_BITS ? Mode.HASHED : Mode.WORDS;
    dense = new int[mode == Mode.DENSE ? 1 << shift : 1];
    hashed = new PackedSlots[mode == Mode.HASHED ? (width > 1 ? PARTS : 1) : 0];
    recent = new long[0];
    recentWord = -1;
    size = 0;
    for (long[] key : keys) {
      groupOf(key);
    }
  }

  private long pack(long[] key) {
    long result = 0;
    for (int i = 0; i < width; i++) {
      result |= key[i] << shifts[i];
    }
    return result;
  }

  /** Returns the group of one key, a new one if it is new. */
  int groupOf(long[] key) {
    return switch (mode) {
      case DENSE -> denseGroup(pack(key));
      case HASHED -> hashedGroup(part(key[0]), pack(key));
      case WORDS -> {
        int group = words.groupOf(key);
        size = words.size();
        yield group;
      }
    };
  }

  private int denseGroup(long key) {
    int found = dense[(int) key];
    if (found != 0) {
      return found - 1;
    }
    dense[(int) key] = size + 1;
    return add(key);
  }

  /** Returns the slots of the keys with a first word: neighbours in time share few of them. */
  private PackedSlots part(long firstWord) {
    int index = (int) firstWord & (hashed.length - 1);
    PackedSlots slots = hashed[index];
    if (slots == null) {
      slots = new PackedSlots();
      hashed[index] = slots;
    }
    return slots;
  }

  private int hashedGroup(PackedSlots slots, long key) {
    int group = slots.find(key, size);
    return group == size ? add(key) : group;
  }

  private int add(long key) {
    if (size == packed.length) {
      packed = Arrays.copyOf(packed, size * 2);
    }
    packed[size] = key;
    return size++;
  }

  /** Finds the groups of some keys, given word by word; new ones are added. */
  void find(long[][] keyWords, int count, int[] groups) {
    if (mode == Mode.WORDS) {
      long[] key = new long[width];
      for (int n = 0; n < count; n++) {
        for (int i = 0; i < width; i++) {
          key[i] = keyWords[i][n];
        }
        groups[n] = words.groupOf(key);
      }
      size = words.size();
      return;
    }
    packAll(keyWords, count);
    if (mode == Mode.DENSE) {
      for (int n = 0; n < count; n++) {
        int found = dense[(int) packedKeys[n]];
        groups[n] = found != 0 ? found - 1 : denseGroup(packedKeys[n]);
      }
      return;
    }
    if (recent.length != 0) {
      findRecent(keyWords[0], count, groups);
      return;
    }
    long[] first = keyWords[0];
    long last = first[0];
    PackedSlots slots = part(last);
    for (int n = 0; n < count; n++) {
      if (first[n] != last) {
        last = first[n];
        slots = part(last);
      }
      groups[n] = hashedGroup(slots, packedKeys[n]);
    }
  }

  private void findRecent(long[] first, int count, int[] groups) {
    long[] places = recent;
    int mask = places.length - 1;
    int shift = recentShift;
    int misses = 0;
    for (int n = 0; n < count; n++) {
      long key = packedKeys[n];
      int place = (int) (key >>> shift) << 1 & mask;
      if (places[place] == key + 1) {
        groups[n] = (int) places[place + 1];
      } else {
        int group = hashedGroup(part(first[n]), key);
        places[place] = key + 1;
        places[place + 1] = group;
        groups[n] = group;
        misses++;
      }
    }
    recentMisses = misses > count / 2 ? recentMisses + 1 : 0;
    if (recentMisses > MAX_RECENT_MISSES) {
      recent = new long[0]; // they cost more than they save
    }
  }

  private void packAll(long[][] keyWords, int count) {
    Arrays.fill(packedKeys, 0, count, 0);
    for (int i = 0; i < width; i++) {
      long[] column = keyWords[i];
      int shift = shifts[i];
      for (int n = 0; n < count; n++) {
        packedKeys[n] |= column[n] << shift;
      }
    }
  }

  /** Forgets all groups; the numbers that words stand for may start anew. */
  void clear() {
    size = 0;
    mode = numbered ? Mode.DENSE : Mode.WORDS;
    Arrays.fill(bits, 0);
    Arrays.fill(shifts, 0);
    packed = new long[START_GROUPS];
    dense = new int[1];
    hashed = new PackedSlots[0];
    recent = new long[0];
    recentWord = -1;
    recentMisses = 0;
    words = new WordSlots(width);
  }
}
