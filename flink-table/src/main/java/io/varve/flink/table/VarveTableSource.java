package io.varve.flink.table;

import io.varve.flink.common.TablePaths;
import io.varve.flink.source.RollupSource;
import io.varve.flink.source.VarveSource;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.PartialRow;
import io.varve.query.TimeBucket;
import io.varve.table.CommitChoice;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsSourceWatermark;
import org.apache.flink.table.connector.source.abilities.SupportsStatisticReport;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.plan.stats.TableStats;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Scans a table at one commit: of the columns that are selected, the rows that the condition wants.
 * The planner copies it before each push-down. Confined to one thread.
 */
class VarveTableSource
    implements ScanTableSource,
        SupportsProjectionPushDown,
        SupportsFilterPushDown,
        SupportsLimitPushDown,
        SupportsReadingMetadata,
        SupportsSourceWatermark,
        SupportsStatisticReport {

  private final ScanTable table;
  private final ReadableConfig options;
  private ScanRequest request;

  VarveTableSource(ScanTable table, ReadableConfig options, ScanRequest request) {
    this.table = table;
    this.options = options;
    this.request = request;
  }

  ScanTable table() {
    return table;
  }

  ReadableConfig options() {
    return options;
  }

  ScanRequest request() {
    return request;
  }

  void replaceRequest(ScanRequest next) {
    request = next;
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public boolean supportsNestedProjection() {
    return false;
  }

  @Override
  public void applyProjection(int[][] projectedFields, DataType producedDataType) {
    List<ScanColumn> columns = new ArrayList<>();
    for (int[] path : projectedFields) {
      columns.add(table.physical().get(path[0]));
    }
    request = request.withColumns(columns, (RowType) producedDataType.getLogicalType());
  }

  @Override
  public Result applyFilters(List<ResolvedExpression> conditions) {
    FilterTranslation translation = table.filters();
    List<Filter> filters = new ArrayList<>();
    List<ResolvedExpression> accepted = new ArrayList<>();
    List<ResolvedExpression> remaining = new ArrayList<>();
    for (ResolvedExpression condition : conditions) {
      Optional<Filter> filter = translation.translate(condition);
      filter.ifPresent(filters::add);
      (filter.isPresent() ? accepted : remaining).add(condition);
    }
    if (!filters.isEmpty()) {
      filters.add(0, request.filter());
      request = request.withFilter(Filter.and(filters));
    }
    return Result.of(accepted, remaining);
  }

  @Override
  public void applyLimit(long limit) {
    request = request.withLimit(limit);
  }

  @Override
  public Map<String, DataType> listReadableMetadata() {
    Map<String, DataType> metadata = BucketColumn.readable(table.isPointInTime());
    metadata.putAll(OriginColumn.readable());
    return metadata;
  }

  /** Appends metadata columns after the stored ones; called again after each projection. */
  @Override
  public void applyReadableMetadata(List<String> metadataKeys, DataType producedDataType) {
    List<ScanColumn> columns = new ArrayList<>();
    for (ScanColumn column : request.columns()) {
      if (column.isStored()) {
        columns.add(column);
      }
    }
    for (String key : metadataKeys) {
      Optional<OriginColumn> origin = OriginColumn.ofKey(key);
      columns.add(
          origin.isPresent()
              ? ScanColumn.of(origin.get())
              : table.bucketColumn(BucketColumn.ofKey(key).orElseThrow()));
    }
    if (metadataKeys.contains(OriginColumn.COMMIT.key())) {
      pin();
    }
    request = request.withColumns(columns, (RowType) producedDataType.getLogicalType());
  }

  /** The column shows which commit is read, so planning chooses it. */
  private void pin() {
    try {
      request = request.withPinned(snapshot().number());
    } catch (IOException unreadable) {
      // The job will tell what is wrong.
    }
  }

  /**
   * Does nothing: a query reads one finished commit, so its watermark comes when all rows have been
   * read, and no row is late.
   */
  @Override
  public void applySourceWatermark() {}

  /**
   * Returns numbers of rows, bounds and nulls, but no numbers of distinct values: they make the
   * planner think that a local aggregation is not worth while, and it then pushes none down.
   */
  @Override
  public TableStats reportStatistics() {
    try {
      return ScanStatistics.of(
          snapshot(), table.physical().stream().map(ScanColumn::name).toList());
    } catch (IOException | IllegalArgumentException unreadable) {
      return TableStats.UNKNOWN; // The job will tell what is wrong.
    }
  }

  private TableSnapshot snapshot() throws IOException {
    TableDirectory directory = TableDirectory.open(TablePaths.open(table.path()));
    return commit().of(directory);
  }

  private CommitChoice commit() {
    return request.pinned() == ScanRequest.NOT_PINNED
        ? CommitOptions.of(options)
        : CommitChoice.number(request.pinned());
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    PushedAggregation aggregation = request.aggregation();
    return aggregation == null
        ? SourceProvider.of(rowSource(), parallelism())
        : new Rollup(rollupSource(aggregation), aggregation);
  }

  /** Returns the spans of time of which only those that are over are read, if it is only those. */
  private Optional<TimeBucket> until() {
    return options
        .getOptional(VarveConnectorOptions.SCAN_UNTIL)
        .map(watermark -> options.get(VarveConnectorOptions.SCAN_UNTIL_BUCKET));
  }

  private @Nullable Integer parallelism() {
    return options.getOptional(FactoryUtil.SOURCE_PARALLELISM).orElse(null);
  }

  private VarveSource<RowData> rowSource() {
    RowDataViews views =
        new RowDataViews(request.columns(), table.timeColumn(), table.zone(), request.pinned());
    List<String> stored = views.storedColumns();
    VarveSource.Builder<RowData> builder = VarveSource.builder();
    builder
        .path(table.path())
        .columns((stored.isEmpty() ? List.of(table.timeColumn()) : stored).toArray(String[]::new))
        .filter(request.filter())
        .views(views, InternalTypeInfo.of(request.produced()));
    builder.commit(commit()).onCorrupt(options.get(VarveConnectorOptions.SCAN_ON_CORRUPT));
    until().ifPresent(builder::untilWatermark);
    if (request.limit() != ScanRequest.UNLIMITED) {
      builder.limit(request.limit());
    }
    return builder.build();
  }

  private RollupSource rollupSource(PushedAggregation pushed) {
    Aggregation aggregation = pushed.toAggregation(request.filter(), table.zone());
    RollupSource.Builder builder = RollupSource.builder().path(table.path());
    builder.aggregation(aggregation);
    builder.commit(commit()).onCorrupt(options.get(VarveConnectorOptions.SCAN_ON_CORRUPT));
    until().ifPresent(builder::untilWatermark);
    return builder.build();
  }

  @Override
  public DynamicTableSource copy() {
    return new VarveTableSource(table, options, request);
  }

  @Override
  public String asSummaryString() {
    return "Varve " + table.path();
  }

  /** A scan that gives partial aggregates. */
  private final class Rollup implements DataStreamScanProvider {

    private final RollupSource source;
    private final PushedAggregation pushed;

    Rollup(RollupSource source, PushedAggregation pushed) {
      this.source = source;
      this.pushed = pushed;
    }

    @Override
    public DataStream<RowData> produceDataStream(
        ProviderContext context, StreamExecutionEnvironment env) {
      String name = "rollup of " + table.name();
      SingleOutputStreamOperator<PartialRow> partials =
          env.fromSource(source, WatermarkStrategy.noWatermarks(), name);
      Optional<Integer> parallelism = options.getOptional(FactoryUtil.SOURCE_PARALLELISM);
      parallelism.ifPresent(partials::setParallelism);
      context.generateUid("scan").ifPresent(partials::uid);
      SingleOutputStreamOperator<RowData> rows =
          partials
              .map(new PartialRowConverter(pushed, table.definition().schema(), table.zone()))
              .returns(InternalTypeInfo.of(pushed.produced()))
              .name(name + " as rows");
      parallelism.ifPresent(rows::setParallelism);
      context.generateUid("rows").ifPresent(rows::uid);
      return rows;
    }

    @Override
    public boolean isBounded() {
      return true;
    }

    @Override
    public Optional<Integer> getParallelism() {
      return options.getOptional(FactoryUtil.SOURCE_PARALLELISM);
    }
  }
}
