package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.io.ByteRanges;
import java.util.Arrays;

/**
 * Finds the distinct values of rows and gives each row the index of its value: an open hash table
 * over the bytes. Confined; used again for other rows.
 */
public final class DictionaryBuilder {

  private static final int MIN_SLOTS = 64;

  /** A larger table is not kept for other rows: to clear it would take longer than to grow. */
  private static final int MAX_KEPT_SLOTS = 1 << 12;

  /** Values of up to so many bytes are in the table, as their first and last eight. */
  private static final int MAX_INLINE = 2 * Long.BYTES;

  /** Of the length of a value, or that it is longer. */
  private static final int LENGTH_BITS = 5;

  /**
   * Of a slot: in the upper half of the first one a hash and the length, in the lower one the code
   * plus one, or zero; then the first bytes and the last ones.
   */
  private static final int SLOT_WORDS = 3;

  private static final int EVERY_ROW = 100; // percent

  private final BinaryColumn distinct = new BinaryColumn();
  private long[] slots = new long[MIN_SLOTS * SLOT_WORDS];
  private int[] codes = new int[0];

  /** Returns the distinct values in the order of their codes. */
  public BinaryColumn distinct() {
    return distinct;
  }

  /** Returns the code of a row, counted from the first that was added; zero of a null. */
  public int code(int row) {
    return codes[row];
  }

  /** Takes values that are known to be distinct, each as the one with the next code. */
  public void setDistinct(BinaryColumn values) {
    distinct.clear();
    for (int code = 0; code < values.size(); code++) {
      distinct.appendFrom(values, code);
    }
  }

  /**
   * Finds the distinct values of rows unless there are too many.
   *
   * @param maxValues give up above this number
   * @return false if it was given up; codes and values then mean nothing
   */
  public boolean tryAddAll(BinaryColumn values, int from, int count, int maxValues) {
    return addAll(values, from, count, maxValues, EVERY_ROW);
  }

  /**
   * Finds the distinct values of all rows.
   *
   * @param maxPercent give up when more of the rows than this have, or will have, a new value
   * @return false if it was given up; codes and values then mean nothing
   */
  public boolean tryAddColumn(BinaryColumn values, int maxPercent) {
    return addAll(values, 0, values.size(), Integer.MAX_VALUE, maxPercent);
  }

  private boolean addAll(BinaryColumn values, int from, int count, int maxValues, int maxPercent) {
    distinct.clear();
    if (slots.length > MAX_KEPT_SLOTS * SLOT_WORDS) {
      slots = new long[MIN_SLOTS * SLOT_WORDS];
    } else {
      Arrays.fill(slots, 0);
    }
    if (codes.length < count) {
      codes = new int[count];
    }
    DistinctEstimate estimate = // not when every row may have a value of its own
        maxPercent < EVERY_ROW ? new DistinctEstimate(count, maxPercent) : null;
    int nextCheck = DistinctEstimate.FIRST_ROWS;
    byte[] bytes = values.bytes();
    int start = values.start(from);
    for (int i = 0; i < count; i++) {
      int end = values.end(from + i);
      codes[i] = values.isNull(from + i) ? 0 : add(bytes, start, end - start);
      start = end;
      if (distinct.size() > maxValues) {
        return false;
      }
      if (i == nextCheck) {
        if (estimate != null && estimate.isTooMany(i, distinct.size())) {
          return false;
        }
        nextCheck *= 2;
      }
    }
    return estimate == null || !estimate.isTooMany(count, distinct.size());
  }

  private int add(byte[] bytes, int start, int length) {
    long first = ByteRanges.first(bytes, start, length);
    long last = ByteRanges.last(bytes, start, length);
    boolean isLong = length > MAX_INLINE;
    int hash = isLong ? ByteRanges.hash(bytes, start, length) : ByteRanges.hash(first, last);
    int tag = hash << LENGTH_BITS | Math.min(length, MAX_INLINE + 1);
    int mask = slots.length / SLOT_WORDS - 1;
    int slot = hash & mask;
    for (int at = slot * SLOT_WORDS; slots[at] != 0; at = slot * SLOT_WORDS) {
      if ((int) (slots[at] >>> 32) == tag && slots[at + 1] == first && slots[at + 2] == last) {
        int code = (int) slots[at] - 1;
        if (!isLong || isEqual(bytes, start, length, code)) {
          return code;
        }
      }
      slot = (slot + 1) & mask;
    }
    int code = distinct.size();
    distinct.append(bytes, start, length);
    slots[slot * SLOT_WORDS] = (long) tag << 32 | (code + 1);
    slots[slot * SLOT_WORDS + 1] = first;
    slots[slot * SLOT_WORDS + 2] = last;
    if (code >= (mask + 1) / 2) {
      grow();
    }
    return code;
  }

  private boolean isEqual(byte[] bytes, int start, int length, int code) {
    return distinct.length(code) == length
        && ByteRanges.equal(bytes, start, distinct.bytes(), distinct.start(code), length);
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    int mask = larger.length / SLOT_WORDS - 1;
    for (int from = 0; from < slots.length; from += SLOT_WORDS) {
      if (slots[from] != 0) {
        int slot = (int) (slots[from] >>> (Integer.SIZE + LENGTH_BITS)) & mask;
        while (larger[slot * SLOT_WORDS] != 0) {
          slot = (slot + 1) & mask;
        }
        System.arraycopy(slots, from, larger, slot * SLOT_WORDS, SLOT_WORDS);
      }
    }
    slots = larger;
  }

  /**
   * Puts the distinct values in the order of their bytes as unsigned numbers.
   *
   * @return the new code of each old one
   */
  public int[] sort() {
    int count = distinct.size();
    int[] order = KeyedSort.sort(keys(), count, this::compare);
    BinaryColumn sorted = new BinaryColumn();
    int[] newCodes = new int[count];
    for (int i = 0; i < count; i++) {
      newCodes[order[i]] = i;
      sorted.appendFrom(distinct, order[i]);
    }
    distinct.clear();
    for (int i = 0; i < count; i++) {
      distinct.appendFrom(sorted, i);
    }
    return newCodes;
  }

  /** Returns of each value the first eight bytes in which not all values are alike. */
  private long[] keys() {
    int from = commonPrefix();
    long[] keys = new long[distinct.size()];
    for (int code = 0; code < keys.length; code++) {
      int start = distinct.start(code) + from;
      long key = 0;
      for (int i = start; i < start + Long.BYTES; i++) {
        key = key << 8 | (i < distinct.end(code) ? distinct.bytes()[i] & 0xff : 0);
      }
      keys[code] = key ^ Long.MIN_VALUE; // so that signed order is that of the bytes
    }
    return keys;
  }

  /** Returns how many bytes all values begin with alike. */
  private int commonPrefix() {
    byte[] bytes = distinct.bytes();
    int common = distinct.size() == 0 ? 0 : distinct.length(0);
    for (int code = 1; code < distinct.size(); code++) {
      int start = distinct.start(code);
      int end = start + Math.min(common, distinct.length(code));
      int mismatch = Arrays.mismatch(bytes, 0, end - start, bytes, start, end);
      common = mismatch < 0 ? end - start : mismatch;
    }
    return common;
  }

  private int compare(int left, int right) {
    return Arrays.compareUnsigned(
        distinct.bytes(),
        distinct.start(left),
        distinct.end(left),
        distinct.bytes(),
        distinct.start(right),
        distinct.end(right));
  }
}
