package io.varve.engine;

import io.varve.io.LocalFileStore;
import io.varve.io.LockableFileStore;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.TableDefinition;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
public final class EventLog extends EventReads implements Closeable {

  /** The most events of a batch. */
  public static final int MAX_BATCH_EVENTS = 1024;

  /** The most bytes of a batch of several events in memory: 3 MiB. */
  public static final long MAX_BATCH_BYTES = 3 << 20;

  private final LogCore core;
  private final RecoveryReport recovery;
  private final Closeable lock;
  private final Reads reads = new Reads(this::snapshot, missing -> missing);
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
    core.front().requireOpen();
    core.freeze();
    rewriter.seal();
  }

  @Override
  public TableDefinition definition() {
    return core.definition();
  }

  @Override
  Reads reads() {
    return reads;
  }

  /**
   * Deletes an event by its id. When this returns no read sees it, and it stays deleted.
   *
   * @return false, and nothing is written, if there is no such event
   * @throws IllegalStateException if the log has no id column
   */
  public boolean delete(String id) throws IOException {
    return deleteAll(List.of(id)) > 0;
  }

  /** Deletes events by their ids, with one sync for all; returns how many rows are gone. */
  public int deleteAll(Collection<String> ids) throws IOException {
    core.front().requireOpen();
    return deletes.delete(
        () -> {
          Set<RowId> rows = new LinkedHashSet<>();
          try (LogSnapshot snapshot = snapshot()) {
            for (String id : ids) {
              rows.addAll(new IdLookup(snapshot, WantedId.of(snapshot, id)).rows());
            }
          }
          return List.copyOf(rows);
        });
  }

  /**
   * Removes events from every file of the log, and those that were deleted before: when this
   * returns their bytes are in none, but for checkpoints and what the result names.
   *
   * @param filter which events
   */
  public EraseResult erase(Filter filter) throws IOException {
    core.front().requireOpen();
    BoundFilter.of(filter, schema()); // a wrong column is told before anything is sealed
    core.freeze();
    sync();
    return rewriter.erase(filter);
  }

  /**
   * Forgets events of an earlier time than a cutoff: no read ever returns one again, also one that
   * is appended later. Segments that hold no others are dropped.
   *
   * @param cutoffNanos in nanoseconds since 1970-01-01T00:00:00
   */
  public GcResult gc(long cutoffNanos) throws IOException {
    core.front().requireOpen();
    return rewriter.gc(cutoffNanos, this::snapshot);
  }

  /**
   * Merges adjacent small segments until there is nothing to merge; upkeep does the same, a run at
   * a time.
   *
   * @return how many segments were merged into others
   */
  public int merge() throws IOException {
    core.front().requireOpen();
    int all = 0;
    for (int merged = rewriter.merge(); merged > 0; merged = rewriter.merge()) {
      all += merged;
    }
    return all;
  }

  /**
   * Goes on with other columns: some added (nullable), dropped, renamed, reordered or widened.
   * Columns are known by their field ids. What is unsealed is sealed first; no file is rewritten.
   *
   * @param next a schema whose version is one more than that of the present one
   * @throws io.varve.io.SchemaMismatchException if a column can't be read as its new type
   */
  public void changeSchema(Schema next) throws IOException {
    core.front().requireOpen();
    rewriter.changeSchema(next);
  }

  /**
   * Changes the columns one by one, together: one new version of the schema. What is unsealed is
   * sealed first; no file is rewritten.
   *
   * @throws IllegalArgumentException if a change does not fit the columns
   */
  public void alter(List<SchemaChange> changes) throws IOException {
    core.front().requireOpen();
    rewriter.alter(changes);
  }

  /** Returns numbers of the log. */
  public LogStats stats() throws IOException {
    try (LogSnapshot snapshot = snapshot()) {
      return core.stats(snapshot);
    }
  }

  /** Returns how the log is, and what is wrong with it. */
  public LogHealth health() {
    IOException failed = core.front().failure();
    List<String> reasons = core.health().problems();
    if (failed != null) {
      reasons.add(0, "the log can't be written to: " + failed.getMessage());
      return new LogHealth(LogHealth.Status.UNHEALTHY, reasons);
    }
    return new LogHealth(
        reasons.isEmpty() ? LogHealth.Status.HEALTHY : LogHealth.Status.DEGRADED, reasons);
  }

  /**
   * Makes a directory a copy of the log as it is now: sealed files by hard links where that is
   * possible. The copy is a log of its own; this one goes on.
   *
   * @param target new or empty
   */
  public void checkpoint(Path target) throws IOException {
    checkpoint(new LocalFileStore(target));
  }

  /** Makes a file store of the same kind a copy of the log as it is now. */
  public void checkpoint(LockableFileStore target) throws IOException {
    seal();
    rewriter.checkpoint(target);
  }

  /**
   * Makes a directory a copy of a checkpoint, which stays as it is.
   *
   * @param target new or empty
   */
  public static void restore(Path checkpoint, Path target) throws IOException {
    Checkpoints.restore(new LocalFileStore(checkpoint), new LocalFileStore(target));
  }

  private LogSnapshot snapshot() {
    core.front().requireOpen();
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
      rewriter.alone( // what another thread is doing comes to its end
          () -> {
            core.shut();
            return 0;
          });
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
