package io.varve.segment;

import java.util.List;
import java.util.UUID;

/**
 * Where a segment belongs and comes from. Immutable.
 *
 * @param tableId of the table, or of a directory that stands alone
 * @param partition path of the engine directory in the table; empty in one that stands alone
 * @param writer the unique number of the writer attempt that writes the file
 * @param replaces what the rows were before; none if they come from memory alone
 */
public record SegmentOrigin(UUID tableId, String partition, long writer, List<Replaced> replaces) {

  /** Copies the list. */
  public SegmentOrigin {
    replaces = List.copyOf(replaces);
  }
}
