package io.varve.query;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Cuts time into buckets of a zone. A bucket is named by its first nanosecond since 1970 in UTC; a
 * start before the year 1677 becomes {@link Long#MIN_VALUE}.
 *
 * <p>Days, weeks and months are those of the zone's calendar, so a day may have 23 or 25 hours, and
 * its times need not be one run where clocks were set back over midnight. Hours and minutes are
 * those of the clock, but never reach over a change of the offset: the hour that a clock shows
 * twice is two buckets. Confined to one thread: it remembers the run of times around the last one.
 */
public final class TimeBucketCutter {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_DAY = 86_400 * NANOS_PER_SECOND;

  /** The days from a Monday to 1970-01-01, a Thursday. */
  private static final long MONDAY_TO_EPOCH_DAYS = 3;

  private final TimeBucket bucket;
  private final ZoneRules rules;
  private final ZoneId zone;
  private final long fixedNanos;
  private long start;
  private long runFirst = 1;
  private long runLast = 0;

  /** Creates a cutter of a zone. */
  public TimeBucketCutter(TimeBucket bucket, ZoneId zone) {
    this.bucket = bucket;
    this.zone = zone;
    this.rules = zone.getRules();
    boolean utc = rules.isFixedOffset() && rules.getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
    this.fixedNanos = utc ? fixedNanos(bucket) : 0;
  }

  TimeBucket bucket() {
    return bucket;
  }

  ZoneId zone() {
    return zone;
  }

  /** Returns the length of a bucket in UTC, zero if they differ. */
  private static long fixedNanos(TimeBucket bucket) {
    return switch (bucket) {
      case MINUTE -> 60 * NANOS_PER_SECOND;
      case HOUR -> 3600 * NANOS_PER_SECOND;
      case DAY -> NANOS_PER_DAY;
      case WEEK -> 7 * NANOS_PER_DAY;
      case MONTH -> 0;
    };
  }

  /** Returns the start of the bucket of a time. */
  public long startOf(long nanos) {
    if (nanos < runFirst || nanos > runLast) {
      locate(nanos);
    }
    return start;
  }

  /** Returns the last of the times after the last one asked for that are surely in its bucket. */
  public long runLast() {
    return runLast;
  }

  /** Returns the first of the times before the last one asked for that are surely in its bucket. */
  public long runFirst() {
    return runFirst;
  }

  private void locate(long nanos) {
    if (fixedNanos == 0) {
      locateInZone(nanos);
      return;
    }
    long past = Math.floorMod(nanos, fixedNanos);
    if (bucket == TimeBucket.WEEK) {
      past = Math.floorMod(past + MONDAY_TO_EPOCH_DAYS * NANOS_PER_DAY, fixedNanos);
    }
    start = nanos < Long.MIN_VALUE + past ? Long.MIN_VALUE : nanos - past;
    runFirst = start;
    long left = fixedNanos - 1 - past;
    runLast = nanos > Long.MAX_VALUE - left ? Long.MAX_VALUE : nanos + left;
  }

  private void locateInZone(long nanos) {
    Instant instant = instant(nanos);
    ZoneOffset offset = rules.getOffset(instant);
    LocalDateTime local = LocalDateTime.ofInstant(instant, offset);
    LocalDateTime localStart = localStart(local);
    Instant first = localStart.toInstant(offset);
    Instant end = localEnd(localStart).toInstant(offset);
    ZoneOffsetTransition before = rules.previousTransition(instant.plusNanos(1));
    if (before != null && before.getInstant().isAfter(first)) {
      first = before.getInstant();
    }
    ZoneOffsetTransition after = rules.nextTransition(instant);
    if (after != null && after.getInstant().isBefore(end)) {
      end = after.getInstant();
    }
    runFirst = nanos(first);
    runLast = nanos(end.minusNanos(1));
    boolean ofClock = bucket == TimeBucket.MINUTE || bucket == TimeBucket.HOUR;
    start = ofClock ? runFirst : nanos(localStart.toLocalDate().atStartOfDay(zone).toInstant());
  }

  private LocalDateTime localStart(LocalDateTime local) {
    return switch (bucket) {
      case MINUTE -> local.truncatedTo(ChronoUnit.MINUTES);
      case HOUR -> local.truncatedTo(ChronoUnit.HOURS);
      case DAY -> local.truncatedTo(ChronoUnit.DAYS);
      case WEEK ->
          local
              .toLocalDate()
              .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
              .atStartOfDay();
      case MONTH -> local.toLocalDate().withDayOfMonth(1).atStartOfDay();
    };
  }

  private LocalDateTime localEnd(LocalDateTime localStart) {
    return switch (bucket) {
      case MINUTE -> localStart.plusMinutes(1);
      case HOUR -> localStart.plusHours(1);
      case DAY -> localStart.plusDays(1);
      case WEEK -> localStart.plusWeeks(1);
      case MONTH -> localStart.plusMonths(1);
    };
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
  }

  private static long nanos(Instant instant) {
    long seconds = instant.getEpochSecond();
    if (seconds < Math.floorDiv(Long.MIN_VALUE, NANOS_PER_SECOND)) {
      return Long.MIN_VALUE;
    }
    if (seconds > Long.MAX_VALUE / NANOS_PER_SECOND) {
      return Long.MAX_VALUE;
    }
    long wholes = Math.max(seconds, Long.MIN_VALUE / NANOS_PER_SECOND);
    long rest = (seconds - wholes) * NANOS_PER_SECOND + instant.getNano();
    long base = wholes * NANOS_PER_SECOND;
    long sum = base + rest;
    if (((base ^ sum) & (rest ^ sum)) < 0) {
      return rest < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return sum;
  }
}
