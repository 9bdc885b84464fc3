package io.varve.flink.source;

import io.varve.query.Block;
import io.varve.query.Selection;
import io.varve.schema.Field;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Turns whole blocks of stored columns into the elements of a stream, for those who want to work on
 * arrays. One copy serves each subtask, confined to one thread at a time.
 *
 * @param <T> the elements
 */
@FunctionalInterface
public interface BatchReader<T> extends Serializable {

  /**
   * Prepares this copy, as {@link RowReader#open} does.
   *
   * @param columns those that were selected
   * @throws IllegalArgumentException if such columns can't be read; the job then fails
   */
  default void open(List<Field> columns) {}

  /**
   * Returns the elements of the selected rows of a block, any number of them. They are emitted
   * together, with no checkpoint in between.
   *
   * @param block its columns are read by {@link Block#column}, by field id; they are valid during
   *     this call only
   * @param selection the rows that are wanted and not deleted, at least one
   */
  List<T> read(Block block, Selection selection) throws IOException;
}
