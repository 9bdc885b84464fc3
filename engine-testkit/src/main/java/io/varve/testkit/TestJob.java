package io.varve.testkit;

import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.io.LocalFileStore;
import io.varve.schema.TableDefinition;
import io.varve.table.FileCommitLog;
import io.varve.table.PartitionRouter;
import io.varve.table.TableDirectory;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Aggregator;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.CommitOperation;
import io.varve.table.protocol.CommitRequest;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.OnRewind;
import io.varve.table.protocol.OpenOperation;
import io.varve.table.protocol.OpenRequest;
import io.varve.table.protocol.OpenResult;
import io.varve.table.protocol.RunId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A job that reigns over a table, without Flink: its commits carry a watermark. Confined to one
 * thread.
 */
public final class TestJob implements AutoCloseable {

  private final TableDirectory table;
  private final PartitionRouter router;
  private final TableWriter writer;
  private final FileCommitLog log;
  private final LogView view = new LogView();
  private final Aggregator aggregator;
  private final RunId run;
  private long clock;
  private long checkpoint;

  private TestJob(TableDirectory table, RunId run) throws IOException {
    this.table = table;
    this.run = run;
    this.clock = run.timeMillis();
    this.router = new PartitionRouter(table.definition());
    this.log = new FileCommitLog(table.store());
    this.writer = new TableWriter(table, run.random(), WriterOptions.DEFAULTS, () -> clock);
    OpenRequest request = new OpenRequest(table.id(), run, "sink", 0, null, OnRewind.REWIND);
    OpenResult opened =
        new OpenOperation(request, author(), new LogView()).run(log, () -> clock, lost -> {});
    this.aggregator = new Aggregator(table.id(), opened);
  }

  /**
   * Starts a job without state, on a new table or one that is there.
   *
   * @param number tells the jobs of one table apart, and grows
   */
  public static TestJob start(Path directory, TableDefinition definition, long number)
      throws IOException {
    return new TestJob(
        TableDirectory.openOrCreate(new LocalFileStore(directory), definition),
        new RunId(1_700_000_000_000L + number, number));
  }

  private Author author() {
    return new Author("job-" + run + "-" + checkpoint, "a test", "rows of a test");
  }

  /** Returns the table. */
  public TableDirectory table() {
    return table;
  }

  /**
   * Adds a row, which is seen after the next {@link #commit}.
   *
   * @param row sets the columns, and is asked to twice
   */
  public void add(Consumer<RowSink> row) throws IOException {
    row.accept(router);
    RowBuffer rows = writer.rows(router.path(OptionalInt.of(0)));
    row.accept(rows);
    rows.endRow();
    writer.rowAdded();
  }

  /**
   * Commits the rows since the last commit.
   *
   * @param seal whether they become segments
   * @return the number of the commit
   */
  public long commit(boolean seal, long watermarkMillis) throws IOException {
    checkpoint++;
    clock++;
    aggregator.receive(checkpoint, writer.barrier(seal));
    Committable committable = aggregator.emit(checkpoint, watermarkMillis);
    if (committable != null) {
      CommitRequest request = new CommitRequest(committable, OptionalLong.empty(), run, author());
      new CommitOperation(request, view).run(log, () -> clock, lost -> {});
      aggregator.forget(view.head().record().progress().last());
    }
    return view.head().number();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
