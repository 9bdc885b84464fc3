package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

/**
 * How far the rows of a record go. Immutable.
 *
 * @param checkpoint the checkpoint committed, or the one restored by the epoch that reigns
 * @param last the newest committable in it
 * @param watermark the watermark, milliseconds since the epoch
 */
public record Progress(long checkpoint, Last last, long watermark) {

  /** Before the first open. */
  public static final Progress NONE = new Progress(0, Last.NONE, Long.MIN_VALUE);

  /** Checks that nothing is null. */
  public Progress {
    requireNonNull(last);
  }
}
