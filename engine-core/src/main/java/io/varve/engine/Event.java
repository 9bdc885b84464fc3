package io.varve.engine;

import io.varve.column.RowSink;

/** Something that can be appended to a log: it knows how to set the columns of a row. */
@FunctionalInterface
public interface Event {

  /**
   * Sets the columns of one row that have a value and leaves {@link RowSink#endRow} to the caller.
   *
   * @throws IllegalArgumentException if a column can't hold a value
   */
  void writeTo(RowSink row);
}
