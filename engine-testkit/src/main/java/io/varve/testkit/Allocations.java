package io.varve.testkit;

import java.lang.management.ManagementFactory;

/** How much memory this thread allocates: damage must never make a reader ask for a lot. */
public final class Allocations {

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /** Returns the bytes that this thread has allocated since it started. */
  public static long bytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
