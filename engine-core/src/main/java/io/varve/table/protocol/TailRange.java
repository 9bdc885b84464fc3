package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * A half-open range of frames in one tail file, {@code [start, end)}. Immutable.
 *
 * @param file the tail file's name
 * @param start where it begins
 * @param end where it ends, not before {@code start}
 */
public record TailRange(String file, TailPosition start, TailPosition end) {

  /** Checks the order of the positions. */
  public TailRange {
    requireNonNull(file);
    if (end.offset() < start.offset() || end.rows() < start.rows()) {
      throw new IllegalArgumentException("bad tail range [" + start + ", " + end + ") of " + file);
    }
  }

  /** Returns the number of rows, possibly zero. */
  public long rowCount() {
    return end.rows() - start.rows();
  }

  @Override
  public String toString() {
    return file + "[" + start + ", " + end + ")";
  }
}
