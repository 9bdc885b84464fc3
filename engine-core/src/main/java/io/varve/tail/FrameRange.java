package io.varve.tail;

/**
 * Frames of a tail: those that begin at or after one frame end and end at or before another.
 * Immutable.
 *
 * @param from the end of the last frame before the range; 0 for the start of the file
 * @param to the end of the last frame of the range; 0 for none
 */
public record FrameRange(long from, long to) {

  /** Checks the range. */
  public FrameRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("bad frame range [" + from + ", " + to + ")");
    }
  }
}
