package io.varve.testkit;

import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.schema.TableDefinition;
import io.varve.table.DeclaredRows;
import io.varve.table.FileCommitLog;
import io.varve.table.PartitionRouter;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.TableWatch;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A table that a test fills by hand, commit by commit, without Flink. Confined to one thread. */
public final class TestTable implements AutoCloseable {

  private final TableDirectory table;
  private final TableWatch watch;
  private final WriterOptions options;
  private TableDefinition definition;
  private DeclaredRows declared;
  private PartitionRouter router;
  private TableWriter writer;
  private long writers;
  private long commits;

  private TestTable(TableDirectory table, WriterOptions options) throws IOException {
    this.table = table;
    this.commits = TableSnapshot.latest(table).number();
    this.watch = new TableWatch(table);
    this.definition = table.definition();
    this.declared = table.rowsOf(definition);
    this.router = new PartitionRouter(definition);
    this.options = options;
    this.writer = newWriter();
  }

  /** Creates a table in an empty directory, or opens the one that is there. */
  public static TestTable create(Path directory, TableDefinition definition) throws IOException {
    return create(directory, definition, WriterOptions.DEFAULTS);
  }

  /** Creates a table as above, to be written with other options. */
  public static TestTable create(Path directory, TableDefinition definition, WriterOptions options)
      throws IOException {
    return create(new LocalFileStore(directory), definition, options);
  }

  /** Creates a table at the root of a store as above. */
  public static TestTable create(FileStore store, TableDefinition definition, WriterOptions options)
      throws IOException {
    return new TestTable(TableDirectory.openOrCreate(store, definition), options);
  }

  private TableWriter newWriter() {
    writers++;
    return new TableWriter(watch.table(), (commits << 20) + writers, options, () -> commits);
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
    String partition = router.path(OptionalInt.of(0));
    RowBuffer buffer = writer.rows(partition);
    RowSink rows = declared.into(buffer);
    row.accept(rows);
    rows.endRow();
    writer.rowAdded();
  }

  /**
   * Commits the rows since the last commit.
   *
   * @param seal whether they become segments; else they stay in tails until there are enough
   * @return the number of the commit
   */
  public long commit(boolean seal) throws IOException {
    Fold fold = new Fold();
    fold.add(barrier(seal));
    long number = commit(fold);
    goOn();
    if (seal) {
      startWriter();
    }
    return number;
  }

  /** Makes the rows durable that came since the last barrier; they are seen when committed. */
  public WriterChanges barrier(boolean seal) throws IOException {
    return writer.barrier(seal);
  }

  /** Commits what barriers made durable; returns the number of the commit. */
  public long commit(Fold fold) throws IOException {
    commits++;
    GuestId guest = new GuestId(new RunId(commits, writers), "test");
    Author author = new Author("test-" + commits, "test", "rows of a test");
    new GuestOperation(new GuestRequest(guest, fold.take(), author), new LogView())
        .run(new FileCommitLog(table.store()), () -> commits, conflicts -> {});
    return TableSnapshot.latest(table).number();
  }

  /** Takes up what has been changed of the table, as a job does after a barrier. */
  private void goOn() throws IOException {
    if (watch.advance()) {
      writer.use(watch.table(), watch.table().options().applyTo(options));
      declared = watch.table().rowsOf(definition);
    }
  }

  /** Goes on with rows that are set by the columns of another definition, after a commit. */
  public void declare(TableDefinition rows) throws IOException {
    goOn();
    definition = rows;
    declared = watch.table().rowsOf(rows);
    router = new PartitionRouter(rows);
  }

  /** Goes on with another writer, which writes files of its own. */
  public void startWriter() throws IOException {
    writer.close();
    writer = newWriter();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
