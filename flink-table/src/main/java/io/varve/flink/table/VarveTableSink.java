package io.varve.flink.table;

import io.varve.flink.sink.VarveSink;
import io.varve.schema.TableDefinition;
import io.varve.table.WriterOptions;
import java.util.Map;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;

/** Inserts rows into a table, exactly once. Immutable. */
final class VarveTableSink implements DynamicTableSink, SupportsPartitioning {

  private final String path;
  private final TableDefinition definition;
  private final RowType consumed;
  private final ReadableConfig options;

  VarveTableSink(
      String path, TableDefinition definition, RowType consumed, ReadableConfig options) {
    this.path = path;
    this.definition = definition;
    this.consumed = consumed;
    this.options = options;
  }

  @Override
  public ChangelogMode getChangelogMode(ChangelogMode requested) {
    return ChangelogMode.insertOnly();
  }

  /** Rows carry their partition's values in any case. */
  @Override
  public void applyStaticPartition(Map<String, String> partition) {}

  @Override
  public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
    WriterOptions writer =
        WriterOptions.DEFAULTS
            .withTargetRows(options.get(VarveConnectorOptions.SEGMENT_TARGET_ROWS))
            .withTargetAgeMillis(options.get(VarveConnectorOptions.SEGMENT_TARGET_AGE).toMillis())
            .withBufferBytes(options.get(VarveConnectorOptions.SINK_BUFFER_MEMORY).getBytes());
    VarveSink<RowData> sink =
        VarveSink.<RowData>builder()
            .path(path)
            .table(definition)
            .converter(new RowDataConverter(consumed))
            .writer(writer)
            .onRewind(options.get(VarveConnectorOptions.SINK_ON_REWIND))
            .onInvalidRow(options.get(VarveConnectorOptions.SINK_ON_INVALID_ROW))
            .build();
    return SinkV2Provider.of(sink, options.getOptional(FactoryUtil.SINK_PARALLELISM).orElse(null));
  }

  @Override
  public DynamicTableSink copy() {
    return new VarveTableSink(path, definition, consumed, options);
  }

  @Override
  public String asSummaryString() {
    return "Varve " + path;
  }
}
