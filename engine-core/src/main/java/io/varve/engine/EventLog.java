package io.varve.engine;

import io.varve.io.LocalFileStore;
import io.varve.io.LockableFileStore;
import io.varve.query.Filter;
import io.varve.schema.TableDefinition;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An append-only log of events in a directory of its own, embedded in the process that writes it.
 *
 * <pre>{@code
 * try (EventLog log = EventLog.open(Path.of("/data/usage"), EventLogOptions.defaults())) {
 *   log.append(LogEvent.builder(id, Instant.now()).user("alice").status(200).build());
 *   log.sync();
 *   List<StoredEvent> last = log.queryRecent(Filter.eq("user", "alice"), 50);
 * }
 * }</pre>
 *
 * <p>What an append returned from is seen by every read of this process, and durable as {@link
 * Durability} says. After a failed write or sync the log can be read but not written to: close it
 * and open it again.
 *
 * <p>Thread-safe: any number of threads append and read. An interrupt neither ends a call nor
 * damages anything; the thread finds itself interrupted when the call returns.
 */
public final class EventLog implements EventReads, Closeable {

  /** The most events of a batch. */
  public static final int MAX_BATCH_EVENTS = 1024;

  /** The most bytes of a batch of several events in memory: 3 MiB. */
  public static final long MAX_BATCH_BYTES = 3 << 20;

  private final LogCore core;
  private final RecoveryReport recovery;
  private final Closeable lock;
  private final Rewriter rewriter;
  private final DeleteLog deletes;
  private final Upkeep upkeep;
  private final TailThread tailThread;
  private final ThreadLocal<Staging> stagings;

  private EventLog(LogCore core, Recovery recovered, Closeable lock) {
    this.core = core;
    this.recovery = recovered.report();
    this.lock = lock;
    this.rewriter = new Rewriter(core);
    this.deletes = new DeleteLog(core);
    this.upkeep = new Upkeep(core, rewriter);
    this.stagings = ThreadLocal.withInitial(this::newStaging);
    Manifest manifest = core.states().current().manifest();
    this.tailThread =
        new TailThread(core.store(), manifest.logId(), core.attempt(), core.states(), core.front());
    core.onSealRequest(upkeep::sealSoon);
    tailThread.start();
    upkeep.start();
    if (recovered.shouldSeal()) {
      upkeep.sealSoon();
    }
  }

  /**
   * Opens a log for writing and reading, or creates it if there is none.
   *
   * @throws io.varve.io.AlreadyOpenException if it is open for writing, here or in another process
   * @throws io.varve.io.OpenRefusedException if the directory belongs to a table
   * @throws io.varve.io.SchemaMismatchException if the log has another definition than the options
   * @throws io.varve.io.CorruptFileException if a file is damaged that the log can't be opened
   *     without, or any if the options say so
   */
  public static EventLog open(Path directory, EventLogOptions options) throws IOException {
    TableDirectories.refuse(directory);
    return open(new LocalFileStore(directory), options);
  }

  /**
   * Opens a log in a file store of one's own.
   *
   * @param store whose root is the log's directory
   */
  public static EventLog open(LockableFileStore store, EventLogOptions options) throws IOException {
    Closeable lock = store.lock(LogLayout.LOCK);
    try {
      Recovery recovery = new Recovery(store, options);
      return new EventLog(recovery.open(), recovery, lock);
    } catch (IOException | RuntimeException failed) {
      lock.close();
      throw failed;
    }
  }

  private Staging newStaging() {
    TableDefinition definition = core.definition();
    String id = definition.idColumn();
    int idColumn = id.isEmpty() ? -1 : definition.schema().indexOf(id);
    return new Staging(Staging.newBuffer(definition.schema()), idColumn);
  }

  private Staging staging() {
    Staging staging = stagings.get();
    if (!staging.batch().schema().equals(core.definition().schema())) {
      staging = newStaging();
      stagings.set(staging);
    }
    staging.buffer().clear();
    return staging;
  }

  /** Returns what opening the log found. */
  public RecoveryReport recovery() {
    return recovery;
  }

  /** Starts an event of this log's columns. */
  public EventBuilder newEvent() {
    return new EventBuilder(schema());
  }

