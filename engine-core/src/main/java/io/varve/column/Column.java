package io.varve.column;

import io.varve.schema.Storage;

/**
 * Values of one column for some rows, in memory. Grows at its end and is used again after {@link
 * #clear}. Confined to one thread.
 */
public sealed interface Column
    permits LongColumn, DoubleColumn, BinaryColumn, PairColumn, DictionaryColumn {

  /** Returns which rows are null. */
  NullMask nulls();

  /** Forgets all rows but keeps the memory. */
  void clear();

  /** Adds a row without value. */
  void appendNull();

  /** Adds a row with the value, or null, of a row of a column of the same storage. */
  void appendFrom(Column source, int row);

  /** Returns an empty column that takes rows of this one: of codes over the same dictionary. */
  Column newEmpty();

  /**
   * Decodes what is left to decode and lets go of the bytes that it comes from: from then on the
   * column is only what it holds, and several threads may read it.
   */
  default void detach() {}

  /** Returns the bytes of memory that the values take. */
  long memoryBytes();

  /** Returns the bytes of memory that the column takes, also those that wait for values. */
  long heldBytes();

  /** Returns the number of rows. */
  default int size() {
    return nulls().size();
  }

  /** Forgets the rows from {@code newSize} on. */
  default void truncate(int newSize) {
    nulls().truncate(newSize);
  }

  /** Returns whether the value of a row is missing. */
  default boolean isNull(int row) {
    return nulls().isNull(row);
  }

  /** Returns whether two columns are of the same kind, and if of codes over one dictionary. */
  static boolean areAlike(Column one, Column other) {
    return one instanceof DictionaryColumn coded
        ? other instanceof DictionaryColumn same && same.dictionary() == coded.dictionary()
        : one.getClass() == other.getClass();
  }

  /** Creates an empty column. */
  static Column create(Storage storage) {
    return switch (storage) {
      case LONG -> new LongColumn();
      case DOUBLE -> new DoubleColumn();
      case BINARY -> new BinaryColumn();
      case PAIR -> new PairColumn();
    };
  }
}
