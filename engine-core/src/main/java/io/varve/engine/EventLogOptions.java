package io.varve.engine;

import io.varve.schema.TableDefinition;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a log is opened. Immutable.
 *
 * @param definition the columns of a new log and what they are for; a log that exists must have the
 *     same. Null for a new log of the preset {@link LogEvent}, or whatever an existing log has
 * @param durability when events become durable
 * @param syncEvents a sync is requested after so many events
 * @param syncBytes a sync is requested after so many bytes
 * @param syncInterval a sync is requested after so much time, and upkeep is done as often
 * @param maxUnsyncedBytes an append waits while more than this is not durable: the loss bound
 * @param sealRows rows that become a segment
 * @param sealBytes bytes of rows in memory that become a segment
 * @param mergeSegments how many adjacent small segments are merged into one; 0 to leave them
 * @param mergeRows the most rows of a merged segment
 * @param ttl how long events live; zero for ever
 * @param unlinkGrace how long a file that is not needed any more stays for readers in other
 *     processes
 * @param strict whether a log with a damaged file is refused instead of served without it
 * @param clock tells the time
 * @param timer calls back every {@code syncInterval}; null for a thread of the log's own
 */
public record EventLogOptions(
    @Nullable TableDefinition definition,
    Durability durability,
    int syncEvents,
    long syncBytes,
    Duration syncInterval,
    long maxUnsyncedBytes,
    int sealRows,
    long sealBytes,
    int mergeSegments,
    int mergeRows,
    Duration ttl,
    Duration unlinkGrace,
    boolean strict,
    Clock clock,
    @Nullable LogTimer timer) {

  /** The default number of events after which a sync is requested. */
  public static final int DEFAULT_SYNC_EVENTS = 64;

  /** The default number of bytes after which a sync is requested: 256 KiB. */
  public static final long DEFAULT_SYNC_BYTES = 256L << 10;

  /** The default time after which a sync is requested: a second. */
  public static final Duration DEFAULT_SYNC_INTERVAL = Duration.ofSeconds(1);

  /** The default loss bound: 4 MiB. */
  public static final long DEFAULT_MAX_UNSYNCED_BYTES = 4L << 20;

  /** The default number of rows of a segment: 262,144. */
  public static final int DEFAULT_SEAL_ROWS = 1 << 18;

  /** The default number of bytes of rows in memory that become a segment: 64 MiB. */
  public static final long DEFAULT_SEAL_BYTES = 64L << 20;

  /** The default number of segments that are merged into one. */
  public static final int DEFAULT_MERGE_SEGMENTS = 8;

  /** The default of the most rows of a merged segment: 1,048,576. */
  public static final int DEFAULT_MERGE_ROWS = 1 << 20;

  /** The default grace for readers in other processes: a minute. */
  public static final Duration DEFAULT_UNLINK_GRACE = Duration.ofMinutes(1);

  private static final int MAX_SEAL_ROWS = 1 << 23;

  /** Checks the ranges. */
  public EventLogOptions {
    if (syncEvents < 1 || syncBytes < 1 || maxUnsyncedBytes < 1 || sealBytes < 1) {
      throw new IllegalArgumentException(
          "numbers of events and bytes must be positive: syncEvents "
              + syncEvents
              + ", syncBytes "
              + syncBytes
              + ", maxUnsyncedBytes "
              + maxUnsyncedBytes
              + ", sealBytes "
              + sealBytes);
    }
    if (sealRows < 1 || sealRows > MAX_SEAL_ROWS || mergeRows < 1 || mergeRows > MAX_SEAL_ROWS) {
      throw new IllegalArgumentException(
          "sealRows and mergeRows must be 1 to "
              + MAX_SEAL_ROWS
              + ", are "
              + sealRows
              + " and "
              + mergeRows);
    }
    if (mergeSegments < 0 || mergeSegments == 1) {
      throw new IllegalArgumentException(
          "mergeSegments must be 0 or at least 2, is " + mergeSegments);
    }
    if (syncInterval.isNegative()
        || syncInterval.isZero()
        || ttl.isNegative()
        || unlinkGrace.isNegative()) {
      throw new IllegalArgumentException(
          "syncInterval must be positive, ttl and unlinkGrace not negative: "
              + syncInterval
              + ", "
              + ttl
              + ", "
              + unlinkGrace);
    }
    if (definition != null && !definition.partitionColumns().isEmpty()) {
      throw new IllegalArgumentException(
          "an event log has no partitions, the definition has "
              + definition.partitionColumns()
              + "; use a table");
    }
  }

  /** Returns the defaults. */
  public static EventLogOptions defaults() {
    return builder().build();
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Confined to one thread. */
  public static final class Builder {

    private @Nullable TableDefinition definition;
    private Durability durability = Durability.BACKGROUND;
    private int syncEvents = DEFAULT_SYNC_EVENTS;
    private long syncBytes = DEFAULT_SYNC_BYTES;
    private Duration syncInterval = DEFAULT_SYNC_INTERVAL;
    private long maxUnsyncedBytes = DEFAULT_MAX_UNSYNCED_BYTES;
    private int sealRows = DEFAULT_SEAL_ROWS;
    private long sealBytes = DEFAULT_SEAL_BYTES;
    private int mergeSegments = DEFAULT_MERGE_SEGMENTS;
    private int mergeRows = DEFAULT_MERGE_ROWS;
    private Duration ttl = Duration.ZERO;
    private Duration unlinkGrace = DEFAULT_UNLINK_GRACE;
    private boolean strict;
    private Clock clock = Clock.systemUTC();
    private @Nullable LogTimer timer;

    private Builder() {}

    /** Sets the columns and what they are for. */
    public Builder definition(TableDefinition value) {
      definition = value;
      return this;
    }

    /** Sets when events become durable. */
    public Builder durability(Durability value) {
      durability = value;
      return this;
    }

    /** Sets after how many events, and after how many bytes, a sync is requested. */
    public Builder syncAfter(int events, long bytes) {
      syncEvents = events;
      syncBytes = bytes;
      return this;
    }

    /** Sets after how much time a sync is requested. */
    public Builder syncInterval(Duration value) {
      syncInterval = value;
      return this;
    }

    /** Sets the loss bound. */
    public Builder maxUnsyncedBytes(long value) {
      maxUnsyncedBytes = value;
      return this;
    }

    /** Sets how many rows become a segment. */
    public Builder sealRows(int value) {
      sealRows = value;
      return this;
    }

    /** Sets how many bytes of rows in memory become a segment. */
    public Builder sealBytes(long value) {
      sealBytes = value;
      return this;
    }

    /** Sets how many adjacent small segments are merged, into one of at most how many rows. */
    public Builder merge(int segments, int rows) {
      mergeSegments = segments;
      mergeRows = rows;
      return this;
    }

    /** Sets how long events live. */
    public Builder ttl(Duration value) {
      ttl = value;
      return this;
    }

    /** Sets how long files stay that are not needed any more. */
    public Builder unlinkGrace(Duration value) {
      unlinkGrace = value;
      return this;
    }

    /** Sets whether a log with a damaged file is refused. */
    public Builder strict(boolean value) {
      strict = value;
      return this;
    }

    /** Sets what tells the time. */
    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    /** Sets what calls back for syncs and upkeep. */
    public Builder timer(LogTimer value) {
      timer = value;
      return this;
    }

    /** Returns the options. */
    public EventLogOptions build() {
      return new EventLogOptions(
          definition,
          durability,
          syncEvents,
          syncBytes,
          syncInterval,
          maxUnsyncedBytes,
          sealRows,
          sealBytes,
          mergeSegments,
          mergeRows,
          ttl,
          unlinkGrace,
          strict,
          clock,
          timer);
    }
  }
}
