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

  /** Returns an empty column of the same kind, of codes one over the same dictionary. */
  static Column emptyLike(Column column) {
    if (column instanceof DictionaryColumn coded) {
      return coded.isSorted()
          ? DictionaryColumn.ofSorted(coded.dictionary())
          : new DictionaryColumn(coded.dictionary());
    }
    if (column instanceof LongColumn) {
      return new LongColumn();
    }
    if (column instanceof DoubleColumn) {
      return new DoubleColumn();
    }
    return column instanceof BinaryColumn ? new BinaryColumn() : new PairColumn();
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
