package io.varve.cli;

import io.varve.column.RowBuffer;
import io.varve.schema.TableDefinition;
import io.varve.table.BackOff;
import io.varve.table.FileCommitLog;
import io.varve.table.PartitionRouter;
import io.varve.table.TableDirectory;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RunId;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Adds rows to a table as a batch job does: all of them are seen at once with {@link #commit}, and
 * a job that is writing to the table goes on undisturbed. Segments are encoded on a thread of its
 * own, while the next rows are read. Confined to one thread.
 */
final class TableLoader implements AutoCloseable {

  private final TableDirectory table;
  private final Author author;
  private final PartitionRouter router;
  private final TableWriter writer;
  private final RunId run;
  private final ExecutorService sealing;
  private long rows;

  /**
   * Starts to load.
   *
   * @param table as its newest commit shows it
   */
  TableLoader(TableDirectory table, String who, String why) {
    TableDefinition definition = table.definition();
    long number = ThreadLocalRandom.current().nextLong();
    this.table = table;
    this.author = new Author(UUID.randomUUID().toString(), who, why);
    this.router = new PartitionRouter(definition);
    this.run = new RunId(System.currentTimeMillis(), number);
    this.sealing = Executors.newSingleThreadExecutor(TableLoader::thread);
    WriterOptions options = table.options().applyTo(WriterOptions.DEFAULTS);
    this.writer = new TableWriter(table, number, options, System::currentTimeMillis, sealing);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "varve-load-sealing");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it doesn't fit the columns; it is then left out
   */
  void add(RowValues row) throws IOException {
    if (!router.isConstant()) {
      row.applyTo(router);
    }
    RowBuffer buffer = writer.rows(router.path(OptionalInt.of(0)));
    try {
      row.applyTo(buffer);
      buffer.endRow();
    } catch (IllegalArgumentException wrong) {
      buffer.abandonRow();
      throw wrong;
    }
    writer.rowAdded();
    rows++;
  }

  long rows() {
    return rows;
  }

  /** Makes all rows visible. */
  void commit() throws IOException {
    Fold fold = new Fold();
    fold.add(writer.barrier(true));
    GuestRequest request = new GuestRequest(new GuestId(run, "load"), fold.take(), author);
    new GuestOperation(request, new LogView())
        .run(new FileCommitLog(table.store()), System::currentTimeMillis, BackOff::await);
  }

  @Override
  public void close() throws IOException {
    try {
      writer.close();
    } finally {
      sealing.shutdown();
    }
  }
}
