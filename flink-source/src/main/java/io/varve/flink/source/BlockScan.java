package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;

/**
 * Turns blocks into what a source emits. Confined to the fetching thread.
 *
 * @param <E> what is handed to the emitter; it says how far the split has come
 */
interface BlockScan<E> {

  /** Returns whether nothing more is wanted, so that files need not be opened. */
  default boolean isDone() {
    return false;
  }

  /**
   * Prepares for a table; called before anything else, and between two splits again where the table
   * has other columns or other rows are wanted.
   *
   * @param before only rows of an earlier event time are wanted; {@link Long#MAX_VALUE} for all
   */
  void open(TableDirectory table, long before);

  /** Begins a split where its progress says. */
  void begin(VarveSplit split);

  /** Returns the columns that are read, by their field ids. */
  Set<Integer> fieldIds();

  /**
   * Reads a block; blocks come in order.
   *
   * @param last whether it is the last of the split
   * @return what to emit now; valid until the iterator has been used up, even if more is read
   */
  Iterator<E> read(BlockSource source, int block, boolean last) throws IOException;

  /**
   * Leaves a block out.
   *
   * @param last whether it is the last of the split
   * @return what to emit now
   */
  Iterator<E> leaveOut(int block, boolean last) throws IOException;
}
