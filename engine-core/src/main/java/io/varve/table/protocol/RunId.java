package io.varve.table.protocol;

/**
 * One submission of a job: drawn when the job graph is built, kept over failover. Immutable.
 *
 * <p>Runs are ordered by time; the random part only tells runs of the same millisecond apart.
 *
 * @param timeMillis when the run was submitted, milliseconds since the epoch
 * @param random a random number
 */
public record RunId(long timeMillis, long random) implements Comparable<RunId> {

  /** The run of a table that no job has opened; older than every other. */
  public static final RunId NONE = new RunId(Long.MIN_VALUE, 0);

  @Override
  public int compareTo(RunId other) {
    int byTime = Long.compare(timeMillis, other.timeMillis);
    return byTime != 0 ? byTime : Long.compare(random, other.random);
  }

  /** Returns whether this run was submitted before the other. */
  public boolean isOlderThan(RunId other) {
    return compareTo(other) < 0;
  }

  @Override
  public String toString() {
    return equals(NONE) ? "none" : timeMillis + "-" + Long.toHexString(random);
  }
}
