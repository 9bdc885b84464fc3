package io.varve.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Time on the wall and processor time of all threads of this process. Confined to one thread. */
public final class Stopwatch {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private long nanos;
  private long cpuNanos;
  private long startedNanos;
  private long startedCpuNanos;

  private Stopwatch() {}

  /** Starts to measure. */
  public static Stopwatch start() {
    Stopwatch watch = new Stopwatch();
    watch.resume();
    return watch;
  }

  /** Goes on after {@link #stop}. */
  public void resume() {
    startedCpuNanos = SYSTEM.getProcessCpuTime();
    startedNanos = System.nanoTime();
  }

  /** Stops; the time until {@link #resume} does not count. */
  public void stop() {
    nanos += System.nanoTime() - startedNanos;
    cpuNanos += SYSTEM.getProcessCpuTime() - startedCpuNanos;
  }

  /** Returns the time on the wall while it ran. */
  public long nanos() {
    return nanos;
  }

  /** Returns the processor time of the process while it ran. */
  public long cpuNanos() {
    return cpuNanos;
  }
}
