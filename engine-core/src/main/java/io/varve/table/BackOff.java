package io.varve.table;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits a little longer after each lost race, at most a second; an interrupt ends the wait. */
public final class BackOff {

  private static final long FIRST_MILLIS = 5;
  private static final long MOST_MILLIS = 1000;

  private BackOff() {}

  /**
   * Waits.
   *
   * @param attempt how many races have been lost
   */
  public static void await(int attempt) {
    long bound = Math.min(MOST_MILLIS, FIRST_MILLIS << Math.min(attempt, 10));
    long millis = bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
