package io.varve.flink.source;

import io.varve.flink.common.BlockCache;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.TimeBucket;
import io.varve.schema.Field;
import io.varve.schema.TableDefinition;
import io.varve.table.CommitChoice;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
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
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.jspecify.annotations.Nullable;

/**
 * A source of the rows that a table shows at one commit, and then, if it is {@link
 * Builder#continuous}, of those that later commits add. Of each file it reads the columns that it
 * needs, and of those only the blocks that may hold a row that the filter wants. Immutable.
 *
 * <pre>{@code
 * VarveSource<Usage> source =
 *     VarveSource.ofRecords(Usage.class)
 *         .path("/data/usage")
 *         .filter(Filter.eq("user", "alice"))
 *         .build();
 * }</pre>
 *
 * <p>The commit is chosen once, when the job starts, and kept in its checkpoints: a restored job
 * reads the same one. Rows of one file come in its order; nothing is promised across files. In a
 * streaming job with checkpoints each row is counted exactly once.
 *
 * @param <T> what it emits
 */
public final class VarveSource<T>
    implements Source<T, VarveSplit, ScanCheckpoint>,
        ResultTypeQueryable<T>,
        DynamicParallelismInference,
        LineageVertexProvider {

  private static final long serialVersionUID = 1L;

  private final ScanTarget target;
  private final List<String> columns;
  private final Filter filter;
  private final long limit;
  private final @Nullable RowReader<T> reader;
  private final @Nullable ViewReader<T> views;
  private final @Nullable BatchReader<T> batches;
  private final TypeInformation<T> type;

  private VarveSource(Builder<T> builder, TypeInformation<T> type) {
    this.target = builder.target;
    this.columns = builder.columns;
    this.filter = builder.filter;
    this.limit = builder.limit;
    this.reader = builder.reader;
    this.views = builder.views;
    this.batches = builder.batches;
    this.type = type;
  }

  /** Starts a source of all rows and columns of the newest commit. */
  public static <T> Builder<T> builder() {
    return new Builder<>();
  }

  /** Starts a source of records, each component read from the column of its name. */
  public static <R extends Record> Builder<R> ofRecords(Class<R> type) {
    Builder<R> builder = builder();
    builder.columns = RecordReader.columnsOf(type);
    return builder.converter(RowReader.ofRecord(type), TypeInformation.of(type));
  }

  @Override
  public Boundedness getBoundedness() {
    return target.isContinuous() ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
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
  public TypeInformation<T> getProducedType() {
    return type;
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
    ScanPlanner planner =
        new ScanPlanner(target, filter, this::check, lease, context.currentParallelism());
    return new VarveEnumerator(context, target, planner, lease, checkpoint);
  }

  /** Checks columns, filter and reader against a table. */
  private void check(TableDefinition table) {
    BoundFilter.of(filter, table.schema());
    List<Field> fields = RowScan.fields(columns, table.schema());
    if (reader != null) {
      reader.open(fields);
    } else if (views != null) {
      views.open(table.schema(), fields);
    } else if (batches != null) {
      batches.open(fields);
    }
  }

  @Override
  public SourceReader<T, VarveSplit> createReader(SourceReaderContext context) {
    ScanMetrics metrics = new ScanMetrics(context.metricGroup());
    BatchReader<T> ofBatches = batches;
    return ofBatches == null
        ? newReaderOfRows(metrics, context)
        : newReader(ofBatches, metrics, context);
  }

  private RowMaker<T> newMaker() {
    RowReader<T> ofCopies = reader;
    ViewReader<T> ofViews = views;
    if (ofViews != null) {
      return new ViewedRows<>(ofViews);
    }
    if (ofCopies == null) {
      throw new IllegalStateException("the source has no converter");
    }
    return new CopiedRows<>(ofCopies);
  }

  private SourceReader<T, VarveSplit> newReaderOfRows(
      ScanMetrics metrics, SourceReaderContext context) {
    return new VarveSourceReader<>(
        () ->
            new BlockSplitReader<>(
                target, new RowScan<>(columns, filter, limit, newMaker(), metrics), metrics),
        (row, output, progress) -> {
          output.collect(row.element());
          progress.moveTo(row.block(), row.row() + 1);
        },
        context);
  }

  private SourceReader<T, VarveSplit> newReader(
      BatchReader<T> ofBatches, ScanMetrics metrics, SourceReaderContext context) {
    Counter rowsIn = context.metricGroup().getIOMetricGroup().getNumRecordsInCounter();
    return new VarveSourceReader<>(
        () ->
            new BlockSplitReader<>(
                target, new BatchScan<>(columns, filter, ofBatches, metrics), metrics),
        (batch, output, progress) -> {
          rowsIn.inc(batch.elements().size() - 1L); // Flink has counted the batch as one.
          batch.elements().forEach(output::collect);
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

  /**
   * Collects what to read. Confined to one thread.
   *
   * @param <T> what the source emits
   */
  public static final class Builder<T> {

    private ScanTarget target = ScanTarget.UNKNOWN;
    private List<String> columns = List.of();
    private Filter filter = Filter.all();
    private long limit = Long.MAX_VALUE;
    private @Nullable RowReader<T> reader;
    private @Nullable ViewReader<T> views;
    private @Nullable BatchReader<T> batches;
    private @Nullable TypeInformation<T> type;

    private Builder() {}

    /** Sets the table's directory. */
    public Builder<T> path(String path) {
      target = target.withPath(path);
      return this;
    }

    /** Reads the commit of this number instead of the newest. */
    public Builder<T> commit(long number) {
      return commit(CommitChoice.number(number));
    }

    /** Reads another commit than the newest: by time, tag, number or checkpoint. */
    public Builder<T> commit(CommitChoice choice) {
      target = target.withCommit(choice);
      return this;
    }

    /**
     * Reads only the rows that commits after one show for the first time, up to the commit that is
     * chosen: what a table has gained since an earlier read.
     */
    public Builder<T> since(CommitChoice choice) {
      target = target.withSince(choice);
      return this;
    }

    /**
     * Reads only rows of spans of time that are over at the commit, by the watermark of the job
     * that writes: a bill of the days read then is not changed by rows that are still to come, but
     * for late ones. Without a watermark in the commit nothing is read.
     */
    public Builder<T> untilWatermark(TimeBucket bucket) {
      target = target.withUntil(bucket);
      return this;
    }

    /**
     * Sets how many bytes of segments on an object store each process keeps on its local disk; 0
     * for none, without a call {@link BlockCache#DEFAULT_BYTES}. Other stores are read as they are.
     */
    public Builder<T> blockCache(long bytes) {
      target = target.withCacheBytes(bytes);
      return this;
    }

    /** Sets what happens where a file is damaged; without a call the job fails. */
    public Builder<T> onCorrupt(OnCorrupt choice) {
      return onCorrupt(choice, skipped -> {});
    }

    /** Sets what happens where a file is damaged, and who is told of what was left out. */
    public Builder<T> onCorrupt(OnCorrupt choice, SkipListener listener) {
      target = target.withOnCorrupt(choice, listener);
      return this;
    }

    /**
     * Goes on when the commit has been read, without end: looks for later commits now and then, and
     * reads the rows that each shows for the first time, each once. Deletes are honoured from the
     * commit on that a row is shown by. The job fails for good if the table is taken back to before
     * what has been read. With {@link #since} it begins with what is new.
     *
     * @param interval between two looks, at least a millisecond
     */
    public Builder<T> continuous(Duration interval) {
      target = target.withDiscovery(interval);
      return this;
    }

    /** Selects columns, in the order in which the converter sees them; without a call all. */
    public Builder<T> columns(String... names) {
      columns = List.of(names);
      return this;
    }

    /** Sets the condition that rows must meet. */
    public Builder<T> filter(Filter condition) {
      filter = condition;
      return this;
    }

    /**
     * Lets each reader stop after some rows; without a call it reads all. Several readers give more
     * rows than this, and so does one after a failure.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public Builder<T> limit(long rows) {
      if (rows < 0) {
        throw new IllegalArgumentException("a limit is not negative, as " + rows + " is");
      }
      limit = rows;
      return this;
    }

    /** Sets what makes elements of rows, and their type. */
    public Builder<T> converter(RowReader<T> rowReader, TypeInformation<T> elementType) {
      reader = rowReader;
      views = null;
      batches = null;
      type = elementType;
      return this;
    }

    /**
     * Sets what makes elements that look into the columns of their blocks, in the place of a
     * converter that copies values.
     */
    public Builder<T> views(ViewReader<T> viewReader, TypeInformation<T> elementType) {
      views = viewReader;
      reader = null;
      batches = null;
      type = elementType;
      return this;
    }

    /** Sets what makes elements of whole blocks of columns, in the place of a converter of rows. */
    public Builder<T> batches(BatchReader<T> batchReader, TypeInformation<T> elementType) {
      batches = batchReader;
      reader = null;
      views = null;
      type = elementType;
      return this;
    }

    /** Sets how many rows of a segment are read as one split; without a call it is balanced. */
    public Builder<T> splitRows(int rows) {
      target = target.withSplitRows(rows);
      return this;
    }

    /**
     * Returns the source. The table is looked at when the job starts.
     *
     * @throws IllegalArgumentException if there is no path or no converter, a continuous source is
     *     to read until the watermark, or one of batches has a limit
     */
    public VarveSource<T> build() {
      TypeInformation<T> chosen = type;
      target.check();
      if (chosen == null) {
        throw new IllegalArgumentException("the source needs a converter(…)");
      }
      if (batches != null && limit != Long.MAX_VALUE) {
        throw new IllegalArgumentException("a limit is of rows; a source of batches has none");
      }
      return new VarveSource<>(this, chosen);
    }
  }
}
