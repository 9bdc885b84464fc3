package io.varve.segment;

/** What a segment's rows were before: the reason why both must never count. Immutable. */
public sealed interface Replaced permits Replaced.Segment, Replaced.TailRange {

  /** Returns the name of the file in its engine directory. */
  String file();

  /** All rows of another segment. */
  record Segment(String file) implements Replaced {}

  /**
   * The frames of a tail between two frame ends.
   *
   * @param from the end of the last frame before the range, or the start of the first
   * @param to the end of the last frame of the range
   */
  record TailRange(String file, long from, long to) implements Replaced {

    /** Checks the range. */
    public TailRange {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException("bad tail range [" + from + ", " + to + ")");
      }
    }
  }
}
