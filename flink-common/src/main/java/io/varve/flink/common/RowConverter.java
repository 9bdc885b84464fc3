package io.varve.flink.common;

import io.varve.column.RowSink;
import io.varve.schema.Schema;
import java.io.Serializable;

/**
 * Turns the elements of a stream into rows. One copy serves each subtask, confined to its thread.
 *
 * @param <T> the elements
 */
@FunctionalInterface
public interface RowConverter<T> extends Serializable {

  /** Prepares this copy; called once before the first element. */
  default void open(Schema schema) {}

  /**
   * Sets the columns of one row; {@link RowSink#endRow} is left to the caller.
   *
   * <p>An element must always give the same values: it may be converted more than once, first for
   * its partition and then for its row.
   *
   * @throws IllegalArgumentException if the element has no row; {@code sink.on-invalid-row} says
   *     what happens then
   */
  void convert(T element, RowSink row);

  /**
   * Returns a converter of Java records: each component becomes the column of its name.
   *
   * @param type the record, see {@link io.varve.column.RecordMapping} for what it may hold
   */
  static <T extends Record> RowConverter<T> ofRecord(Class<T> type) {
    return new RecordConverter<>(type);
  }
}
