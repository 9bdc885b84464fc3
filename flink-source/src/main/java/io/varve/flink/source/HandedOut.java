package io.varve.flink.source;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which splits of a plan have been handed out: all up to one, and some of the {@value #WINDOW}
 * after it, among which one near to a reader is looked for. Confined to one thread.
 */
final class HandedOut {

  static final int WINDOW = Long.SIZE;

  private int next;
  private long ahead;

  /** How many wanted splits are left, negative before they were counted. */
  private long left = -1;

  HandedOut(int next, long ahead) {
    this.next = next;
    this.ahead = ahead;
  }

  int next() {
    return next;
  }

  long ahead() {
    return ahead;
  }

  /** Returns how many wanted splits are left; counts them once. */
  long left(ScanPlan plan) {
    if (left < 0) {
      left = 0;
      for (int number = next; number < plan.splits().size(); number++) {
        left += isLeft(plan, number) ? 1 : 0;
      }
    }
    return left;
  }

  private boolean isLeft(ScanPlan plan, int number) {
    int distance = number - next;
    return !plan.unwanted().get(number) && (distance >= WINDOW || (ahead & (1L << distance)) == 0);
  }

  /**
   * Returns the number of the split to hand out next and counts it as handed out; -1 if none is
   * left.
   *
   * @param host of the reader, null if it is not known
   */
  int take(ScanPlan plan, @Nullable String host) {
    skip(plan);
    int size = plan.splits().size();
    if (next >= size) {
      return -1;
    }
    int chosen = next;
    if (host != null && !plan.hosts().isEmpty()) {
      String wanted = host.toLowerCase(Locale.ROOT);
      for (int number = next; number < Math.min(size, next + WINDOW); number++) {
        if (isLeft(plan, number) && plan.hosts().get(number).contains(wanted)) {
          chosen = number;
          break;
        }
      }
    }
    left = left(plan) - 1;
    ahead |= 1L << (chosen - next);
    skip(plan);
    return chosen;
  }

  /** Moves on over what is handed out or unwanted. */
  private void skip(ScanPlan plan) {
    while (next < plan.splits().size() && !isLeft(plan, next)) {
      next++;
      ahead >>>= 1;
    }
  }
}
