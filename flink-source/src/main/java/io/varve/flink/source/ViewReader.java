package io.varve.flink.source;

import io.varve.column.Column;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.io.Serializable;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Turns stored rows into elements that are views: each knows its row and looks into the columns of
 * its block, which are never used again, so that no value is copied and a view stays what it is for
 * as long as anybody holds it. One copy serves each subtask.
 *
 * @param <T> the elements
 */
@FunctionalInterface
public interface ViewReader<T> extends Serializable {

  /**
   * Prepares this copy, as {@link RowReader#open} does.
   *
   * @param schema of the table
   * @param columns those that were selected, in the order in which {@link #view} gets them
   * @throws IllegalArgumentException if rows of such columns can't be read; the job then fails
   */
  default void open(Schema schema, List<Field> columns) {}

  /**
   * Begins with rows of a file; called before the first of them.
   *
   * @param partition the directory of its partition, relative to the table
   */
  default void begin(String partition) {}

  /**
   * Returns what makes the elements of a block. It is called by another thread than this, for the
   * wanted rows in their order, each once and just before the element is emitted.
   *
   * @param columns the selected ones, to be kept and not to be changed; several threads may read
   *     them
   */
  IntFunction<T> view(List<Column> columns);
}
