package io.varve.engine;

import io.varve.column.BlockSource;
import java.io.IOException;

/** Some of the rows of a snapshot. Confined to one thread. */
interface Part {

  /** Returns the number of rows, deleted ones included. */
  long rows();

  /** Returns a lower bound of the times of the rows. */
  long minTime();

  /** Returns an upper bound of the times of the rows. */
  long maxTime();

  /** Returns the rows that are not deleted; opened when asked for, until {@link #release}. */
  BlockSource source() throws IOException;

  /** Returns whether rows are in the order of time. */
  boolean isSorted();

  /**
   * Lets go of what was opened, which must not be used any more; it is opened again when asked for.
   * Who reads many parts does so after each, lest all segments of a long log be open at a time.
   */
  void release() throws IOException;
}
