package io.varve.encoding;

import java.util.Arrays;

/**
 * Sorts indexes by a number each and, where two are equal, by a comparison. A merge sort of the
 * runs that are in order already, so that nearly sorted keys cost little; it is stable. Stateless.
 */
public final class KeyedSort {

  private KeyedSort() {}

  /** Orders two indexes whose keys are equal. */
  public interface Ties {

    /**
     * Returns a number below, equal to or above zero as the left one comes before the right one.
     */
    int compare(int left, int right);
  }

  /**
   * Returns the indexes 0 to {@code count} - 1 in order.
   *
   * @param keys not changed
   */
  public static int[] sort(long[] keys, int count, Ties ties) {
    int[] rows = new int[count];
    Arrays.setAll(rows, row -> row);
    Side from = new Side(rows, Arrays.copyOf(keys, count), ties);
    int[] runs = from.runs();
    Side to = new Side(new int[count], new long[count], ties);
    int runCount = runs[runs.length - 1];
    runs[runCount] = count;
    while (runCount > 1) {
      int merged = 0;
      for (int run = 0; run < runCount; run += 2) {
        int start = runs[run];
        int middle = runs[Math.min(run + 1, runCount)];
        from.mergeInto(to, start, middle, runs[Math.min(run + 2, runCount)]);
        runs[merged++] = start;
      }
      runs[merged] = count;
      runCount = merged;
      Side swap = from;
      from = to;
      to = swap;
    }
    return from.rows;
  }

  /** The indexes and their keys, before or after a round of merging. */
  private static final class Side {

    private final int[] rows;
    private final long[] keys;
    private final Ties ties;

    Side(int[] rows, long[] keys, Ties ties) {
      this.rows = rows;
      this.keys = keys;
      this.ties = ties;
    }

    /** Returns where each run begins and, as the last element, how many there are. */
    int[] runs() {
      int[] runs = new int[16];
      int runCount = 0;
      for (int i = 0; i < rows.length; i++) {
        if (i == 0 || !inOrder(i - 1, i)) {
          if (runCount + 2 >= runs.length) {
            runs = Arrays.copyOf(runs, runs.length * 2);
          }
          runs[runCount++] = i;
        }
      }
      runs[runs.length - 1] = runCount;
      return runs;
    }

    private boolean inOrder(int left, int right) {
      return keys[left] != keys[right]
          ? keys[left] < keys[right]
          : ties.compare(rows[left], rows[right]) <= 0;
    }

    void mergeInto(Side out, int from, int middle, int to) {
      int left = from;
      int right = middle;
      for (int i = from; i < to; i++) {
        boolean takeLeft = right == to || (left < middle && inOrder(left, right));
        int taken = takeLeft ? left++ : right++;
        out.rows[i] = rows[taken];
        out.keys[i] = keys[taken];
      }
    }
  }
}
