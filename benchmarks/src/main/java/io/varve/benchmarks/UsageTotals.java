package io.varve.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Totals of some rows: their number, cost and counters, and the number by status. Confined. */
public final class UsageTotals {

  private long rows;
  private long cost;
  private final long[] counters = new long[UsageTable.COUNTERS.length];
  private final Map<Integer, Long> rowsByStatus = new TreeMap<>();

  /** Creates the totals of no rows. */
  public UsageTotals() {}

  /** Adds rows of one status. */
  public void add(int status, long count, long costSum, long... counterSums) {
    rows += count;
    cost += costSum;
    for (int i = 0; i < counters.length; i++) {
      counters[i] += counterSums[i];
    }
    addStatus(status, count);
  }

  /** Adds sums of rows whose statuses are counted by {@link #addStatus}. */
  public void addSums(long count, long costSum, long... counterSums) {
    rows += count;
    cost += costSum;
    for (int i = 0; i < counters.length; i++) {
      counters[i] += counterSums[i];
    }
  }

  /** Counts rows of a status. */
  public void addStatus(int status, long count) {
    if (count > 0) {
      rowsByStatus.merge(status, count, Long::sum);
    }
  }

  /** Returns all totals as text, the same for the same rows. */
  @Override
  public String toString() {
    return rows + " rows, cost " + cost + ", " + Arrays.toString(counters) + ", " + rowsByStatus;
  }
}
