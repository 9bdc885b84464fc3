package io.varve.column;

import java.util.Arrays;

/**
 * Values of {@link io.varve.schema.Storage#BINARY} as codes: the index of each value in a
 * dictionary of distinct values. A null is held as code zero. Confined; the dictionary may be
 * shared by columns that only read it, and doesn't change while it is: what was found out about its
 * values is kept by its identity.
 */
public final class DictionaryColumn implements Column {

  private final NullMask nulls = new NullMask();
  private final BinaryColumn dictionary;
  private int[] codes = new int[16];

  /** Creates an empty column over a dictionary without nulls. */
  public DictionaryColumn(BinaryColumn dictionary) {
    this.dictionary = dictionary;
  }

  /** Returns the distinct values. */
  public BinaryColumn dictionary() {
    return dictionary;
  }

  /** Returns the array of codes, valid up to {@link #size} until the next append. */
  public int[] codes() {
    return codes;
  }

  /** Returns the code of a row, zero if it is null. */
  public int code(int row) {
    return codes[row];
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
      append(other.codes[row]);
    }
  }

  private void reserve(int count) {
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
