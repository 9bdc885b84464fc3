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
  private static final int EVERY_ROW = 100; // percent

  private final BinaryColumn distinct = new BinaryColumn();
  private long[] slots = new long[MIN_SLOTS]; // hash in the upper half, code + 1 below; or zero
  private int[] codes = new int[0];

  /** Returns the distinct values in the order of their codes. */
  public BinaryColumn distinct() {
    return distinct;
  }

  /** Returns the code of a row, counted from the first that was added; zero of a null. */
  public int code(int row) {
    return codes[row];
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
    Arrays.fill(slots, 0);
    if (codes.length < count) {
      codes = new int[count];
    }
    DistinctEstimate estimate = // not when every row may have a value of its own
        maxPercent < EVERY_ROW ? new DistinctEstimate(count, maxPercent) : null;
    int nextCheck = DistinctEstimate.FIRST_ROWS;
    for (int i = 0; i < count; i++) {
      codes[i] = values.isNull(from + i) ? 0 : add(values, from + i);
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

  private int add(BinaryColumn values, int row) {
    byte[] bytes = values.bytes();
    int start = values.start(row);
    int end = values.end(row);
    int hash = ByteRanges.hash(bytes, start, end - start);
    int mask = slots.length - 1;
    int slot = hash & mask;
    for (long entry = slots[slot]; entry != 0; entry = slots[slot]) {
      int code = (int) entry - 1;
      if ((int) (entry >>> 32) == hash
          && distinct.length(code) == end - start
          && ByteRanges.equal(bytes, start, distinct.bytes(), distinct.start(code), end - start)) {
        return code;
      }
      slot = (slot + 1) & mask;
    }
    int code = distinct.size();
    distinct.append(bytes, start, end - start);
    slots[slot] = (long) hash << 32 | (code + 1);
    if (code >= slots.length / 2) {
      grow();
    }
    return code;
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    int mask = larger.length - 1;
    for (long entry : slots) {
      if (entry != 0) {
        int slot = (int) (entry >>> 32) & mask;
        while (larger[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        larger[slot] = entry;
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
