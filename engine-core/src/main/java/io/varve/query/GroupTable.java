package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.simd.Kernels;
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

  /** From so many keys of one table on, on the average, they are looked for at once. */
  private static final int MIN_AT_ONCE = 16;

  /** But not where more than one of so many is new: those would be looked for twice. */
  private static final int MAX_NEW_SHARE = 4;

  private static final int START_GROUPS = 64;
  private static final int MAX_ROWS = BlockSource.MAX_BLOCK_ROWS;

  private final int width;
  private final boolean numbered;
  private final int[] bits;
  private final int[] shifts;
  private final Kernels kernels = Kernels.chosen();
  private final long[] packedKeys = new long[MAX_ROWS];
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

  /** The rows whose keys weren't recent, these keys and their groups; made with the tables. */
  private int[] missed = new int[0];

  private long[] missedKeys = new long[0];
  private int[] missedGroups = new int[0];

  /** Room that finding keys at once takes. */
  private int[] rest = new int[0];

  /** How the next keys are looked for in hash tables: as would have suited the last ones. */
  private boolean oneByOne = true;

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
    if (mode == Mode.HASHED && rest.length == 0) {
      missed = new int[MAX_ROWS];
      missedKeys = new long[MAX_ROWS];
      missedGroups = new int[MAX_ROWS];
      rest = new int[MAX_ROWS];
    }
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
      case HASHED -> hashedGroup(pack(key));
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

  /** Returns the table of a key by its first word: neighbours in time share few of them. */
  private int part(long key) {
    return (int) (key >>> shifts[0]) & (hashed.length - 1);
  }

  private PackedSlots slots(int part) {
    PackedSlots slots = hashed[part];
    if (slots == null) {
      slots = new PackedSlots();
      hashed[part] = slots;
    }
    return slots;
  }

  private int hashedGroup(long key) {
    return hashedGroup(slots(part(key)), key);
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
    kernels.packKeys(keyWords, shifts, count, packedKeys);
    if (mode == Mode.DENSE) {
      for (int n = 0; n < count; n++) {
        int found = dense[(int) packedKeys[n]];
        groups[n] = found != 0 ? found - 1 : denseGroup(packedKeys[n]);
      }
    } else if (recent.length != 0) {
      findRecent(count, groups);
    } else {
      findHashed(packedKeys, count, groups);
    }
  }

  private void findRecent(int count, int[] groups) {
    long[] places = recent;
    int mask = places.length - 1;
    int misses = kernels.findRecent(packedKeys, count, places, recentShift, missed, groups);
    for (int i = 0; i < misses; i++) {
      missedKeys[i] = packedKeys[missed[i]];
    }
    findHashed(missedKeys, misses, missedGroups);
    int changes = 0; // less than misses where a key that was missed comes again
    for (int i = 0; i < misses; i++) {
      long key = missedKeys[i];
      int place = (int) (key >>> recentShift) << 1 & mask;
      changes += places[place] == key + 1 ? 0 : 1;
      places[place] = key + 1;
      places[place + 1] = missedGroups[i];
      groups[missed[i]] = missedGroups[i];
    }
    recentMisses = changes > count / 2 ? recentMisses + 1 : 0;
    if (recentMisses > MAX_RECENT_MISSES) {
      recent = new long[0]; // they cost more than they save
    }
  }

  private void findHashed(long[] keys, int count, int[] groups) {
    if (count > 0 && oneByOne) {
      findOneByOne(keys, count, groups);
    } else if (count > 0) {
      findAtOnce(keys, count, groups);
    }
  }

  private void findOneByOne(long[] keys, int count, int[] groups) {
    int before = size;
    PackedSlots slots = null;
    int last = -1;
    int tables = 0; // how often the next key is one of another table
    for (int n = 0; n < count; n++) {
      long key = keys[n];
      int part = part(key);
      if (slots == null || part != last) {
        slots = slots(part);
        last = part;
        tables++;
      }
      groups[n] = hashedGroup(slots, key);
    }
    chooseOrder(size - before, tables, count);
  }

  /** Finds keys of one table that follow each other at once. */
  private void findAtOnce(long[] keys, int count, int[] groups) {
    int tables = 0;
    int twice = 0;
    int to;
    for (int from = 0; from < count; from = to) {
      int part = part(keys[from]);
      to = from + 1;
      while (to < count && part(keys[to]) == part) {
        to++;
      }
      PackedSlots slots = slots(part);
      slots.find(keys, from, to - from, rest, groups);
      for (int n = from; n < to; n++) {
        if (groups[n] < 0) {
          groups[n] = hashedGroup(slots, keys[n]);
          twice++;
        }
      }
      tables++;
    }
    chooseOrder(twice, tables, count);
  }

  private void chooseOrder(int added, int tables, int count) {
    oneByOne = added > count / MAX_NEW_SHARE || tables > count / MIN_AT_ONCE;
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
    oneByOne = true;
    recent = new long[0];
    recentWord = -1;
    recentMisses = 0;
    words = new WordSlots(width);
  }
}
