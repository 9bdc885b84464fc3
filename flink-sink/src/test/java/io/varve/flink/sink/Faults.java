package io.varve.flink.sink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The faults that the job on one table meets, and what it has passed. Test and tasks share one JVM,
 * so they find it by the table's directory. Thread-safe.
 *
 * <p>A site is a line such as {@code BEFORE WRITE bucket-0/tail/1.vtail @ Writer (1/2)#0}: what is
 * about to happen or has happened, and on which thread.
 */
final class Faults {

  private static final Pattern SECOND_ATTEMPT = Pattern.compile("#[1-9][0-9]*$");
  private static final Map<String, Faults> BY_DIRECTORY = new ConcurrentHashMap<>();

  private final List<Fault> faults;
  private final Set<Fault> passed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger rows = new AtomicInteger();
  private volatile boolean restarted;

  private Faults(List<Fault> faults) {
    this.faults = faults;
  }

  static Faults plan(Path directory, List<Fault> faults) {
    Faults planned = new Faults(faults);
    BY_DIRECTORY.put(directory.toString(), planned);
    return planned;
  }

  static Faults of(String directory) {
    return BY_DIRECTORY.computeIfAbsent(directory, none -> new Faults(List.of()));
  }

  /** Is at a site, and fails there if a fault says so. */
  void pass(String place) throws IOException {
    if (place.startsWith("ROW ")) {
      rows.incrementAndGet();
    }
    String site = place + " @ " + Thread.currentThread().getName();
    if (SECOND_ATTEMPT.matcher(site).find()) {
      restarted = true;
    }
    for (Fault fault : faults) {
      fault.release(site);
      if (fault.isAwaiting(site)) {
        passed.add(fault);
      }
    }
    for (Fault fault : faults) {
      if (passed.contains(fault) && fault.strikes(site)) {
        fault.strike(site);
        pass("PASSED " + place);
      }
    }
  }

  /** Returns how many rows have been emitted, again or for the first time. */
  int rows() {
    return rows.get();
  }

  /** Returns whether a task has been started again. */
  boolean restarted() {
    return restarted;
  }

  boolean anyStruck() {
    return faults.stream().anyMatch(Fault::hasStruck);
  }

  boolean allStruck() {
    return faults.stream().allMatch(Fault::hasStruck);
  }
}
