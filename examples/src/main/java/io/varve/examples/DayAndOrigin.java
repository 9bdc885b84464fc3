package io.varve.examples;

import io.varve.query.AggregateRow;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/**
 * The flights of one day from one airport. Immutable.
 *
 * @param day the day
 * @param origin the airport
 * @param flights their number
 * @param sumDelay all delays together, minutes
 * @param minDelay the least delay
 * @param maxDelay the greatest delay
 * @param averageDelay the mean delay: the exact sum divided by the number
 * @param sumDistance all distances together, miles
 */
record DayAndOrigin(
    LocalDate day,
    String origin,
    long flights,
    long sumDelay,
    long minDelay,
    long maxDelay,
    double averageDelay,
    long sumDistance) {

  /** By day, then by airport. */
  static final Comparator<DayAndOrigin> ORDER =
      Comparator.comparing(DayAndOrigin::day).thenComparing(DayAndOrigin::origin);

  /** Reads a result of {@link FlightsRollupJob#rollup}, whose columns are in the same order. */
  static DayAndOrigin of(AggregateRow row) {
    long dayStartsNanos = row.getLong(0);
    return new DayAndOrigin(
        LocalDate.ofEpochDay(Math.floorDiv(dayStartsNanos, TimeUnit.DAYS.toNanos(1))),
        row.getString(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getDouble(6),
        row.getLong(7));
  }
}
