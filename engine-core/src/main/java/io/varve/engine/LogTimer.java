package io.varve.engine;

import java.io.Closeable;
import java.time.Duration;

/** Calls back at intervals; what a log's clockwork is, so that tests turn it by hand. */
@FunctionalInterface
public interface LogTimer {

  /**
   * Starts calling a task, never twice at once.
   *
   * @return stops it when closed
   */
  Closeable every(Duration interval, Runnable task);
}
