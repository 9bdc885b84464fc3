package io.varve.engine;

import java.util.List;

/**
 * How a log is. Immutable.
 *
 * @param status the worst of its problems
 * @param reasons each problem, with the file and what to do; none if it is healthy
 */
public record LogHealth(Status status, List<String> reasons) {

  /** Copies the list. */
  public LogHealth {
    reasons = List.copyOf(reasons);
  }

  /** How a log is. */
  public enum Status {
    /** All is well. */
    HEALTHY,
    /** It can be read and written, but something was lost or does not go on. */
    DEGRADED,
    /** It can't be written to. */
    UNHEALTHY
  }
}
