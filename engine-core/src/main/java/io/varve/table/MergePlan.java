package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses which segments of a partition to merge: a few small ones that are neighbours in time. A
 * segment of half the target size is never merged again, and what is merged at least doubles the
 * size of its largest input, so that a row is written anew a few times at most.
 */
final class MergePlan {

  /** Fewer segments are not worth it. */
  static final int MIN_INPUTS = 4;

  /** The most that are open at a time. */
  static final int MAX_INPUTS = 32;

  private MergePlan() {}

  /** Returns the segments that may be small, by time; none if they are too few. */
  static List<SegmentRef> small(PartitionState partition, WriterOptions options) {
    List<SegmentRef> small = new ArrayList<>();
    partition
        .segments()
        .forEach(
            (file, segment) -> {
              if (segment.rows() <= options.targetRows() / 2) {
                small.add(segment);
              }
            });
    small.sort(Comparator.comparingLong(SegmentRef::minTime).thenComparing(SegmentRef::file));
    return small.size() < MIN_INPUTS ? List.of() : small;
  }

  /** Returns about how many bytes of memory a row takes, by a block of the largest segment. */
  static double rowBytes(TableSnapshot snapshot, String partition, List<SegmentRef> segments)
      throws IOException {
    SegmentRef largest = segments.get(0);
    for (SegmentRef segment : segments) {
      largest = segment.rows() > largest.rows() ? segment : largest;
    }
    try (BlockSource source = snapshot.open(partition, largest)) {
      RowBatch block = new RowBatch(source.schema());
      block.appendFrom(source, 0);
      return (double) block.memoryBytes() / Math.max(1, block.rowCount());
    }
  }

  /**
   * Returns the segments to merge, by time; none if there is nothing to gain.
   *
   * @param small as of {@link #small}
   * @param rowBytes how much memory a row takes
   */
  static List<SegmentRef> choose(List<SegmentRef> small, WriterOptions options, double rowBytes) {
    long mostRows = (long) Math.min(options.targetRows(), options.segmentBytes() / rowBytes);
    List<SegmentRef> smaller =
        small.stream().filter(segment -> segment.rows() <= mostRows / 2).toList();
    for (int from = 0; from + MIN_INPUTS <= smaller.size(); from++) {
      List<SegmentRef> run = run(smaller, from, mostRows);
      if (run.size() >= MIN_INPUTS) {
        return run;
      }
    }
    return List.of();
  }

  /** Returns the longest run from a place on that fits and doubles its largest segment. */
  private static List<SegmentRef> run(List<SegmentRef> small, int from, long mostRows) {
    long rows = 0;
    long largest = 0;
    int end = from;
    for (int at = from; at < small.size() && at - from < MAX_INPUTS; at++) {
      SegmentRef segment = small.get(at);
      rows += segment.rows();
      largest = Math.max(largest, segment.rows());
      if (rows > mostRows) {
        break;
      }
      if (rows >= 2 * largest) {
        end = at + 1;
      }
    }
    return small.subList(from, end);
  }
}
