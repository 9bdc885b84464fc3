package io.varve.flink.sink;

import io.varve.table.TableUpkeep;
import io.varve.table.UpkeepOptions;
import io.varve.table.protocol.Removal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets rows and the history of the table expire and removes orphans, on a thread beside the job.
 * What fails is counted and logged, and tried again in the next round: it never fails the job.
 * Thread-safe.
 */
final class BackgroundUpkeep implements AutoCloseable {

  /** What failures leave is rare, and finding it lists directories. */
  private static final int ROUNDS_PER_SWEEP = 6;

  private static final long CLOSE_SECONDS = 10;
  private static final long UNKNOWN = -1;
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundUpkeep.class);

  private final TableUpkeep upkeep;
  private final UpkeepOptions options;
  private final Counter failures;
  private final Counter removedFiles;
  private final Counter removedBytes;
  private final ScheduledExecutorService thread;
  private final ScheduledFuture<?> schedule;
  private volatile boolean closed;
  private volatile long orphanBytes = UNKNOWN;
  private int rounds;

  /**
   * Starts the thread; the first round comes after one interval.
   *
   * @param metrics where its counters go (docs/metrics.md)
   */
  BackgroundUpkeep(TableUpkeep upkeep, UpkeepOptions options, MetricGroup metrics) {
    this.upkeep = upkeep;
    this.options = options;
    this.failures = metrics.counter("failedUpkeeps");
    this.removedFiles = metrics.counter("removedFiles");
    this.removedBytes = metrics.counter("removedBytes");
    metrics.gauge("orphanBytes", () -> orphanBytes);
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "varve-upkeep");
              made.setDaemon(true);
              return made;
            });
    this.schedule =
        thread.scheduleWithFixedDelay(
            this::round, options.intervalMillis(), options.intervalMillis(), TimeUnit.MILLISECONDS);
  }

  /** Does what is to be done now; called by the thread. */
  void round() {
    try {
      UpkeepOptions now = upkeep.options(options);
      upkeep.dropExpiredRows(now);
      count(upkeep.expire(now.history(), false));
      Removal orphans = upkeep.removeNewOrphans(now.history());
      count(orphans);
      boolean sweeps = rounds++ % ROUNDS_PER_SWEEP == 0;
      if (sweeps) {
        List<String> leftovers = upkeep.removeLeftovers(now.history(), false);
        removedFiles.inc(leftovers.size());
      }
      if (sweeps || !orphans.isEmpty()) {
        orphanBytes = upkeep.orphans().bytes();
      }
    } catch (IOException | RuntimeException failed) {
      if (!closed) {
        failures.inc();
        LOG.warn("The table's upkeep failed; it is tried again in the next round", failed);
      }
    }
  }

  private void count(Removal removal) {
    if (!removal.isEmpty()) {
      removedFiles.inc(removal.files().size());
      removedBytes.inc(removal.bytes());
      LOG.info(
          "Removed {} records and {} files of {} bytes; records through {} have expired",
          removal.records(),
          removal.files().size(),
          removal.bytes(),
          removal.expiredThrough());
    }
  }

  /** Stops what is being done at its next access to a file; the next attempt goes on with it. */
  @Override
  public void close() {
    closed = true;
    upkeep.stop();
    schedule.cancel(false);
    thread.shutdown();
    boolean interrupted = false;
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The table's upkeep still waits for the file system; it ends after that");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
