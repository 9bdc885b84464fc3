package io.varve.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong with a log, each thing once. Thread-safe. */
final class HealthLog {

  private static final int MAX_PROBLEMS = 100;

  @GuardedBy("this")
  private final Map<String, String> problems = new LinkedHashMap<>();

  /** Notes a problem under a key, in the place of an earlier one. */
  synchronized void report(String key, String problem) {
    if (problems.size() < MAX_PROBLEMS || problems.containsKey(key)) {
      problems.put(key, problem);
    }
  }

  /** Notes that a problem is solved. */
  synchronized void solved(String key) {
    problems.remove(key);
  }

  synchronized boolean has(String key) {
    return problems.containsKey(key);
  }

  synchronized List<String> problems() {
    return new ArrayList<>(problems.values());
  }
}
