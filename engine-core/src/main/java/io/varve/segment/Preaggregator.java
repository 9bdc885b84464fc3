package io.varve.segment;

import io.varve.column.PreaggregatedRows;
import io.varve.column.RowBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Groups rows when they are sealed. Thread-safe. */
public interface Preaggregator {

  /**
   * Returns the groups of some rows.
   *
   * @return null if they are not worth storing
   */
  @Nullable PreaggregatedRows preaggregate(RowBatch rows) throws IOException;
}
