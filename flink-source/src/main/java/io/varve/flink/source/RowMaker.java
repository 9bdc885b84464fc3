package io.varve.flink.source;

import io.varve.query.Block;
import io.varve.query.Selection;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/**
 * Makes elements of the selected rows of blocks: copies or views. Confined to the fetching thread;
 * what it makes goes to the reader's.
 *
 * @param <T> the elements
 */
interface RowMaker<T> {

  /** Prepares for rows with some columns of a table. */
  void open(Schema schema, List<Field> columns);

  /** Begins with rows of a file of a partition. */
  void begin(String partition);

  /**
   * Returns the elements of the first of the selected rows.
   *
   * @param selection of the block; used again when this returns
   * @param count how many of them are wanted
   */
  Iterator<RowAt<T>> make(Block block, Selection selection, int count) throws IOException;
}
