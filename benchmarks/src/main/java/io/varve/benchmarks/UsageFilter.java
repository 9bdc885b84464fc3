package io.varve.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * Which rows are wanted: those that meet all that is not left open. Immutable.
 *
 * @param user a user, null for any
 * @param model a model, null for any
 * @param day the index of a day from the first, -1 for any
 */
public record UsageFilter(@Nullable String user, @Nullable String model, int day) {

  /** Every row. */
  public static final UsageFilter ALL = new UsageFilter(null, null, -1);

  /** Returns the filter of one user's rows. */
  public static UsageFilter ofUser(String user) {
    return new UsageFilter(user, null, -1);
  }

  /** Returns the first nanosecond of the day. */
  public long fromNanos() {
    return UsageEvents.START_NANOS + day * UsageEvents.DAY_NANOS;
  }

  /** Returns the first nanosecond after the day. */
  public long toNanos() {
    return fromNanos() + UsageEvents.DAY_NANOS;
  }

  /** Returns whether a row meets it, for stores that look at rows one by one. */
  public boolean test(long timeNanos, String rowUser, String rowModel) {
    return (user == null || user.equals(rowUser))
        && (model == null || model.equals(rowModel))
        && (day < 0 || (timeNanos >= fromNanos() && timeNanos < toNanos()));
  }
}
