package io.varve.flink.table;

import io.varve.flink.common.TablePaths;
import io.varve.schema.TableDefinition;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;

/** Makes sources and sinks of tables with {@code 'connector' = 'varve'}. Thread-safe. */
public final class VarveTableFactory implements DynamicTableSourceFactory, DynamicTableSinkFactory {

  /** How SQL names the connector. */
  public static final String IDENTIFIER = "varve";

  /** Creates the factory; Flink does, by its service files. */
  public VarveTableFactory() {}

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(VarveConnectorOptions.PATH);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(
        VarveConnectorOptions.TIME_COLUMN,
        VarveConnectorOptions.ID_COLUMN,
        VarveConnectorOptions.BUCKET,
        VarveConnectorOptions.BUCKET_KEY,
        VarveConnectorOptions.BLOOM_COLUMNS,
        VarveConnectorOptions.TALLY_COLUMNS,
        VarveConnectorOptions.TIME_ZONE,
        VarveConnectorOptions.SEGMENT_TARGET_ROWS,
        VarveConnectorOptions.SEGMENT_TARGET_AGE,
        VarveConnectorOptions.SINK_ON_REWIND,
        VarveConnectorOptions.SINK_ON_INVALID_ROW,
        VarveConnectorOptions.SINK_BUFFER_MEMORY,
        VarveConnectorOptions.SCAN_COMMIT,
        VarveConnectorOptions.SCAN_AGGREGATE_PUSH_DOWN,
        FactoryUtil.SINK_PARALLELISM,
        FactoryUtil.SOURCE_PARALLELISM);
  }

  @Override
  public Set<ConfigOption<?>> forwardOptions() {
    return Set.of(
        VarveConnectorOptions.SEGMENT_TARGET_ROWS,
        VarveConnectorOptions.SEGMENT_TARGET_AGE,
        VarveConnectorOptions.SINK_BUFFER_MEMORY,
        VarveConnectorOptions.SCAN_COMMIT);
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    ReadableConfig options = validated(context);
    TableDefinition definition = TableDefinitions.of(context.getCatalogTable(), options);
    ScanTable table =
        ScanTable.of(
            context.getObjectIdentifier().asSummaryString(),
            TablePaths.absolute(options.get(VarveConnectorOptions.PATH)),
            definition,
            context.getCatalogTable().getResolvedSchema());
    ScanRequest everything =
        ScanRequest.all(
            table.physical(), (RowType) context.getPhysicalRowDataType().getLogicalType());
    return pushesAggregates(table, options)
        ? new VarveRollupTableSource(table, options, everything)
        : new VarveTableSource(table, options, everything);
  }

  private static boolean pushesAggregates(ScanTable table, ReadableConfig options) {
    return switch (options.get(VarveConnectorOptions.SCAN_AGGREGATE_PUSH_DOWN)) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> !table.hasDecimals();
    };
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    ReadableConfig options = validated(context);
    return new VarveTableSink(
        TablePaths.absolute(options.get(VarveConnectorOptions.PATH)),
        TableDefinitions.of(context.getCatalogTable(), options),
        (RowType) context.getPhysicalRowDataType().getLogicalType(),
        options);
  }

  private ReadableConfig validated(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    return helper.getOptions();
  }
}
