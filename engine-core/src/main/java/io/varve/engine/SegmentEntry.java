package io.varve.engine;

import io.varve.segment.SegmentInfo;

/**
 * A segment as the manifest names it. Immutable.
 *
 * @param id its name
 * @param rows at least 1
 * @param bytes length of the file
 * @param minTime least time in nanoseconds
 * @param maxTime greatest time in nanoseconds
 */
record SegmentEntry(FileId id, long rows, long bytes, long minTime, long maxTime) {

  static SegmentEntry of(FileId id, SegmentInfo info) {
    return new SegmentEntry(id, info.rowCount(), info.fileBytes(), info.minTime(), info.maxTime());
  }

  String path() {
    return LogLayout.segment(id);
  }
}
