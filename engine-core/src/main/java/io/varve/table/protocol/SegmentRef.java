package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * A segment file of one partition and what planning wants to know without opening it. Immutable.
 *
 * @param file the segment's name, its identity
 * @param rows its rows
 * @param bytes the file's length
 * @param minTime the smallest event time, nanoseconds since the epoch; meaningless without rows
 * @param maxTime the greatest event time; meaningless without rows
 * @param schemaVersion the version of the schema it was written with
 */
public record SegmentRef(
    String file, long rows, long bytes, long minTime, long maxTime, int schemaVersion) {

  /** Checks that no count is negative. */
  public SegmentRef {
    requireNonNull(file);
    if (rows < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "bad segment " + file + ": " + rows + " rows, " + bytes + " bytes");
    }
  }
}
