package io.varve.table.protocol;

import java.util.List;

/**
 * What an expiry or clean-up has removed, or would remove. Immutable.
 *
 * @param expiredThrough records up to this number have expired, 0 if none has
 * @param records how many records have gone
 * @param files the segments and tails that have gone, in the order of their names
 * @param bytes the length of these files together
 * @param waits whether a reader's lease came in between: everything is announced, nothing has gone,
 *     and a later expiry goes on with it
 */
public record Removal(
    long expiredThrough, long records, List<String> files, long bytes, boolean waits) {

  /** Copies the list. */
  public Removal {
    files = List.copyOf(files);
  }

  /** Returns a removal of nothing. */
  static Removal nothing(long expiredThrough) {
    return new Removal(expiredThrough, 0, List.of(), 0, false);
  }

  /** Returns whether nothing has gone. */
  public boolean isEmpty() {
    return records == 0 && files.isEmpty();
  }
}
