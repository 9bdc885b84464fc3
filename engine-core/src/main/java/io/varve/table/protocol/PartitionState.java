package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * What a table shows of one partition. Immutable.
 *
 * @param segments the segments by file
 * @param tails the tail files by file
 */
public record PartitionState(PersistentMap<SegmentRef> segments, PersistentMap<TailState> tails) {

  /** A partition without files. */
  public static final PartitionState EMPTY =
      new PartitionState(PersistentMap.empty(), PersistentMap.empty());

  /** Checks that nothing is null. */
  public PartitionState {
    requireNonNull(segments);
    requireNonNull(tails);
  }

  /** Returns whether it has no files. */
  public boolean isEmpty() {
    return segments.isEmpty() && tails.isEmpty();
  }

  PartitionState withSegment(SegmentRef segment) {
    return new PartitionState(segments.with(segment.file(), segment), tails);
  }

  PartitionState withoutSegment(String file) {
    return new PartitionState(segments.without(file), tails);
  }

  /** Returns the partition with this tail, which stays only if it is open or shows a frame. */
  PartitionState withTail(TailState tail, boolean closed) {
    boolean shows = tail.sealedTo().compareTo(tail.visibleTo()) < 0;
    return new PartitionState(
        segments, closed && !shows ? tails.without(tail.file()) : tails.with(tail.file(), tail));
  }
}
