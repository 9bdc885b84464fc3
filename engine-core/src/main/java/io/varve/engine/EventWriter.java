package io.varve.engine;

import io.varve.column.RowSink;

/**
 * Writes objects of one's own as events; {@code new RecordMapping<>(…)::set} is one for records.
 *
 * @param <T> what is written
 */
@FunctionalInterface
public interface EventWriter<T> {

  /**
   * Sets the columns of one row that have a value and leaves {@link RowSink#endRow} to the caller.
   *
   * @throws IllegalArgumentException if a column can't hold a value
   */
  void write(T event, RowSink row);
}
