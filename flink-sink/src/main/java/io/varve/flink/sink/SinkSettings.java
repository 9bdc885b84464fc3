package io.varve.flink.sink;

import io.varve.flink.common.CommitExclusiveBy;
import io.varve.flink.common.FlinkFileStore;
import io.varve.flink.common.RowConverter;
import io.varve.flink.common.TablePaths;
import io.varve.io.FileStore;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import io.varve.table.UpkeepOptions;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.OnRewind;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.JobInfo;
import org.jspecify.annotations.Nullable;

/**
 * What a sink was built with. Immutable.
 *
 * @param path the table's directory
 * @param definition the table, created if there is none
 * @param converter from elements to rows
 * @param writer how rows are buffered and sealed
 * @param upkeep how the table is kept small
 * @param onRewind what to do when the job is restored to a place that the table has left behind
 * @param onInvalidRow what to do with an element that can't be a row
 * @param allowWithoutCheckpointing whether an unbounded job may run without checkpoints
 * @param overwrite the values of partition columns whose partitions the rows take the place of;
 *     empty for those that rows are written to; null if rows are added
 * @param exclusiveBy what sees to it that commits are made once
 */
record SinkSettings<T>(
    String path,
    TableDefinition definition,
    RowConverter<T> converter,
    WriterOptions writer,
    UpkeepOptions upkeep,
    OnRewind onRewind,
    OnInvalidRow onInvalidRow,
    boolean allowWithoutCheckpointing,
    @Nullable Map<String, @Nullable String> overwrite,
    CommitExclusiveBy exclusiveBy)
    implements Serializable {

  /** Adds rows. */
  SinkSettings(
      String path,
      TableDefinition definition,
      RowConverter<T> converter,
      WriterOptions writer,
      UpkeepOptions upkeep,
      OnRewind onRewind,
      OnInvalidRow onInvalidRow,
      boolean allowWithoutCheckpointing) {
    this(
        path,
        definition,
        converter,
        writer,
        upkeep,
        onRewind,
        onInvalidRow,
        allowWithoutCheckpointing,
        null,
        CommitExclusiveBy.FILE_SYSTEM);
  }

  /** Opens the table's store. */
  FileStore store() throws IOException {
    return TablePaths.open(path, exclusiveBy);
  }

  /**
   * Opens the table, or creates it.
   *
   * @param files what {@link #store} returned, or a store before it
   * @param job all of whose tasks may do so at once
   */
  TableDirectory table(FileStore files, JobInfo job) throws IOException {
    if (store() instanceof FlinkFileStore store && store.isDeclared()) {
      String name = "table of job " + job.getJobId() + " in " + path;
      UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
      return TableDirectory.openOrCreate(files, definition, id);
    }
    return TableDirectory.openOrCreate(files, definition);
  }

  /** Returns whether rows go even if none comes in their place. */
  boolean overwritesWithoutRows() {
    return overwrite != null && (!overwrite.isEmpty() || definition.partitionColumns().isEmpty());
  }
}
