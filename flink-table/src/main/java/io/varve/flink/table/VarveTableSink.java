package io.varve.flink.table;

import io.varve.flink.common.TablePaths;
import io.varve.flink.sink.VarveSink;
import io.varve.flink.sink.VarveSinkBuilder;
import io.varve.flink.sink.VarveSinkOptions;
import io.varve.flink.table.procedure.CommitRows;
import io.varve.flink.table.procedure.SqlAuthor;
import io.varve.query.Filter;
import io.varve.table.HistoryOptions;
import io.varve.table.TableDirectory;
import io.varve.table.TableMaintenance;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsDeletePushDown;
import org.apache.flink.table.connector.sink.abilities.SupportsOverwrite;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.apache.flink.table.connector.sink.abilities.SupportsTruncate;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;

/** Inserts rows into a table, exactly once, and deletes rows of it. Confined to one thread. */
final class VarveTableSink
    implements DynamicTableSink,
        SupportsPartitioning,
        SupportsOverwrite,
        SupportsTruncate,
        SupportsDeletePushDown {

  private final ScanTable table;
  private final RowType consumed;
  private final ReadableConfig options;
  private Filter deleted = Filter.or();
  private Map<String, String> staticPartition = Map.of();
  private boolean overwrite;

  VarveTableSink(ScanTable table, RowType consumed, ReadableConfig options) {
    this.table = table;
    this.consumed = consumed;
    this.options = options;
  }

  @Override
  public ChangelogMode getChangelogMode(ChangelogMode requested) {
    return ChangelogMode.insertOnly();
  }

  /** Rows carry their partition's values in any case; what is overwritten is chosen by them. */
  @Override
  public void applyStaticPartition(Map<String, String> partition) {
    staticPartition = new TreeMap<>(partition);
  }

  @Override
  public void applyOverwrite(boolean overwrites) {
    overwrite = overwrites;
  }

  /** Takes away all rows that are visible now, by one commit. */
  @Override
  public void executeTruncation() {
    try {
      maintenance().truncate(List.of(Map.of()), "TRUNCATE TABLE " + table.name());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private TableMaintenance maintenance() throws IOException {
    TableDirectory directory = TableDirectory.open(TablePaths.open(table.path()));
    return new TableMaintenance(directory, SqlAuthor.who(), System::currentTimeMillis);
  }

  @Override
  public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
    WriterOptions writer =
        WriterOptions.DEFAULTS
            .withTargetRows(options.get(VarveConnectorOptions.SEGMENT_TARGET_ROWS))
            .withTargetBytes(options.get(VarveConnectorOptions.SEGMENT_TARGET_BYTES).getBytes())
            .withTargetAgeMillis(options.get(VarveConnectorOptions.SEGMENT_TARGET_AGE).toMillis())
            .withMinRowsPerGroup(options.get(VarveConnectorOptions.PROJECTION_MIN_ROWS_PER_GROUP))
            .withBufferBytes(options.get(VarveConnectorOptions.SINK_BUFFER_MEMORY).getBytes());
    VarveSinkBuilder<RowData> sink =
        VarveSink.<RowData>builder()
            .path(table.path())
            .table(table.definition())
            .converter(new RowDataConverter(consumed))
            .writer(writer)
            .history(
                new HistoryOptions(
                    options.get(VarveSinkOptions.HISTORY_TIME).toMillis(),
                    options.get(VarveSinkOptions.HISTORY_MIN_COMMITS)))
            .cleanUpInterval(options.get(VarveSinkOptions.CLEAN_UP_INTERVAL))
            .commitExclusiveBy(options.get(VarveSinkOptions.COMMIT_EXCLUSIVE_BY))
            .onRewind(options.get(VarveConnectorOptions.SINK_ON_REWIND))
            .onInvalidRow(options.get(VarveConnectorOptions.SINK_ON_INVALID_ROW));
    options.getOptional(VarveSinkOptions.TTL).ifPresent(sink::ttl);
    options.getOptional(VarveSinkOptions.TTL_BY_PARTITION).ifPresent(sink::ttlByPartition);
    if (overwrite && staticPartition.isEmpty()) {
      sink.overwrite();
    } else if (overwrite) {
      sink.overwrite(staticPartition);
    }
    return SinkV2Provider.of(
        sink.build(), options.getOptional(FactoryUtil.SINK_PARALLELISM).orElse(null));
  }

  /** Takes a condition only as a whole: rows that it does not mean must stay. */
  @Override
  public boolean applyDeleteFilters(List<ResolvedExpression> conditions) {
    FilterTranslation translation = table.filters();
    List<Filter> filters = new ArrayList<>();
    for (ResolvedExpression condition : conditions) {
      Optional<Filter> filter = translation.translate(condition);
      if (filter.isEmpty()) {
        return false;
      }
      filters.add(filter.get());
    }
    deleted = Filter.and(filters);
    return true;
  }

  /** Deletes with one commit beside the job that writes, and returns how many rows it hid. */
  @Override
  public Optional<Long> executeDeletion() {
    try {
      TableDirectory directory = TableDirectory.open(TablePaths.open(table.path()));
      long rows = CommitRows.countNewest(directory, deleted);
      if (rows > 0) {
        maintenance().delete(deleted, "DELETE FROM " + table.name());
      }
      return Optional.of(rows);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public DynamicTableSink copy() {
    VarveTableSink copy = new VarveTableSink(table, consumed, options);
    copy.deleted = deleted;
    copy.staticPartition = staticPartition;
    copy.overwrite = overwrite;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return "Varve " + table.path();
  }
}
