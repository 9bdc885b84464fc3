package io.varve.engine;

import io.varve.io.LockableFileStore;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The heart of an open log: its state, and the ways in which it changes. Appends change the last
 * generation under the {@link Front}'s lock; all else publishes a manifest first. Thread-safe.
 */
final class LogCore {

  private static final int MAX_GENERATIONS = 3;

  private final LockableFileStore store;
  private final EventLogOptions options;
  private final long attempt;
  private final LogStates states;
  private final ManifestStore manifests;
  private final Front front = new Front();
  private final HealthLog health;
  private final Graveyard graveyard;
  private final AtomicLong nextOrdinal;
  private final ReentrantLock publishing = new ReentrantLock();
  private volatile BufferPool buffers;
  private volatile @Nullable IOException sealFailure;
  private long nextSequence; // under the front's lock
  private boolean shut; // while publishing
  private Runnable sealRequest = () -> {};

  LogCore(
      LockableFileStore store,
      EventLogOptions options,
      LogState first,
      BufferPool buffers,
      HealthLog health,
      Graveyard graveyard) {
    this.store = store;
    this.options = options;
    this.attempt = first.manifest().attempt();
    this.states = new LogStates(first);
    this.manifests = new ManifestStore(store);
    this.buffers = buffers;
    this.health = health;
    this.graveyard = graveyard;
    this.nextOrdinal = new AtomicLong(first.active().lastTail().ordinal() + 1);
  }

  LockableFileStore store() {
    return store;
  }

  EventLogOptions options() {
    return options;
  }

  LogStates states() {
    return states;
  }

  Front front() {
    return front;
  }

  HealthLog health() {
    return health;
  }

  Graveyard graveyard() {
    return graveyard;
  }

  long attempt() {
    return attempt;
  }

  TableDefinition definition() {
    return states.current().manifest().definition();
  }

  /** Returns the name of a new file. */
  FileId nextFile() {
    return new FileId(attempt, nextOrdinal.getAndIncrement());
  }

  /** Sets what is called when there is a generation to seal. */
  void onSealRequest(Runnable request) {
    sealRequest = request;
  }

  /** Notes how sealing went; appends fail when memory is full and sealing does not go on. */
  void sealed(@Nullable IOException failed) {
    sealFailure = failed;
    if (failed == null) {
      health.solved("seal");
    } else {
      health.report("seal", "sealing fails and is tried again: " + failed.getMessage());
    }
    front.signalProgress();
  }

  /** Appends what has been staged as one frame; returns the position behind it. */
  Front.Position append(Staging staging, boolean durable) throws IOException {
    staging.requireOneFrame();
    int rows = staging.rows();
    long bytes = staging.bytes();
    long[] idHashes = staging.hashIds();
    front.lock();
    try {
      awaitRoom();
      Generation generation = states.current().active();
      if (!generation.schema().equals(staging.batch().schema())) {
        throw new IllegalArgumentException("the schema has changed; build the events anew");
      }
      boolean full =
          generation.rows() + rows > options.sealRows()
              || generation.bytes() + bytes > options.sealBytes();
      if (full && generation.rows() > 0) {
        generation = rotate();
      }
      generation.append(staging, nextSequence, idHashes);
      nextSequence += rows;
      Front.Position end = front.appended(rows, bytes);
      boolean background = options.durability() == Durability.BACKGROUND;
      if (durable
          || (background && front.hasUnrequested(options.syncEvents(), options.syncBytes()))) {
        front.requestSync();
      }
      return end;
    } finally {
      front.unlock();
    }
  }

  private void awaitRoom() throws IOException {
    front.requireUsable();
    while (isFull()) {
      IOException failed = sealFailure;
      if (states.current().generations().size() >= MAX_GENERATIONS && failed != null) {
        throw new IOException(
            "no more rows fit into memory because sealing fails: " + failed.getMessage(), failed);
      }
      if (options.durability() != Durability.CHECKPOINT) {
        front.requestSync();
      }
      front.awaitProgress();
      front.requireUsable();
    }
  }

  private boolean isFull() {
    return states.current().generations().size() >= MAX_GENERATIONS
        || (options.durability() != Durability.CHECKPOINT
            && front.unsyncedBytes() > options.maxUnsyncedBytes());
  }

