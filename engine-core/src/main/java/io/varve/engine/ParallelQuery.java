package io.varve.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.query.Aggregator;
import io.varve.query.BoundAggregation;
import io.varve.query.PartialRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates the parts of a snapshot on several threads: the caller's and those of an executor.
 * Each part is read by one thread, and what they gave is put together in the order of the parts, so
 * that the answer does not depend on who was faster. Used for one query.
 */
final class ParallelQuery {

  private final List<Part> parts;
  private final BoundAggregation bound;

  @GuardedBy("this")
  private final List<List<PartialRow>> partials = new ArrayList<>();

  @GuardedBy("this")
  private int next;

  @GuardedBy("this")
  private int helpers;

  @GuardedBy("this")
  private boolean over;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  ParallelQuery(List<Part> parts, BoundAggregation bound) {
    this.parts = parts;
    this.bound = bound;
    for (int i = 0; i < parts.size(); i++) {
      partials.add(List.of());
    }
  }

  /**
   * Reads all parts and returns when no thread reads any more.
   *
   * @param executor runs what helps; what it does not run, or late, the caller does
   * @param threads how many may read at once, with the caller
   */
  List<PartialRow> run(Executor executor, int threads) throws IOException {
    try {
      int helping = Math.min(threads, parts.size()) - 1;
      for (int i = 0; i < helping; i++) {
        executor.execute(this::help);
      }
    } catch (RejectedExecutionException busy) {
      // those that it took help, the caller does the rest
    }
    work();
    return finish();
  }

  private void help() {
    synchronized (this) {
      if (over) {
        return; // the query is done, and its files may be closed
      }
      helpers++;
    }
    work();
    synchronized (this) {
      helpers--;
      notifyAll();
    }
  }

  private void work() {
    try {
      for (int part = take(); part >= 0; part = take()) {
        List<PartialRow> groups = new ArrayList<>();
        Aggregator aggregator = bound.newAggregator(Aggregator.DEFAULT_MAX_GROUPS, groups::add);
        aggregator.add(parts.get(part).source());
        aggregator.flush();
        parts.get(part).release();
        give(part, groups);
      }
    } catch (IOException | RuntimeException | Error failed) {
      fail(failed);
    }
  }

  /** Returns the next part that nobody has taken, -1 if there is none or one has failed. */
  private synchronized int take() {
    return failure == null && next < parts.size() ? next++ : -1;
  }

  private synchronized void give(int part, List<PartialRow> groups) {
    partials.set(part, groups);
  }

  private synchronized void fail(Throwable failed) {
    if (failure == null) {
      failure = failed;
    } else {
      failure.addSuppressed(failed);
    }
  }

  /** Waits for those that still read, even when interrupted: they must not lose their files. */
  private synchronized List<PartialRow> finish() throws IOException {
    over = true;
    boolean interrupted = false;
    while (helpers > 0) {
      try {
        wait();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable failed = failure;
    if (failed instanceof IOException broken) {
      throw broken;
    }
    if (failed instanceof RuntimeException wrong) {
      throw wrong;
    }
    if (failed instanceof Error error) {
      throw error;
    }
    List<PartialRow> all = new ArrayList<>();
    partials.forEach(all::addAll);
    return all;
  }
}
