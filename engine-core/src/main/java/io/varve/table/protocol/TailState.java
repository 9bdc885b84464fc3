package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * What a table shows of one tail file in one partition: the frames in {@code [sealedTo,
 * visibleTo)}. What lies before is in segments, what lies behind is not committed. Immutable.
 *
 * @param file the tail file's name
 * @param sealedTo where the visible frames begin
 * @param visibleTo where they end, not before {@code sealedTo}
 */
public record TailState(String file, TailPosition sealedTo, TailPosition visibleTo) {

  /** Checks the order of the positions. */
  public TailState {
    requireNonNull(file);
    if (visibleTo.offset() < sealedTo.offset()) {
      throw new IllegalArgumentException(
          "bad tail state of " + file + ": sealed to " + sealedTo + ", visible to " + visibleTo);
    }
  }

  /** Returns the number of visible rows. */
  public long rowCount() {
    return visibleTo.rows() - sealedTo.rows();
  }

  /** Returns the visible bytes. */
  public long byteCount() {
    return visibleTo.offset() - sealedTo.offset();
  }

  /** Returns the visible frames as a range. */
  public TailRange visible() {
    return new TailRange(file, sealedTo, visibleTo);
  }

  TailState extendedTo(TailPosition position) {
    return new TailState(file, sealedTo, visibleTo.max(position));
  }

  TailState sealedTo(TailPosition position) {
    return new TailState(file, position, visibleTo.max(position));
  }

  /** Returns the writer attempt whose file it is: names are made of its id and an ordinal. */
  static String writerOf(String file) {
    int from = file.lastIndexOf('/') + 1;
    int to = file.lastIndexOf('-');
    return to < from ? file.substring(from) : file.substring(from, to);
  }
}
