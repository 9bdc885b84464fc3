package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.SeededTest;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Random;

/** Buckets of any zone, above all around changes of its offset, are those of java.time. */
class TimeBucketCutterRandomTest {

  private static final List<String> ZONES = ZoneId.getAvailableZoneIds().stream().sorted().toList();
  private static final Instant FIRST = Instant.parse("1800-01-01T00:00:00Z");

  @SeededTest(runs = 300)
  void agreesWithJavaTime(Random random) {
    ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    TimeBucket bucket = TimeBucket.values()[random.nextInt(5)];
    TimeBucketCutter reused = new TimeBucketCutter(bucket, zone);
    for (int i = 0; i < 200; i++) {
      Instant time = time(zone, random);
      long nanos = nanos(time);
      TimeBucketCutter fresh = new TimeBucketCutter(bucket, zone);
      long start = fresh.startOf(nanos);
      assertThat(reused.startOf(nanos)).as("%s in %s", time, zone).isEqualTo(start);
      check(bucket, zone, time, start);

      assertThat(nanos).isBetween(fresh.runFirst(), fresh.runLast());
      long within =
          fresh.runFirst() + (long) (random.nextDouble() * (fresh.runLast() - fresh.runFirst()));
      assertThat(new TimeBucketCutter(bucket, zone).startOf(within)).isEqualTo(start);
    }
  }

  /** Returns a time that is often close to a change of the offset. */
  private static Instant time(ZoneId zone, Random random) {
    Instant any = FIRST.plusSeconds((long) (random.nextDouble() * 300 * 365 * 86_400L));
    ZoneOffsetTransition next = zone.getRules().nextTransition(any);
    if (next == null || random.nextInt(3) == 0) {
      return any;
    }
    int range = random.nextBoolean() ? 4 : 100_000;
    return next.getInstant().plusSeconds(random.nextInt(range) - range / 2).plusNanos(1);
  }

  private static void check(TimeBucket bucket, ZoneId zone, Instant time, long start) {
    LocalDate date = LocalDate.ofInstant(time, zone);
    switch (bucket) {
      case DAY -> assertThat(start).isEqualTo(startOf(date, zone));
      case WEEK ->
          assertThat(start)
              .isEqualTo(
                  startOf(date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)), zone));
      case MONTH -> assertThat(start).isEqualTo(startOf(date.withDayOfMonth(1), zone));
      case MINUTE, HOUR -> {
        ZonedDateTime first = Instant.ofEpochSecond(0, start).atZone(zone);
        ZonedDateTime last = time.atZone(zone);
        assertThat(start).isLessThanOrEqualTo(nanos(time));
        assertThat(first.toLocalDate()).isEqualTo(last.toLocalDate());
        assertThat(first.getHour()).isEqualTo(last.getHour());
        assertThat(first.getOffset()).isEqualTo(last.getOffset());
        if (bucket == TimeBucket.MINUTE) {
          assertThat(first.getMinute()).isEqualTo(last.getMinute());
        }
        ZonedDateTime before = Instant.ofEpochSecond(0, start - 1).atZone(zone);
        boolean sameClock =
            before.toLocalDate().equals(last.toLocalDate())
                && before.getHour() == last.getHour()
                && (bucket == TimeBucket.HOUR || before.getMinute() == last.getMinute())
                && before.getOffset().equals(last.getOffset());
        assertThat(sameClock).as("the bucket begins before %s", first).isFalse();
      }
    }
  }

  private static long startOf(LocalDate date, ZoneId zone) {
    return nanos(date.atStartOfDay(zone).toInstant());
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
  }
}
