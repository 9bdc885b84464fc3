package io.varve.table;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The paths of partitions that rows went to, found by the values of the partition columns and the
 * bucket without making anything. Forgets all of them when there are too many. Confined.
 */
final class KnownPaths {

  private static final int MIN_SLOTS = 1 << 8;
  private static final int MAX_SLOTS = 1 << 18;

  /** Where the values of a row stand that matter. */
  private final int[] columns;

  private @Nullable Known[] slots = new Known[MIN_SLOTS];
  private int size;

  KnownPaths(int[] columns) {
    this.columns = columns;
  }

  /** One path; its hash is kept for when the table grows. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Known(@Nullable String[] values, int bucket, int hash, String path) {}

  /** Returns the path of a row's values; null if it is not known. */
  @Nullable String find(@Nullable String[] row, int bucket) {
    int hash = hash(row, bucket);
    int at = hash & slots.length - 1;
    Known known;
    while ((known = slots[at]) != null) {
      if (known.hash() == hash && known.bucket() == bucket && isOf(known, row)) {
        return known.path();
      }
      at = at + 1 & slots.length - 1;
    }
    return null;
  }

  private boolean isOf(Known known, @Nullable String[] row) {
    for (int i = 0; i < columns.length; i++) {
      if (!Objects.equals(known.values()[i], row[columns[i]])) {
        return false;
      }
    }
    return true;
  }

  private int hash(@Nullable String[] row, int bucket) {
    int hash = bucket;
    for (int column : columns) {
      hash = 31 * hash + Objects.hashCode(row[column]);
    }
    return hash * 0x9e3779b9 ^ hash >>> 15;
  }

  /** Remembers the path of a row's values, which was not known. */
  void add(@Nullable String[] row, int bucket, String path) {
    if (size >= slots.length / 2) {
      grow();
    }
    @Nullable String[] values = new String[columns.length];
    for (int i = 0; i < columns.length; i++) {
      values[i] = row[columns[i]];
    }
    put(new Known(values, bucket, hash(row, bucket), path));
    size++;
  }

  private void put(Known known) {
    int at = known.hash() & slots.length - 1;
    while (slots[at] != null) {
      at = at + 1 & slots.length - 1;
    }
    slots[at] = known;
  }

  private void grow() {
    if (slots.length == MAX_SLOTS) {
      Arrays.fill(slots, null);
      size = 0;
      return;
    }
    @Nullable Known[] before = slots;
    slots = new Known[before.length * 2];
    for (Known known : before) {
      if (known != null) {
        put(known);
      }
    }
  }
}