  /** Freezes the active generation and begins another; the front's lock is held. */
  Generation rotate() {
    LogState state = states.current();
    state.active().closePartial();
    state.active().freeze(front.position());
    List<Generation> generations = new ArrayList<>(state.generations());
    Generation next = newGeneration(state.manifest().definition().schema(), List.of(nextFile()));
    generations.add(next);
    states.replace(state.withGenerations(generations), () -> {});
    sealRequest.run();
    return next;
  }

  private Generation newGeneration(Schema schema, List<FileId> tails) {
    if (!buffers.schema().equals(schema)) {
      buffers = new BufferPool(schema);
    }
    return new Generation(schema, tails, attempt, buffers);
  }

  BufferPool buffers() {
    return buffers;
  }

  /** Freezes what is unsealed, if there is anything. */
  void freeze() {
    front.lock();
    try {
      if (states.current().active().rows() > 0) {
        rotate();
      }
    } finally {
      front.unlock();
    }
  }

  /** How the log changes. */
  interface Change {

    /** Returns the next manifest; its number is set later. */
    Manifest manifest(LogState now);

    /** Returns the next state, from what it is when the manifest has been published. */
    LogState state(LogState now, Manifest published);

    /** Is done when no reader of this process sees the earlier state any more. */
    void retire();
  }

  /** Publishes a manifest and then shows the state that it stands for. */
  void publish(Change change) throws IOException {
    publishing.lock();
    try {
      LogState before = states.current();
      Manifest manifest = change.manifest(before).numbered(before.manifest().number() + 1);
      publish(manifest);
      front.lock();
      try {
        states.replace(change.state(states.current(), manifest), change::retire);
      } finally {
        front.unlock();
      }
      manifests.cleanUp(manifest.number());
    } finally {
      publishing.unlock();
    }
  }

  private void publish(Manifest manifest) throws IOException {
    if (shut) {
      throw new IllegalStateException("the log is closed");
    }
    front.requireWhole();
    try {
      manifests.publish(manifest);
    } catch (IOException unknown) {
      // The manifest may be there in spite of the error; then it counts.
      if (!isPublished(manifest, unknown)) {
        throw unknown;
      }
    }
  }

  private boolean isPublished(Manifest manifest, IOException cause) {
    try {
      return manifest.equals(manifests.find().manifest());
    } catch (IOException stillUnknown) {
      cause.addSuppressed(stillUnknown);
      front.fail(cause);
      return false;
    }
  }

  /** Publishes nothing from now on. */
  void shut() {
    publishing.lock();
    try {
      shut = true;
    } finally {
      publishing.unlock();
    }
  }

  /** Runs something while no manifest is published. */
  <T> T withoutPublishing(IoAction<T> action) throws IOException {
    publishing.lock();
    try {
      return action.run();
    } finally {
      publishing.unlock();
    }
  }

  /** Something that reads or writes files. */
  @FunctionalInterface
  interface IoAction<T> {

    T run() throws IOException;
  }

  /**
   * Goes on with other columns if nothing is unsealed; appends wait while the manifest is
   * published.
   *
   * @return false, and nothing is changed, if there are unsealed rows
   */
  boolean tryChangeDefinition(TableDefinition definition) throws IOException {
    return withoutPublishing(
        () -> {
          front.lock();
          try {
            LogState now = states.current();
            if (now.generations().size() > 1 || now.active().rows() > 0) {
              return false;
            }
            publish(new DefinitionChange(this, definition));
            return true;
          } finally {
            front.unlock();
          }
        });
  }

  /** Returns an empty generation of other columns. */
  Generation nextGeneration(Schema schema) {
    return newGeneration(schema, List.of(nextFile()));
  }

  /** Shows that rows are deleted; nothing else is published meanwhile. */
  void replaceTombstones(List<RowId> rows) {
    front.lock();
    try {
      LogState now = states.current();
      states.replace(now.withTombstones(now.tombstones().plus(rows)), () -> {});
    } finally {
      front.unlock();
    }
  }

  /** Returns numbers of a snapshot of this log. */
  LogStats stats(LogSnapshot snapshot) {
    long rows = 0;
    long unsealed = 0;
    int segments = 0;
    long bytes = 0;
    for (Part part : snapshot.parts()) {
      rows += part.rows();
      if (part instanceof SegmentPart segment) {
        segments++;
        bytes += segment.segment().entry().bytes();
      } else {
        unsealed += part.rows();
      }
    }
    return new LogStats(
        rows,
        segments,
        bytes,
        unsealed,
        states.current().tombstones().count(),
        front.rowsNotDurable(),
        front.bytesNotDurable(),
        snapshot.floor(),
        graveyard.size());
  }
}
