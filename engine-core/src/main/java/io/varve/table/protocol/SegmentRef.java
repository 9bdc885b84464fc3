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
 * @param deletesThrough deletes recorded up to this record have been applied when it was written,
 *     so that it holds none of their rows; 0 if none was
 */
public record SegmentRef(
    String file,
    long rows,
    long bytes,
    long minTime,
    long maxTime,
    int schemaVersion,
    long deletesThrough) {

  /** Checks that no count is negative. */
  public SegmentRef {
    requireNonNull(file);
    if (rows < 0 || bytes < 0 || deletesThrough < 0) {
      throw new IllegalArgumentException(
          "bad segment " + file + ": " + rows + " rows, " + bytes + " bytes");
    }
  }

  /** Names a segment to which no delete has been applied. */
  public SegmentRef(
      String file, long rows, long bytes, long minTime, long maxTime, int schemaVersion) {
    this(file, rows, bytes, minTime, maxTime, schemaVersion, 0);
  }

  /** Returns the same with the deletes up to a record applied. */
  public SegmentRef withDeletesThrough(long record) {
    return new SegmentRef(file, rows, bytes, minTime, maxTime, schemaVersion, record);
  }
}
