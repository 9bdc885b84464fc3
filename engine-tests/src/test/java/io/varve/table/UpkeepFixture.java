package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.protocol.Aggregator;
import io.varve.table.protocol.AggregatorState;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitOperation;
import io.varve.table.protocol.CommitRequest;
import io.varve.table.protocol.CommitResult;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.OnRewind;
import io.varve.table.protocol.OpenOperation;
import io.varve.table.protocol.OpenRequest;
import io.varve.table.protocol.OpenResult;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A job without Flink: writer, aggregator and committer of one table, driven by hand, with a clock
 * that stands still until it is moved. Files are dated by that clock too.
 */
final class UpkeepFixture {

  static final long HOUR = 3_600_000;

  /** Files of this time or later have not been dated yet. */
  static final long UNDATED = 1_750_000_000_000L;

  static final String PARTITION = "bucket-0000";

  static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("n", DataType.int64())
          .build();

  static final HistoryOptions HISTORY = new HistoryOptions(24 * HOUR, 1);

  final FileStore store;
  final TableDirectory table;
  long now = 1_700_000_000_000L;
  long watermark = Long.MIN_VALUE;
  private final Dating dating;
  private long attempts;

  /** Sets when a file was written. */
  interface Dating {
    void date(String path, long millis) throws IOException;
  }

  UpkeepFixture(Path directory) throws IOException {
    this(directory, new LocalFileStore(directory));
  }

  UpkeepFixture(Path directory, FileStore store) throws IOException {
    this(
        store,
        (path, millis) ->
            Files.setLastModifiedTime(directory.resolve(path), FileTime.fromMillis(millis)));
  }

  UpkeepFixture(FileStore store, Dating dating) throws IOException {
    this.store = store;
    this.dating = dating;
    this.table = TableDirectory.openOrCreate(store, TableDefinition.builder(SCHEMA).build());
  }

  TableUpkeep upkeep() {
    return new TableUpkeep(table, "a test", () -> now);
  }

  RunId run(long id) {
    return new RunId(now, id);
  }

  Attempt start(RunId run, long checkpoint, @Nullable AggregatorState state) throws IOException {
    return start(run, checkpoint, state, WriterOptions.DEFAULTS);
  }

  Attempt start(RunId run, long checkpoint, @Nullable AggregatorState state, WriterOptions options)
      throws IOException {
    return new Attempt(run, checkpoint, state, options);
  }

  /** Gives every data file that was written since the last call the time of the clock. */
  void date() throws IOException {
    date("");
  }

  private void date(String below) throws IOException {
    for (FileEntry entry : store.list(below)) {
      String path = below.isEmpty() ? entry.name() : below + "/" + entry.name();
      if (entry.directory()) {
        date(path);
      } else if (entry.modifiedMillis() >= UNDATED) {
        dating.date(path, now);
      }
    }
  }

  List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    new FileCommitLog(store).files().forEach(file -> files.add(file.file()));
    return files;
  }

  /** Returns how many files there are of any kind. */
  long fileCount() throws IOException {
    return fileCount("");
  }

  private long fileCount(String below) throws IOException {
    long count = 0;
    for (FileEntry entry : store.list(below)) {
      String path = below.isEmpty() ? entry.name() : below + "/" + entry.name();
      count += entry.directory() ? fileCount(path) : 1;
    }
    return count;
  }

  /** Returns the numbers in column n of what a snapshot shows, in order. */
  static List<Long> rows(TableSnapshot snapshot) throws IOException {
    List<Long> rows = new ArrayList<>();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        RowBatch batch = new RowBatch(snapshot.table().schema());
        for (int block = 0; block < source.blockCount(); block++) {
          batch.appendFrom(source, block);
        }
        LongColumn column = (LongColumn) batch.column(1);
        for (int row = 0; row < batch.rowCount(); row++) {
          rows.add(column.get(row));
        }
      }
    }
    rows.sort(null);
    return rows;
  }

  List<Long> rows() throws IOException {
    return rows(TableSnapshot.latest(table));
  }

  /** One attempt of the job. */
  final class Attempt implements AutoCloseable {

    final TableWriter writer;
    final Aggregator aggregator;
    final OpenResult opened;
    private final RunId run;
    private final FileCommitLog log = new FileCommitLog(store);
    private final LogView view = new LogView();
    private long checkpoint;

    private Attempt(
        RunId run, long checkpoint, @Nullable AggregatorState state, WriterOptions options)
        throws IOException {
      this.run = run;
      this.checkpoint = checkpoint;
      this.writer = new TableWriter(table, 77_000 + ++attempts, options, () -> now);
      OpenRequest request =
          new OpenRequest(table.id(), run, "sink", checkpoint, state, OnRewind.REWIND);
      this.opened =
          new OpenOperation(request, author(), new LogView()).run(log, () -> now, lost -> {});
      this.aggregator = new Aggregator(table.id(), opened);
    }

    private Author author() {
      return new Author("a" + attempts + "-" + checkpoint + "-" + now, "a test", "test");
    }

    void add(long... numbers) throws IOException {
      for (long number : numbers) {
        RowBuffer rows = writer.rows(PARTITION);
        rows.setTimestamp(0, now, 0);
        rows.setLong(1, number);
        rows.endRow();
        writer.rowAdded();
      }
    }

    /** Makes the rows so far durable, in the next checkpoint. */
    @Nullable Committable barrier(boolean seal) throws IOException {
      return barrier(seal, List.of());
    }

    /** As above, with merges that have been finished; null if there is nothing to commit. */
    @Nullable Committable barrierWith(List<Change.Replace> merges) throws IOException {
      return barrier(false, merges);
    }

    private @Nullable Committable barrier(boolean seal, List<Change.Replace> merges)
        throws IOException {
      checkpoint++;
      WriterChanges own = writer.barrier(seal);
      List<Change.Files> changes = new ArrayList<>(own.changes());
      changes.addAll(merges);
      aggregator.receive(
          checkpoint, new WriterChanges(own.writerId(), own.ordinal(), changes, own.lateRows()));
      return aggregator.emit(checkpoint, watermark);
    }

    /** Takes a checkpoint that brings a merge only, and commits it. */
    void commit(Change.Replace merge) throws IOException {
      commit(Objects.requireNonNull(barrier(false, List.of(merge))));
      date();
    }

    CommitResult commit(Committable committable) throws IOException {
      CommitRequest request = new CommitRequest(committable, OptionalLong.empty(), run, author());
      CommitResult result = new CommitOperation(request, view).run(log, () -> now, lost -> {});
      aggregator.forget(view.head().record().progress().last());
      return result;
    }

    /** Adds rows, takes a checkpoint and commits it; returns the number of the commit. */
    long round(boolean seal, long... numbers) throws IOException {
      return round(seal, List.of(), numbers);
    }

    /** As above, with merges that have been finished. */
    long round(boolean seal, List<Change.Replace> merges, long... numbers) throws IOException {
      add(numbers);
      commit(Objects.requireNonNull(barrier(seal, merges)));
      date();
      return view.head().number();
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