  /**
   * Appends an event.
   *
   * @throws IllegalArgumentException if a column can't hold a value, or lacks one
   * @throws IOException if the log can't be written to any more
   */
  public void append(Event event) throws IOException {
    appendAll(List.of(event), Event::writeTo, false);
  }

  /** Appends an event and waits until it is durable. */
  public void appendDurable(Event event) throws IOException {
    appendAll(List.of(event), Event::writeTo, true);
  }

  /**
   * Appends events as one: after a crash all of them are there or none.
   *
   * @param events at most {@value #MAX_BATCH_EVENTS}; none is fine
   * @throws IllegalArgumentException if one of them does not fit the columns, or all together are
   *     more than {@value #MAX_BATCH_BYTES} bytes; none is appended then
   * @throws IOException if the log can't be written to any more
   */
  public void appendBatch(List<? extends Event> events) throws IOException {
    appendAll(events, Event::writeTo, false);
  }

  /** Appends events as one and waits until they are durable. */
  public void appendBatchDurable(List<? extends Event> events) throws IOException {
    appendAll(events, Event::writeTo, true);
  }

  /**
   * Appends objects of one's own as one batch.
   *
   * @param writer sets the columns of an event from one of them
   */
  public <T> void appendBatch(List<? extends T> events, EventWriter<T> writer) throws IOException {
    appendAll(events, writer, false);
  }

  /** Appends objects of one's own as one batch and waits until they are durable. */
  public <T> void appendBatchDurable(List<? extends T> events, EventWriter<T> writer)
      throws IOException {
    appendAll(events, writer, true);
  }

  private <T> void appendAll(List<? extends T> events, EventWriter<T> writer, boolean durable)
      throws IOException {
    int count = events.size();
    if (count > MAX_BATCH_EVENTS) {
      throw new IllegalArgumentException(
          "a batch has at most " + MAX_BATCH_EVENTS + " events, not " + count);
    }
    if (count == 0) {
      return;
    }
    Staging staging = staging();
    for (int i = 0; i < count; i++) {
      writer.write(events.get(i), staging.buffer());
      staging.buffer().endRow();
    }
    boolean wait = durable || core.options().durability() == Durability.SYNC;
    Front.Position end = core.append(staging, wait);
    if (wait) {
      core.front().awaitDurable(end.rows());
    }
  }

  /**
   * Waits until everything is durable that any thread has appended before.
   *
   * @throws IOException if that can't be; the log can't be written to any more
   */
  public void sync() throws IOException {
    Front front = core.front();
    Front.Position end;
    front.lock();
    try {
      front.requireUsable();
      front.requestSync();
      end = front.position();
    } finally {
      front.unlock();
    }
    front.awaitDurable(end.rows());
  }

  /**
   * Makes everything appended before durable, and visible to readers in other processes: a barrier
   * for all threads, as {@link #sync} is.
   */
  public void flush() throws IOException {
    sync();
  }

  /** Makes a segment of what is unsealed now, and waits for it. */
  public void seal() throws IOException {
    core.freeze();
    rewriter.seal();
  }

  @Override
  public TableDefinition definition() {
    return core.definition();
  }

  @Override
  public RecentPage queryRecent(Filter filter, int limit, @Nullable RowKey cursor)
      throws IOException {
    try (LogSnapshot snapshot = snapshot()) {
      return RecentQuery.run(snapshot, filter, limit, cursor);
    }
  }

  LogSnapshot snapshot() {
    if (core.front().isClosed()) {
      throw new IllegalStateException("the log is closed");
    }
    return new CurrentSnapshot(core.states());
  }

  /**
   * Makes everything durable and closes the log; closing twice is fine.
   *
   * @throws IOException if something could not be made durable
   */
  @Override
  public void close() throws IOException {
    if (!core.front().close()) {
      return;
    }
    upkeep.close();
    joinTailThread();
    try {
      for (Segment segment : core.states().current().segments()) {
        segment.drop();
      }
      deletes.close();
    } finally {
      lock.close();
    }
    IOException failed = core.front().failure();
    if (failed != null && core.front().rowsNotDurable() > 0) {
      throw new IOException("the last events may not be durable: " + failed.getMessage(), failed);
    }
  }

  private void joinTailThread() {
    boolean interrupted = false;
    while (tailThread.isAlive()) {
      try {
        tailThread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
