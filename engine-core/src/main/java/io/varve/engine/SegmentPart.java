package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of a segment that are not deleted. Confined to one thread. */
final class SegmentPart implements Part {

  private final Segment segment;
  private final Tombstones tombstones;
  private @Nullable SegmentReader reader;
  private @Nullable LiveRows live;

  SegmentPart(Segment segment, Tombstones tombstones) {
    this.segment = segment;
    this.tombstones = tombstones;
  }

  Segment segment() {
    return segment;
  }

  Tombstones tombstones() {
    return tombstones;
  }

  @Override
  public long rows() {
    return segment.entry().rows();
  }

  @Override
  public long minTime() {
    return segment.entry().minTime();
  }

  @Override
  public long maxTime() {
    return segment.entry().maxTime();
  }

  @Override
  public boolean isSorted() {
    return true;
  }

  /** Returns the segment as it is, deleted rows included. */
  SegmentReader reader() throws IOException {
    SegmentReader opened = reader;
    if (opened == null) {
      opened = segment.borrow();
      reader = opened;
      live = segment.liveRows(opened, tombstones);
    }
    return opened;
  }

  /** Returns whether no row is deleted. */
  boolean isWhole() throws IOException {
    reader();
    return live == null;
  }

  @Override
  public BlockSource source() throws IOException {
    SegmentReader opened = reader();
    LiveRows rows = live;
    return rows == null ? opened : new LiveSource(opened, rows);
  }

  @Override
  public void release() {
    SegmentReader opened = reader;
    reader = null;
    if (opened != null) {
      segment.giveBack(opened);
    }
  }
}
