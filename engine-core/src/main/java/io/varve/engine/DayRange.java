package io.varve.engine;

import io.varve.query.Filter;
import java.time.LocalDate;
import java.time.ZoneId;

/** Whole days as a condition on the time column. Stateless. */
final class DayRange {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private DayRange() {}

  /**
   * Returns the condition.
   *
   * @param fromDay the first day, in the zone
   * @param toDay the last day
   * @throws IllegalArgumentException if the last day is before the first
   */
  static Filter filter(String timeColumn, LocalDate fromDay, LocalDate toDay, ZoneId zone) {
    if (toDay.isBefore(fromDay)) {
      throw new IllegalArgumentException("the days end with " + toDay + " before " + fromDay);
    }
    return Filter.and(
        Filter.ge(timeColumn, startOf(fromDay, zone)),
        Filter.lt(timeColumn, startOf(toDay.plusDays(1), zone)));
  }

  private static long startOf(LocalDate day, ZoneId zone) {
    return Math.multiplyExact(day.atStartOfDay(zone).toEpochSecond(), NANOS_PER_SECOND);
  }
}
