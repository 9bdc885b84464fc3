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
