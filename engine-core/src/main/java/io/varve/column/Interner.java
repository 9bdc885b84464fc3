package io.varve.column;

import io.varve.io.ByteRanges;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the distinct values of a text column as its rows come: an open hash table over the bytes,
 * and before it a small table of the strings seen last, so that a value that comes again is neither
 * copied nor hashed. Confined to one thread.
 *
 * <p>It says when a column has too many distinct values to be worth it, judged by how often one
 * came again: of <i>v</i> values that are equally frequent, <i>n</i> rows repeat about <i>n² / 2v
 * </i>.
 */
final class Interner {

  /** Longer values are not kept. */
  static final int MAX_VALUE_BYTES = 1 << 10;

  /** More distinct values than this are to be expected: not worth it. */
  private static final long MAX_EXPECTED = 1 << 16;

  /** So many distinct values are the first that are judged; then twice as many. */
  private static final int FIRST_JUDGED = 1 << 10;

  /** A dictionary of more values is not kept for further rows. */
  private static final int MAX_KEPT = 1 << 12;

  private static final int MIN_SLOTS = 16;
  private static final int MAX_RECENT = 1 << 14;
  private static final int STRING_BYTES = 64; // about what a short string takes

  private final BinaryColumn distinct = new BinaryColumn();
  private int[] slots = new int[2 * MIN_SLOTS]; // code + 1, or zero
  private int[] hashes = new int[MIN_SLOTS]; // by code
  private @Nullable String[] recent = new @Nullable String[MIN_SLOTS];
  private int[] recentCodes = new int[MIN_SLOTS];
  private long calls;
  private boolean tooMany;

  /** Returns the distinct values in the order of their codes. */
  BinaryColumn distinct() {
    return distinct;
  }

  /** Returns whether the column should rather hold its values as they are. */
  boolean isTooMany() {
    return tooMany;
  }

  /** Returns the code of a text. */
  int code(String value) {
    calls++;
    int hash = value.hashCode(); // which strings remember
    int slot = (hash ^ hash >>> 15) & (recent.length - 1);
    if (value.equals(recent[slot])) {
      return recentCodes[slot];
    }
    int candidate = distinct.size();
    distinct.append(value);
    int code = settle(candidate);
    recent[slot] = value;
    recentCodes[slot] = code;
    return code;
  }

  /** Returns the code of bytes. */
  int code(byte[] value) {
    calls++;
    int candidate = distinct.size();
    distinct.append(value, 0, value.length);
    return settle(candidate);
  }

  /** Returns the code of a value that was added last, and takes it away if it was there before. */
  private int settle(int candidate) {
    byte[] bytes = distinct.bytes();
    int start = distinct.start(candidate);
    int end = distinct.end(candidate);
    int hash = ByteRanges.hash(bytes, start, end - start);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int code = slots[slot] - 1;
      if (hashes[code] == hash
          && distinct.length(code) == end - start
          && ByteRanges.equal(bytes, start, bytes, distinct.start(code), end - start)) {
        distinct.truncate(candidate);
        return code;
      }
      slot = (slot + 1) & mask;
    }
    if (candidate == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * candidate);
    }
    hashes[candidate] = hash;
    slots[slot] = candidate + 1;
    if (candidate >= slots.length / 2) {
      grow();
    }
    judge(candidate + 1, end - start);
    return candidate;
  }

  private void judge(int count, int valueBytes) {
    tooMany |= valueBytes > MAX_VALUE_BYTES || count > MAX_EXPECTED;
    if (count >= FIRST_JUDGED && Integer.bitCount(count) == 1) {
      tooMany |= (calls - count) * 2 * MAX_EXPECTED < calls * calls;
    }
  }

  private void grow() {
    slots = new int[2 * slots.length];
    int mask = slots.length - 1;
    for (int code = 0; code < distinct.size(); code++) {
      int slot = hashes[code] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = code + 1;
    }
    if (recent.length < MAX_RECENT) {
      recent = new @Nullable String[2 * recent.length];
      recentCodes = new int[recent.length];
    }
  }

  /** Prepares for further rows when all that were numbered are gone; small dictionaries stay. */
  void clear() {
    if (distinct.size() > MAX_KEPT) {
      distinct.clear();
      Arrays.fill(slots, 0);
      Arrays.fill(recent, null);
      calls = 0;
    }
  }

  /** Returns about how many bytes of memory it takes. */
  long heldBytes() {
    return distinct.heldBytes()
        + Integer.BYTES * ((long) slots.length + hashes.length + recentCodes.length)
        + (long) STRING_BYTES * Math.min(recent.length, distinct.size());
  }
}
