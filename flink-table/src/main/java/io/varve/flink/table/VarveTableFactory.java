package io.varve.flink.table;

import io.varve.flink.common.TablePaths;
import io.varve.flink.sink.VarveSinkOptions;
import io.varve.table.CommitChoice;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Makes sources and sinks of tables with {@code 'connector' = 'varve'}. Thread-safe. */
public final class VarveTableFactory implements DynamicTableSourceFactory, DynamicTableSinkFactory {

  /** How SQL names the connector. */
  public static final String IDENTIFIER = "varve";

  private final @Nullable Warehouse warehouse;

  /** Creates the factory; Flink does, by its service files. */
  public VarveTableFactory() {
    this.warehouse = null;
  }

  /** Creates the factory of a catalog, which knows where its tables are. */
  VarveTableFactory(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return warehouse == null ? Set.of(VarveConnectorOptions.PATH) : Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(
        VarveSinkOptions.HISTORY_TIME,
        VarveSinkOptions.HISTORY_MIN_COMMITS,
        VarveSinkOptions.CLEAN_UP_INTERVAL,
        VarveSinkOptions.COMMIT_EXCLUSIVE_BY,
        VarveSinkOptions.TTL,
        VarveSinkOptions.TTL_BY_PARTITION,
        VarveConnectorOptions.TIME_COLUMN,
        VarveConnectorOptions.ID_COLUMN,
        VarveConnectorOptions.BUCKET,
        VarveConnectorOptions.BUCKET_KEY,
        VarveConnectorOptions.BLOOM_COLUMNS,
        VarveConnectorOptions.TALLY_COLUMNS,
        VarveConnectorOptions.TIME_ZONE,
        VarveConnectorOptions.PROJECTION_MIN_ROWS_PER_GROUP,
        VarveConnectorOptions.SEGMENT_TARGET_ROWS,
        VarveConnectorOptions.SEGMENT_TARGET_BYTES,
        VarveConnectorOptions.SEGMENT_TARGET_AGE,
        VarveConnectorOptions.SINK_ON_REWIND,
        VarveConnectorOptions.SINK_ON_INVALID_ROW,
        VarveConnectorOptions.SINK_BUFFER_MEMORY,
        VarveConnectorOptions.SCAN_COMMIT,
        VarveConnectorOptions.SCAN_CHECKPOINT_ID,
        VarveConnectorOptions.SCAN_TIMESTAMP,
        VarveConnectorOptions.SCAN_TAG,
        VarveConnectorOptions.SCAN_UNTIL,
        VarveConnectorOptions.SCAN_UNTIL_BUCKET,
        VarveConnectorOptions.SCAN_ON_CORRUPT,
        VarveConnectorOptions.SCAN_AGGREGATE_PUSH_DOWN,
        FactoryUtil.SINK_PARALLELISM,
        FactoryUtil.SOURCE_PARALLELISM);
  }

  @Override
  public Set<ConfigOption<?>> forwardOptions() {
    return Set.of(
        VarveConnectorOptions.PROJECTION_MIN_ROWS_PER_GROUP,
        VarveConnectorOptions.SEGMENT_TARGET_ROWS,
        VarveConnectorOptions.SEGMENT_TARGET_BYTES,
        VarveConnectorOptions.SEGMENT_TARGET_AGE,
        VarveConnectorOptions.SINK_BUFFER_MEMORY,
        VarveSinkOptions.HISTORY_TIME,
        VarveSinkOptions.HISTORY_MIN_COMMITS,
        VarveSinkOptions.CLEAN_UP_INTERVAL,
        VarveSinkOptions.TTL,
        VarveSinkOptions.TTL_BY_PARTITION,
        VarveConnectorOptions.SCAN_COMMIT,
        VarveConnectorOptions.SCAN_CHECKPOINT_ID,
        VarveConnectorOptions.SCAN_TIMESTAMP,
        VarveConnectorOptions.SCAN_TAG,
        VarveConnectorOptions.SCAN_UNTIL,
        VarveConnectorOptions.SCAN_UNTIL_BUCKET,
        VarveConnectorOptions.SCAN_ON_CORRUPT);
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    ReadableConfig options = validated(context);
    CommitChoice commit = CommitOptions.of(options);
    Optional<SystemTable> system = systemTable(context);
    if (system.isPresent()) {
      return new SystemTableSource(system.get(), path(context, options), commit);
    }
    ScanTable table = scanTable(context, options);
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

  private Optional<SystemTable> systemTable(Context context) {
    return warehouse == null
        ? Optional.empty()
        : SystemTable.of(context.getObjectIdentifier().getObjectName());
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    ReadableConfig options = validated(context);
    if (systemTable(context).isPresent()) {
      throw new ValidationException(
          context.getObjectIdentifier().asSummaryString() + " can only be read");
    }
    return new VarveTableSink(
        scanTable(context, options),
        (RowType) context.getPhysicalRowDataType().getLogicalType(),
        options);
  }

  private String path(Context context, ReadableConfig options) {
    Warehouse known = warehouse;
    if (known == null) {
      return TablePaths.absolute(options.get(VarveConnectorOptions.PATH));
    }
    ObjectIdentifier table = context.getObjectIdentifier();
    String name =
        SystemTable.of(table.getObjectName())
            .map(system -> system.baseOf(table.getObjectName()))
            .orElse(table.getObjectName());
    return known.path(table.getDatabaseName(), name);
  }

  private ScanTable scanTable(Context context, ReadableConfig options) {
    return ScanTable.of(
        context.getObjectIdentifier().asSummaryString(),
        path(context, options),
        TableDefinitions.of(context.getCatalogTable(), options),
        context.getCatalogTable().getResolvedSchema());
  }

  private ReadableConfig validated(Context context) {
    Map<String, String> given = context.getCatalogTable().getOptions();
    Set<ConfigOption<?>> known = new HashSet<>(optionalOptions());
    known.addAll(requiredOptions());
    OptionCheck.names(given.keySet(), known);
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validateExcept("projection.");
    OptionCheck.together(helper.getOptions(), given);
    return helper.getOptions();
  }
}
