package io.varve.table;

import java.io.Serializable;

/**
 * How a job keeps the table small that it writes to. Immutable.
 *
 * @param history how much of the past stays
 * @param intervalMillis how long to wait between two rounds of expiry, clean-up and merging
 * @param ttlMillis the age of an event at which its row goes; {@link #FOREVER} if it stays
 * @param ttlByPartition other ages, of rows of some partitions
 */
public record UpkeepOptions(
    HistoryOptions history, long intervalMillis, long ttlMillis, PartitionTtl ttlByPartition)
    implements Serializable {

  /** Rows stay however old they are. */
  public static final long FOREVER = 0;

  /** The default interval: ten minutes. */
  public static final long DEFAULT_INTERVAL_MILLIS = 600_000;

  /** The defaults. */
  public static final UpkeepOptions DEFAULTS =
      new UpkeepOptions(HistoryOptions.DEFAULTS, DEFAULT_INTERVAL_MILLIS, FOREVER);

  /** One time to live for all rows. */
  public UpkeepOptions(HistoryOptions history, long intervalMillis, long ttlMillis) {
    this(history, intervalMillis, ttlMillis, PartitionTtl.NONE);
  }

  /** Checks the interval. */
  public UpkeepOptions {
    if (intervalMillis < 1) {
      throw new IllegalArgumentException(
          "history.clean-up-interval must be at least one millisecond, is " + intervalMillis);
    }
    if (ttlMillis < FOREVER) {
      throw new IllegalArgumentException("ttl must be positive, is " + ttlMillis + " ms");
    }
  }
}
