package io.varve.flink.source;

import io.varve.flink.common.BlockCache;
import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.AnswerLevels;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.PartialGroups;
import io.varve.query.PartialRow;
import io.varve.query.TimeBucket;
import io.varve.table.CommitChoice;
import java.time.ZoneId;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.DynamicParallelismInference;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.jspecify.annotations.Nullable;

/**
 * A bounded source of partial aggregates of what a table shows at one commit. Each block is
 * answered at the cheapest level that is exact: skipped, taken from its zone maps, or decoded, and
 * then only the columns that are needed. Immutable.
 *
 * <pre>{@code
 * DataStream<AggregateRow> perDay =
 *     RollupSource.builder()
 *         .path("/data/usage")
 *         .groupBy(TimeBucket.DAY)
 *         .groupBy("user")
 *         .aggregate(Measure.countRows(), Measure.sum("tokens"))
 *         .build()
 *         .toStream(env);
 * }</pre>
 *
 * <p>The source itself emits partial rows, also several of one group: merge them by {@link
 * RollupMerge}. The commit is chosen once, when the job starts, and kept in its checkpoints. In a
 * streaming job with checkpoints each row is counted exactly once.
 */
public final class RollupSource
    implements Source<PartialRow, VarveSplit, ScanCheckpoint>,
        ResultTypeQueryable<PartialRow>,
        DynamicParallelismInference,
        LineageVertexProvider {

  private static final long serialVersionUID = 1L;

  private final ScanTarget target;
  private final RollupPlan plan;
  private final AnswerLevels levels;

  private RollupSource(ScanTarget target, RollupPlan plan, AnswerLevels levels) {
    this.target = target;
    this.plan = plan;
    this.levels = levels;
  }

  /** Starts a rollup of all rows of the newest commit into one group. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Adds source and merging to a job and returns one result for each group, when all rows have been
   * read: in batch and in streaming jobs. Without group keys there is one result even of no rows.
   */
  public DataStream<AggregateRow> toStream(StreamExecutionEnvironment env) {
    String name = "rollup of " + target.path();
    DataStream<PartialGroups> partials =
        env.fromSource(new GroupsSource(this), WatermarkStrategy.noWatermarks(), name);
    if (plan.aggregation().keys().isEmpty()) {
      partials =
          partials.union(env.fromData(List.of(PartialGroups.ofNothing()), RollupType.GROUPS));
    }
    return results(partials).name(name);
  }

  /** Merges groups when all have come, and gives their results. */
  SingleOutputStreamOperator<AggregateRow> results(DataStream<PartialGroups> partials) {
    return partials
        .keyBy(PartialGroups::part, Types.INT)
        .window(GlobalWindows.create())
        .trigger(new EndOfInput())
        .reduce(PartialGroups::merge)
        .flatMap(new RollupFinish(target, plan))
        .returns(RollupType.RESULT);
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public int inferParallelism(Context context) {
    return SourceTable.parallelism(target, context);
  }

  @Override
  public LineageVertex getLineageVertex() {
    return SourceTable.lineage(target, getBoundedness());
  }

  @Override
  public TypeInformation<PartialRow> getProducedType() {
    return RollupType.PARTIAL_ROW;
  }

  @Override
  public SplitEnumerator<VarveSplit, ScanCheckpoint> createEnumerator(
      SplitEnumeratorContext<VarveSplit> context) {
    return restoreEnumerator(context, ScanCheckpoint.UNPLANNED);
  }

  @Override
  public SplitEnumerator<VarveSplit, ScanCheckpoint> restoreEnumerator(
      SplitEnumeratorContext<VarveSplit> context, ScanCheckpoint checkpoint) {
    CommitLease lease = new CommitLease();
    Filter filter = plan.aggregation().filter();
    ScanPlanner planner =
        new ScanPlanner(target, filter, plan::bind, lease, context.currentParallelism());
    return new VarveEnumerator(context, target, planner, lease, checkpoint);
  }

  @Override
  public SourceReader<PartialRow, VarveSplit> createReader(SourceReaderContext context) {
    return createReader(context, PartialScan.ROWS);
  }

  <T> SourceReader<T, VarveSplit> createReader(
      SourceReaderContext context, PartialScan.Form<T> form) {
    Counter rowsIn = context.metricGroup().getIOMetricGroup().getNumRecordsInCounter();
    ScanMetrics metrics = new ScanMetrics(context.metricGroup());
    // Where damage is left out, all that is added at once has been checked before.
    boolean strict = target.onCorrupt() == OnCorrupt.FAIL;
    AnswerLevels used =
        new AnswerLevels(
            levels.wholeSources(), levels.projections() && strict, levels.blockZoneMaps());
    return new VarveSourceReader<>(
        () -> new BlockSplitReader<>(target, new PartialScan<>(plan, used, metrics, form), metrics),
        (batch, output, progress) -> {
          rowsIn.inc(batch.rows() - 1); // Flink has counted the batch as one.
          batch.partials().forEach(output::collect);
          progress.moveTo(batch.nextBlock(), 0);
        },
        context);
  }

  @Override
  public SimpleVersionedSerializer<VarveSplit> getSplitSerializer() {
    return VarveSplit.serializer();
  }

  @Override
  public SimpleVersionedSerializer<ScanCheckpoint> getEnumeratorCheckpointSerializer() {
    return ScanCheckpoint.serializer();
  }

  /** Collects what to compute. Confined to one thread. */
  public static final class Builder {

    private final Aggregation.Builder aggregation = Aggregation.builder();
    private ScanTarget target = ScanTarget.UNKNOWN;
    private @Nullable Aggregation whole;
    private boolean tableZone = true;
    private int maxGroups = Aggregator.DEFAULT_MAX_GROUPS;
    private AnswerLevels levels = AnswerLevels.ALL;

    private Builder() {}

    /** Sets the table's directory. */
    public Builder path(String path) {
      target = target.withPath(path);
      return this;
    }

    /** Reads the commit of this number instead of the newest. */
    public Builder commit(long number) {
      return commit(CommitChoice.number(number));
    }

    /** Reads another commit than the newest: by time, tag, number or checkpoint. */
    public Builder commit(CommitChoice choice) {
      target = target.withCommit(choice);
      return this;
    }

    /**
     * Reads only the rows that commits after one show for the first time, up to the commit that is
     * chosen: what a table has gained since an earlier read.
     */
    public Builder since(CommitChoice choice) {
      target = target.withSince(choice);
      return this;
    }

    /**
     * Reads only rows of spans of time that are over at the commit, by the watermark of the job
     * that writes: a bill of the days read then is not changed by rows that are still to come, but
     * for late ones. Without a watermark in the commit nothing is read.
     */
    public Builder untilWatermark(TimeBucket bucket) {
      target = target.withUntil(bucket);
      return this;
    }

    /**
     * Sets how many bytes of segments on an object store each process keeps on its local disk; 0
     * for none, without a call {@link BlockCache#DEFAULT_BYTES}. Other stores are read as they are.
     */
    public Builder blockCache(long bytes) {
      target = target.withCacheBytes(bytes);
      return this;
    }

    /** Sets what happens where a file is damaged; without a call the job fails. */
    public Builder onCorrupt(OnCorrupt choice) {
      return onCorrupt(choice, skipped -> {});
    }

    /** Sets what happens where a file is damaged, and who is told of what was left out. */
    public Builder onCorrupt(OnCorrupt choice, SkipListener listener) {
      target = target.withOnCorrupt(choice, listener);
      return this;
    }

    /** Sets all that is computed, in the place of keys, measures, filter and zone one by one. */
    public Builder aggregation(Aggregation all) {
      whole = all;
      tableZone = false;
      return this;
    }

    /** Adds columns to group by. */
    public Builder groupBy(String... columns) {
      aggregation.groupBy(columns);
      return this;
    }

    /** Adds spans of the time column to group by. */
    public Builder groupBy(TimeBucket bucket) {
      aggregation.groupBy(bucket);
      return this;
    }

    /** Adds measures. */
    public Builder aggregate(Measure... measures) {
      aggregation.measure(measures);
      return this;
    }

    /** Sets the condition that rows must meet. */
    public Builder filter(Filter condition) {
      aggregation.where(condition);
      return this;
    }

    /** Sets the zone that time is cut in; without a call it is the table's. */
    public Builder timeZone(ZoneId zone) {
      aggregation.timeZone(zone);
      tableZone = false;
      return this;
    }

    /** Sets how many rows of a segment are read as one split; without a call it is balanced. */
    public Builder splitRows(int rows) {
      target = target.withSplitRows(rows);
      return this;
    }

    /**
     * Sets how many groups a reader collects before it hands them over early; without a call {@link
     * Aggregator#DEFAULT_MAX_GROUPS}. Up to four times as many can be in memory: while some are
     * emitted others wait and the next are collected.
     */
    public Builder maxGroups(int groups) {
      if (groups < 1) {
        throw new IllegalArgumentException("maxGroups must be positive, is " + groups);
      }
      maxGroups = groups;
      return this;
    }

    /**
     * Sets which of the ways to answer without decoding are used; without a call all of them. They
     * give the same answers: they are switched off to measure the others, and to look for a fault.
     */
    public Builder levels(AnswerLevels used) {
      levels = used;
      return this;
    }

    /**
     * Returns the source. The table is looked at when the job starts.
     *
     * @throws IllegalArgumentException if there is no path
     */
    public RollupSource build() {
      target.check();
      Aggregation computed = whole == null ? aggregation.build() : whole;
      return new RollupSource(target, new RollupPlan(computed, tableZone, maxGroups), levels);
    }
  }
}
