package io.varve.table;

import java.io.Serializable;

/**
 * How much of the past a table keeps. Immutable.
 *
 * <p>A commit can be read, and a savepoint restored, for this time after the next commit was made;
 * longer while it is tagged. Only then files that nothing else shows are deleted. Keep it longer
 * than a batch job takes, and well above the differences between the clocks of hosts.
 *
 * @param timeMillis how long, in milliseconds
 * @param minCommits how many of the newest commits stay, however old they are; at least 1
 */
public record HistoryOptions(long timeMillis, int minCommits) implements Serializable {

  /** The default time: one day. */
  public static final long DEFAULT_TIME_MILLIS = 86_400_000;

  /** The default number of commits: 10. */
  public static final int DEFAULT_MIN_COMMITS = 10;

  /** The defaults. */
  public static final HistoryOptions DEFAULTS =
      new HistoryOptions(DEFAULT_TIME_MILLIS, DEFAULT_MIN_COMMITS);

  /** Checks the numbers. */
  public HistoryOptions {
    if (timeMillis < 1) {
      throw new IllegalArgumentException(
          "history.time must be at least one millisecond, is " + timeMillis);
    }
    if (minCommits < 1) {
      throw new IllegalArgumentException(
          "history.min-commits must be at least 1, is " + minCommits);
    }
  }
}
