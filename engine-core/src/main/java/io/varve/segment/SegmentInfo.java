package io.varve.segment;

import java.util.List;

/**
 * What a segment says of itself. Immutable.
 *
 * @param origin where it belongs and comes from
 * @param schemaVersion of the schema that it was written with
 * @param rowCount at least 1
 * @param minTime least value of the time column, in nanoseconds
 * @param maxTime greatest value of the time column, in nanoseconds
 * @param writers the writer attempts that its rows come from, in order
 * @param minLayer least layer of its rows
 * @param maxLayer greatest layer of its rows
 * @param fileBytes length of the file
 */
public record SegmentInfo(
    SegmentOrigin origin,
    int schemaVersion,
    long rowCount,
    long minTime,
    long maxTime,
    List<Long> writers,
    long minLayer,
    long maxLayer,
    long fileBytes) {

  /** Copies the list. */
  public SegmentInfo {
    writers = List.copyOf(writers);
  }

  /** Returns the same of a file of another length. */
  SegmentInfo withFileBytes(long newFileBytes) {
    return new SegmentInfo(
        origin,
        schemaVersion,
        rowCount,
        minTime,
        maxTime,
        writers,
        minLayer,
        maxLayer,
        newFileBytes);
  }
}
