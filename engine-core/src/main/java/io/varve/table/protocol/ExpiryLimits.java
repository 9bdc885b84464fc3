package io.varve.table.protocol;

/**
 * What stays readable, however old or however much it is. Immutable.
 *
 * @param cutoffMillis a record stays that was the newest at this time or later
 * @param minCommits the newest records stay, this many, whatever their age; at least 1
 */
public record ExpiryLimits(long cutoffMillis, int minCommits) {

  /** Checks that the newest record stays. */
  public ExpiryLimits {
    if (minCommits < 1) {
      throw new IllegalArgumentException(
          "history.min-commits must be at least 1, is " + minCommits);
    }
  }
}
