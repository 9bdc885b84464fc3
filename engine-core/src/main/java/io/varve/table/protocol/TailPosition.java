package io.varve.table.protocol;

/**
 * A place between two frames of a tail file. Immutable.
 *
 * @param offset where the frame before it ends, in bytes from the start of the file
 * @param rows how many rows of the partition lie before it in that file, from where it began to use
 *     the file the last time
 */
public record TailPosition(long offset, long rows) implements Comparable<TailPosition> {

  /** The start of every tail file, before its header. */
  public static final TailPosition START = new TailPosition(0, 0);

  /** Checks that neither number is negative. */
  public TailPosition {
    if (offset < 0 || rows < 0) {
      throw new IllegalArgumentException("bad tail position " + offset + ", " + rows + " rows");
    }
  }

  @Override
  public int compareTo(TailPosition other) {
    return Long.compare(offset, other.offset);
  }

  /** Returns the later of the two. */
  public TailPosition max(TailPosition other) {
    return other.offset > offset ? other : this;
  }

  @Override
  public String toString() {
    return Long.toString(offset);
  }
}
