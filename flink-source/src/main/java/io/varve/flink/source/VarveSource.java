package io.varve.flink.source;

import io.varve.query.Filter;
import io.varve.table.CommitChoice;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded source of the rows that a table shows at one commit. Of each file it reads the columns
 * that it needs, and of those only the blocks that may hold a row that the filter wants. Immutable.
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
    implements Source<T, VarveSplit, ScanCheckpoint>, ResultTypeQueryable<T> {

  private static final long serialVersionUID = 1L;

  private final ScanTarget target;
  private final List<String> columns;
  private final Filter filter;
  private final long limit;
  private final RowReader<T> reader;
  private final TypeInformation<T> type;

  private VarveSource(Builder<T> builder, RowReader<T> reader, TypeInformation<T> type) {
    this.target = builder.target;
    this.columns = builder.columns;
    this.filter = builder.filter;
    this.limit = builder.limit;
    this.reader = reader;
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
    return Boundedness.BOUNDED;
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
    return new VarveEnumerator(context, target, newScan()::check, checkpoint);
  }

  private RowScan<T> newScan() {
    return new RowScan<>(columns, filter, limit, reader);
  }

  @Override
  public SourceReader<T, VarveSplit> createReader(SourceReaderContext context) {
    return new VarveSourceReader<>(
        () -> new BlockSplitReader<>(target, newScan()),
        (row, output, progress) -> {
          output.collect(row.element());
          progress.moveTo(row.block(), row.row() + 1);
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
     * @throws IllegalArgumentException if there is no path or no converter
     */
    public VarveSource<T> build() {
      RowReader<T> chosen = reader;
      TypeInformation<T> chosenType = type;
      target.requirePath();
      if (chosen == null || chosenType == null) {
        throw new IllegalArgumentException("the source needs a converter(…)");
      }
      return new VarveSource<>(this, chosen, chosenType);
    }
  }
}
