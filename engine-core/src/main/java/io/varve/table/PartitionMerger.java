package io.varve.table;

import io.varve.table.protocol.Change;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Merges small segments of the partitions that a writer keeps, on another thread than the writer's.
 * What is finished goes out with the writer's next barrier; where an input has gone meanwhile, the
 * commit leaves the merge out. A merge that fails is counted and left to a later round.
 * Thread-safe.
 */
public final class PartitionMerger implements AutoCloseable {

  /** The most merges of one round, so that a round ends. */
  private static final int MERGES_PER_ROUND = 8;

  private final TableDirectory table;
  private volatile WriterOptions options;
  private final Predicate<String> owns;
  private final Executor executor;
  private final WriterFiles files;
  private final FileCommitLog log;
  private final LogView view = new LogView();
  private final Queue<Change.Replace> finished = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong merged = new AtomicLong();
  private volatile boolean closed;

  /**
   * Creates a merger.
   *
   * @param writer the number under which it writes files, drawn at random: no other may have it
   * @param options the target size of segments; it holds the rows of one, and half as much again
   * @param owns whether the writer keeps a partition
   * @param executor runs one round at a time
   */
  public PartitionMerger(
      TableDirectory table,
      long writer,
      WriterOptions options,
      Predicate<String> owns,
      Executor executor) {
    this.table = table;
    this.options = options;
    this.owns = owns;
    this.executor = executor;
    this.files = new WriterFiles(table, writer, options);
    this.log = new FileCommitLog(table.store());
  }

  /** Goes on with other options. */
  public void use(WriterOptions changed) {
    options = changed;
  }

  /** Starts a round, unless one is under way or its results have not been taken. */
  public void start() {
    if (closed || !finished.isEmpty() || !busy.compareAndSet(false, true)) {
      return;
    }
    try {
      executor.execute(this::round);
    } catch (RejectedExecutionException shutDown) {
      busy.set(false);
    }
  }

  /** Returns the merges that have been finished since the last call, to be committed. */
  public List<Change.Replace> take() {
    List<Change.Replace> taken = new ArrayList<>();
    Change.Replace next;
    while ((next = finished.poll()) != null) {
      taken.add(next);
    }
    return taken;
  }

  /** Returns how many rounds have failed. */
  public long failures() {
    return failures.get();
  }

  /** Returns how many segments have been merged away. */
  public long mergedSegments() {
    return merged.get();
  }

  private void round() {
    try {
      mergeOwn();
    } catch (CancellationException given) {
      // closed: what was written is an orphan
    } catch (IOException | RuntimeException failed) {
      if (!closed) {
        failures.incrementAndGet();
      }
    } finally {
      synchronized (busy) {
        busy.set(false);
        busy.notifyAll();
      }
    }
  }

  private void mergeOwn() throws IOException {
    while (!view.advance(log)) {
      requireOpen();
    }
    TableSnapshot snapshot = TableSnapshot.of(table, view.head());
    WriterOptions now = options;
    SegmentMerger merger = new SegmentMerger(snapshot, now, files, () -> closed);
    int merges = 0;
    Map<String, PartitionState> partitions = snapshot.state().partitions().toSortedMap();
    for (Map.Entry<String, PartitionState> partition : partitions.entrySet()) {
      requireOpen();
      List<SegmentRef> inputs =
          owns.test(partition.getKey())
              ? choose(snapshot, partition.getKey(), partition.getValue(), now)
              : List.of();
      if (!inputs.isEmpty()) {
        finished.add(merger.merge(partition.getKey(), inputs));
        merged.addAndGet(inputs.size());
        if (++merges == MERGES_PER_ROUND) {
          return;
        }
      }
    }
  }

  private static List<SegmentRef> choose(
      TableSnapshot snapshot, String path, PartitionState partition, WriterOptions options)
      throws IOException {
    List<SegmentRef> small = MergePlan.small(partition, options);
    return small.isEmpty()
        ? small
        : MergePlan.choose(small, options, MergePlan.rowBytes(snapshot, path, small));
  }

  private void requireOpen() {
    if (closed) {
      throw new CancellationException("closed");
    }
  }

  /** Gives up what has not been taken, and waits until nothing of it runs any more. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    synchronized (busy) {
      while (busy.get()) {
        try {
          busy.wait();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    }
    finished.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
