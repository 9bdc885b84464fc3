package io.varve.table.protocol;

import java.io.IOException;
import java.util.Set;

/** Whose rows those of a batch job take the place of. */
@FunctionalInterface
public interface Overwrite {

  /** Nobody's: the rows are added. */
  Overwrite NOTHING = head -> Set.of();

  /**
   * Returns directories of partitions, or ones above them, whose visible rows go; an empty one is
   * the table. None is within another. Is called again when another record came first.
   *
   * @param head what the table shows
   * @throws IOException if the head does not allow it
   */
  Set<String> directories(TableState head) throws IOException;
}
