package io.varve.examples;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Groups of day and origin added up by day and by origin. Immutable.
 *
 * @param groups by day and origin
 * @param days by day, in order
 * @param origins by airport
 * @param all everything
 */
record Totals(
    Map<String, Total> groups, Map<LocalDate, Total> days, Map<String, Total> origins, Total all) {

  /**
   * A sum over groups. Immutable.
   *
   * @param flights their number
   * @param sumDelay minutes
   * @param maxDelay minutes
   * @param sumDistance miles
   */
  record Total(long flights, long sumDelay, long maxDelay, long sumDistance) {

    static final Total NONE = new Total(0, 0, Long.MIN_VALUE, 0);

    static Total of(DayAndOrigin group) {
      return new Total(group.flights(), group.sumDelay(), group.maxDelay(), group.sumDistance());
    }

    Total plus(Total other) {
      return new Total(
          Math.addExact(flights, other.flights),
          Math.addExact(sumDelay, other.sumDelay),
          Math.max(maxDelay, other.maxDelay),
          Math.addExact(sumDistance, other.sumDistance));
    }

    /** Returns the mean delay, NaN without flights. */
    double averageDelay() {
      return (double) sumDelay / flights;
    }

    /** Returns the mean distance, NaN without flights. */
    double averageDistance() {
      return (double) sumDistance / flights;
    }
  }

  /** Adds groups up. */
  static Totals of(List<DayAndOrigin> rows) {
    Map<String, Total> groups = new HashMap<>();
    Map<LocalDate, Total> days = new TreeMap<>();
    Map<String, Total> origins = new TreeMap<>();
    Total all = Total.NONE;
    for (DayAndOrigin row : rows) {
      Total total = Total.of(row);
      groups.put(key(row.day(), row.origin()), total);
      days.merge(row.day(), total, Total::plus);
      origins.merge(row.origin(), total, Total::plus);
      all = all.plus(total);
    }
    return new Totals(groups, days, origins, all);
  }

  private static String key(LocalDate day, String origin) {
    return day + origin;
  }

  /** Returns one group, {@link Total#NONE} if it has no flights. */
  Total of(LocalDate day, String origin) {
    return groups.getOrDefault(key(day, origin), Total.NONE);
  }

  /** Returns the airports with most flights. */
  List<String> busiestOrigins(int most) {
    return origins.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Total> entry) -> -entry.getValue().flights())
                .thenComparing(Map.Entry::getKey))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }
}
