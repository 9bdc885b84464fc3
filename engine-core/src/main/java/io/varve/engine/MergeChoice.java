package io.varve.engine;

import java.util.List;

/**
 * Chooses adjacent segments to merge. A run is merged only if none of it holds more than half of
 * its rows: so a row is rewritten a number of times that grows with the logarithm of the log.
 * Stateless.
 */
final class MergeChoice {

  private MergeChoice() {}

  /** Returns the first run of {@code count} segments that makes one of at most {@code maxRows}. */
  static List<Segment> choose(List<Segment> segments, int count, long maxRows) {
    if (count < 2) {
      return List.of();
    }
    for (int from = 0; from + count <= segments.size(); from++) {
      List<Segment> run = segments.subList(from, from + count);
      long total = run.stream().mapToLong(segment -> segment.entry().rows()).sum();
      long largest = run.stream().mapToLong(segment -> segment.entry().rows()).max().orElse(0);
      if (total <= maxRows && largest <= (total + 1) / 2) {
        return List.copyOf(run);
      }
    }
    return List.of();
  }
}
