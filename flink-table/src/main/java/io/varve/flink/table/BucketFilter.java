package io.varve.flink.table;

import io.varve.query.Filter;
import io.varve.query.TimeBucketCutter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Turns conditions on the bucket of an event into conditions on its time, which prune. Immutable.
 *
 * @param timeColumn the time column
 * @param pointInTime whether it is a TIMESTAMP_LTZ
 * @param zone that time is cut in
 */
record BucketFilter(String timeColumn, boolean pointInTime, ZoneId zone) {

  private static final Instant LEAST = Instant.parse("1678-01-01T00:00:00Z");
  private static final Instant GREATEST = Instant.parse("2261-01-01T00:00:00Z");
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Returns the filter that means the same, empty if there is no simple one. */
  Optional<Filter> translate(BucketColumn bucket, Filter.Operator operator, Object value) {
    return bucket.isDate()
        ? ofDates(bucket, operator, (LocalDate) value)
        : ofTimes(bucket, operator, value);
  }

  private Optional<Filter> ofTimes(BucketColumn bucket, Filter.Operator operator, Object value) {
    Instant wanted =
        value instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : (Instant) value;
    if (wanted.isBefore(LEAST) || wanted.isAfter(GREATEST)) {
      return Optional.empty();
    }
    long nanos = wanted.getEpochSecond() * NANOS_PER_SECOND + wanted.getNano();
    TimeBucketCutter cutter = bucket.newCutter(zone);
    boolean starts = cutter.startOf(nanos) == nanos;
    long next = cutter.runLast() + 1;
    return Optional.of(filter(operator, starts, starts ? nanos : next, next));
  }

  private Optional<Filter> ofDates(BucketColumn bucket, Filter.Operator operator, LocalDate date) {
    LocalDate start = startOf(bucket, date);
    LocalDate next =
        switch (bucket.bucket()) {
          case WEEK -> start.plusWeeks(1);
          case MONTH -> start.plusMonths(1);
          case DAY, HOUR, MINUTE -> start.plusDays(1);
        };
    Optional<Long> first = midnight(start);
    Optional<Long> last = midnight(next);
    if (first.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    boolean starts = start.equals(date);
    return Optional.of(filter(operator, starts, starts ? first.get() : last.get(), last.get()));
  }

  private static LocalDate startOf(BucketColumn bucket, LocalDate date) {
    return switch (bucket.bucket()) {
      case WEEK -> date.minusDays(date.getDayOfWeek().getValue() - 1L);
      case MONTH -> date.withDayOfMonth(1);
      case DAY, HOUR, MINUTE -> date;
    };
  }

  /**
   * Returns the time from which on the calendar shows a date or a later one, and before which it
   * never does; empty where clocks were set back over midnight, so that there is none.
   */
  private Optional<Long> midnight(LocalDate date) {
    LocalDateTime midnight = date.atStartOfDay();
    Instant start = date.atStartOfDay(zone).toInstant();
    boolean twice = zone.getRules().getValidOffsets(midnight).size() > 1;
    if (twice || start.isBefore(LEAST) || start.isAfter(GREATEST)) {
      return Optional.empty();
    }
    return Optional.of(start.getEpochSecond() * NANOS_PER_SECOND);
  }

  /**
   * Returns the filter on times.
   *
   * @param starts whether a bucket starts with the value
   * @param from the start of the first bucket that is not less than the value
   * @param next the start of the first bucket that is greater
   */
  private Filter filter(Filter.Operator operator, boolean starts, long from, long next) {
    Filter equal =
        starts ? Filter.and(Filter.ge(timeColumn, from), Filter.lt(timeColumn, next)) : Filter.or();
    return switch (operator) {
      case EQ -> equal;
      case NE -> Filter.not(equal);
      case LT -> Filter.lt(timeColumn, from);
      case LE -> Filter.lt(timeColumn, next);
      case GT -> Filter.ge(timeColumn, next);
      case GE -> Filter.ge(timeColumn, from);
    };
  }
}
