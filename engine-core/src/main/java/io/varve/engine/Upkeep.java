package io.varve.engine;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What a log does by itself, on a thread of its own: sealing, merging, forgetting. */
final class Upkeep implements Closeable {

  private static final String SEAL = "seal";

  private final LogCore core;
  private final Rewriter rewriter;
  private final AtomicBoolean sealing = new AtomicBoolean();
  private final AtomicBoolean ticking = new AtomicBoolean();
  private final ThreadPoolExecutor executor;
  private @Nullable Closeable timer;

  Upkeep(LogCore core, Rewriter rewriter) {
    this.core = core;
    this.rewriter = rewriter;
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "varve-log-upkeep");
              thread.setDaemon(true);
              return thread;
            });
  }

  void start() {
    LogTimer chosen = core.options().timer();
    timer =
        (chosen == null ? new ThreadTimer() : chosen)
            .every(core.options().syncInterval(), this::tick);
  }

  /** Seals what is frozen, soon and beside the caller. */
  void sealSoon() {
    if (!sealing.getAndSet(true)) {
      submit(this::seal);
    }
  }

  private void submit(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closed) {
      // What is frozen stays in its tail.
    }
  }

  private void seal() {
    sealing.set(false);
    try {
      rewriter.seal();
      core.sealed(null);
      bury();
    } catch (IOException failed) {
      core.sealed(failed);
    } catch (RuntimeException | Error bug) {
      core.sealed(new IOException("sealing died: " + bug, bug));
      throw bug;
    }
  }

  /** Asks for a sync of what no append has asked for, and does what time brings. */
  private void tick() {
    Front front = core.front();
    front.lock();
    try {
      if (core.options().durability() != Durability.CHECKPOINT && !front.isClosed()) {
        front.requestSync();
      }
    } finally {
      front.unlock();
    }
    if (!ticking.getAndSet(true)) {
      submit(this::lookAfter);
    }
  }

  private void lookAfter() {
    ticking.set(false);
    if (core.states().current().generations().size() > 2 || core.health().has(SEAL)) {
      seal();
    }
    attempt("ttl", this::expire);
    attempt("merge", rewriter::merge);
    bury();
  }

  private void bury() {
    attempt(
        "unlink",
        () -> {
          core.graveyard().buryDue();
          return 0;
        });
  }

  private int expire() throws IOException {
    long ttl = core.options().ttl().toMillis();
    if (ttl > 0) {
      rewriter.raiseFloor(Math.multiplyExact(core.options().clock().millis() - ttl, 1_000_000L));
    }
    return 0;
  }

  private void attempt(String what, LogCore.IoAction<Integer> action) {
    try {
      action.run();
      core.health().solved(what);
    } catch (IOException failed) {
      core.health().report(what, what + " fails and is tried again: " + failed.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    if (timer != null) {
      timer.close();
    }
    submit(this::bury);
    executor.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = executor.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
