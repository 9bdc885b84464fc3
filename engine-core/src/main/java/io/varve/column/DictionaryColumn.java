package io.varve.column;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values of {@link io.varve.schema.Storage#BINARY} as codes: the index of each value in a
 * dictionary of distinct values. A null is held as code zero. Confined; the dictionary may be
 * shared by columns that only read it, and doesn't change while it is: what was found out about its
 * values is kept by its identity.
 */
public final class DictionaryColumn implements Column {

  private final NullMask nulls = new NullMask();
  private final BinaryColumn dictionary;
  private final boolean sorted;
  private int[] codes = new int[16];
  private @Nullable EncodedLongs encoded;
  private boolean decoded = true;

  /** Creates an empty column over a dictionary without nulls. */
  public DictionaryColumn(BinaryColumn dictionary) {
    this(dictionary, false);
  }

  private DictionaryColumn(BinaryColumn dictionary, boolean sorted) {
    this.dictionary = dictionary;
    this.sorted = sorted;
  }

  /** Creates an empty column over a dictionary whose values rise, bytes as unsigned numbers. */
  public static DictionaryColumn ofSorted(BinaryColumn dictionary) {
    return new DictionaryColumn(dictionary, true);
  }

  /** Returns whether the values of the dictionary are known to rise. */
  public boolean isSorted() {
    return sorted;
  }

  /** Returns the distinct values. */
  public BinaryColumn dictionary() {
    return dictionary;
  }

  /** Returns the array of codes, valid up to {@link #size} until the next append. */
  public int[] codes() {
    if (!decoded) {
      decoded = true;
      Objects.requireNonNull(encoded).decodeInts(codes);
    }
    return codes;
  }

  /**
   * Returns all codes as they are stored; null if some rows are null, were changed, or are known
   * only one by one.
   */
  public @Nullable EncodedLongs encoded() {
    return encoded;
  }

  /**
   * Adds rows to an empty column, to be decoded when a code is asked for.
   *
   * @param stored codes of the dictionary
   */
  public void appendEncoded(EncodedLongs stored, int count) {
    if (size() != 0) {
      throw new IllegalStateException("a column of " + size() + " rows has codes already");
    }
    reserve(count);
    nulls.appendPresent(count);
    encoded = stored;
    decoded = false;
  }

  /** Returns the code of a row, zero if it is null. */
  public int code(int row) {
    return codes()[row];
  }

  /** Adds a value by its code. */
  public void append(int code) {
    reserve(1);
    codes[size()] = code;
    nulls.append(false);
  }

  /** Makes room for rows, adds them as present, and leaves their codes to the caller. */
  public int[] appendUninitialized(int count) {
    reserve(count);
    nulls.appendPresent(count);
    return codes;
  }

  @Override
  public DictionaryColumn newEmpty() {
    return new DictionaryColumn(dictionary, sorted);
  }

  @Override
  public void detach() {
    codes();
    encoded = null;
  }

  @Override
  public void appendNull() {
    reserve(1);
    codes[size()] = 0;
    nulls.append(true);
  }

  /** Adds a row of another column over the same dictionary. */
  @Override
  public void appendFrom(Column source, int row) {
    DictionaryColumn other = (DictionaryColumn) source;
    if (other.dictionary != dictionary) {
      throw new IllegalArgumentException("codes mean nothing in another dictionary");
    }
    if (other.isNull(row)) {
      appendNull();
    } else {
      append(other.codes()[row]);
    }
  }

  /** Returns some rows as a column of their values. */
  public BinaryColumn expanded(int from, int count) {
    BinaryColumn values = new BinaryColumn();
    appendTo(values, from, count);
    return values;
  }

  /** Adds the values of some rows to a column. */
  public void appendTo(BinaryColumn values, int from, int count) {
    for (int row = from; row < from + count; row++) {
      values.appendFrom(this, row);
    }
  }

  private void reserve(int count) {
    codes();
    encoded = null;
    int needed = Math.addExact(size(), count);
    if (needed > codes.length) {
      codes = Arrays.copyOf(codes, Math.max(needed, codes.length * 2));
    }
  }

  @Override
  public NullMask nulls() {
    return nulls;
  }

  @Override
  public void clear() {
    nulls.clear();
    encoded = null;
    decoded = true;
  }

  @Override
  public long memoryBytes() {
    return size() * 4L;
  }

  @Override
  public long heldBytes() {
    return codes.length * 4L + nulls.heldBytes();
  }
}
