package io.varve.flink.sink;

import io.varve.flink.common.CommitExclusiveBy;
import io.varve.flink.common.RowConverter;
import io.varve.flink.common.TablePaths;
import io.varve.schema.TableDefinition;
import io.varve.table.HistoryOptions;
import io.varve.table.PartitionTtl;
import io.varve.table.UpkeepOptions;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.OnRewind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a {@link VarveSink}. Confined to one thread.
 *
 * @param <T> the elements of the stream
 */
public final class VarveSinkBuilder<T> {

  private @Nullable String path;
  private @Nullable TableDefinition definition;
  private @Nullable RowConverter<T> converter;
  private WriterOptions writer = WriterOptions.DEFAULTS;
  private HistoryOptions history = HistoryOptions.DEFAULTS;
  private long cleanUpIntervalMillis = UpkeepOptions.DEFAULT_INTERVAL_MILLIS;
  private long ttlMillis = UpkeepOptions.FOREVER;
  private PartitionTtl ttlByPartition = PartitionTtl.NONE;
  private OnRewind onRewind = OnRewind.REWIND;
  private OnInvalidRow onInvalidRow = OnInvalidRow.FAIL;
  private CommitExclusiveBy exclusiveBy = CommitExclusiveBy.FILE_SYSTEM;
  private boolean allowWithoutCheckpointing;
  private @Nullable Map<String, @Nullable String> overwrite;

  VarveSinkBuilder() {}

  /**
   * Sets the table's directory, on a file system that all hosts of the job share. A relative path
   * is taken from where the job is built.
   */
  public VarveSinkBuilder<T> path(String directory) {
    path = TablePaths.absolute(directory);
    return this;
  }

  /** Sets what the table is; it is created if there is none, and must be the same if there is. */
  public VarveSinkBuilder<T> table(TableDefinition table) {
    definition = table;
    return this;
  }

  /** Sets how elements become rows. */
  public VarveSinkBuilder<T> converter(RowConverter<T> rowConverter) {
    converter = rowConverter;
    return this;
  }

  /** Sets how rows are buffered and sealed. */
  public VarveSinkBuilder<T> writer(WriterOptions options) {
    writer = options;
    return this;
  }

  /** Sets how long commits stay readable and savepoints restorable. */
  public VarveSinkBuilder<T> history(HistoryOptions options) {
    history = options;
    return this;
  }

  /** Sets the age of an event at which its row goes for good; without a call rows stay. */
  public VarveSinkBuilder<T> ttl(Duration age) {
    ttlMillis = age.toMillis();
    return this;
  }

  /**
   * Sets other ages for the rows of some partitions, as of {@link PartitionTtl}: {@code
   * "tenant=free:1 d; tenant=acme:forever"}.
   *
   * @throws io.varve.table.InvalidOptionException if it is no list of rules; that they are of the
   *     table's partition columns is checked by {@link #build}
   */
  public VarveSinkBuilder<T> ttlByPartition(String rules) {
    ttlByPartition = PartitionTtl.parse(rules);
    return this;
  }

  /** Sets how long to wait between two rounds of expiry, clean-up and merging. */
  public VarveSinkBuilder<T> cleanUpInterval(Duration interval) {
    cleanUpIntervalMillis = interval.toMillis();
    return this;
  }

  /** Sets what to do when the job is restored to a place that the table has left behind. */
  public VarveSinkBuilder<T> onRewind(OnRewind action) {
    onRewind = action;
    return this;
  }

  /** Sets what to do with an element that can't be a row of the table. */
  public VarveSinkBuilder<T> onInvalidRow(OnInvalidRow action) {
    onInvalidRow = action;
    return this;
  }

  /**
   * Declares what sees to it that commits are made once. With {@link CommitExclusiveBy#FLINK_HA}
   * tables are written to on object stores too, which is not safe from attempts that Flink has
   * given up and that still run: docs/exactly-once.md.
   */
  public VarveSinkBuilder<T> commitExclusiveBy(CommitExclusiveBy declared) {
    exclusiveBy = declared;
    return this;
  }

  /**
   * Lets an unbounded job run without checkpoints: its rows become visible when it ends or is
   * stopped with a savepoint, and those since the last savepoint are lost when it fails.
   */
  public VarveSinkBuilder<T> allowWithoutCheckpointing() {
    allowWithoutCheckpointing = true;
    return this;
  }

  /**
   * Lets the rows of a batch job take the place of those that the partitions hold which it writes
   * to; of the whole table if that has no partition columns. Both happens in one commit at the end
   * of the job. Rows that a streaming job shows after that commit stay.
   */
  public VarveSinkBuilder<T> overwrite() {
    return overwrite(Map.of());
  }

  /**
   * Lets the rows of a batch job take the place of those that some partitions hold, as {@link
   * #overwrite()} does, even if there are none. The job fails if it writes to others.
   *
   * @param partition values of partition columns as text, as of {@link
   *     io.varve.schema.StoredValue#parse}; columns that are not named may have any value
   */
  public VarveSinkBuilder<T> overwrite(Map<String, ? extends @Nullable String> partition) {
    overwrite = new HashMap<>(partition);
    return this;
  }

  /**
   * Returns the sink.
   *
   * @throws IllegalStateException if path, table or converter is missing
   */
  public VarveSink<T> build() {
    String root = required("path", path);
    TableDefinition table = required("table", definition);
    ttlByPartition.requireFor(table);
    return new VarveSink<>(
        new SinkSettings<>(
            root,
            table,
            required("converter", converter),
            writer,
            new UpkeepOptions(history, cleanUpIntervalMillis, ttlMillis, ttlByPartition),
            onRewind,
            onInvalidRow,
            allowWithoutCheckpointing,
            overwrite,
            exclusiveBy));
  }

  private static <V> V required(String name, @Nullable V value) {
    if (value == null) {
      throw new IllegalStateException("a Varve sink needs a " + name);
    }
    return value;
  }
}
