package io.varve.chaos;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits for other processes. */
final class Wait {

  private static final long PAUSE_MILLIS = 10;

  private Wait() {}

  /** Something that comes true. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  /**
   * Waits for a condition.
   *
   * @param what it is, for the error
   * @throws IOException if it does not hold in time
   */
  static void until(String what, Duration timeout, Condition condition) throws IOException {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new IOException("waited " + timeout.toSeconds() + " s in vain for " + what);
      }
      pause(PAUSE_MILLIS);
    }
  }

  static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
