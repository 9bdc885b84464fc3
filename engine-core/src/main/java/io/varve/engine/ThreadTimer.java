package io.varve.engine;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer with a daemon thread for each task. Thread-safe. */
final class ThreadTimer implements LogTimer {

  @Override
  public Closeable every(Duration interval, Runnable task) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            run -> {
              Thread thread = new Thread(run, "varve-log-timer");
              thread.setDaemon(true);
              return thread;
            });
    long nanos = interval.toNanos();
    ScheduledFuture<?> calls =
        executor.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
    return () -> {
      calls.cancel(false);
      executor.shutdown();
    };
  }
}
