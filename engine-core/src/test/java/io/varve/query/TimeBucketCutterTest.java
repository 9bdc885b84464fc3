package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimeBucketCutterTest {

  private static long nanos(String instant) {
    Instant parsed = Instant.parse(instant);
    return parsed.getEpochSecond() * 1_000_000_000 + parsed.getNano();
  }

  private static long start(TimeBucket bucket, String zone, String instant) {
    return new TimeBucketCutter(bucket, ZoneId.of(zone)).startOf(nanos(instant));
  }

  @Test
  void cutsInUtc() {
    String time = "1969-12-31T23:59:59.999999999Z";
    assertThat(start(TimeBucket.MINUTE, "UTC", time)).isEqualTo(nanos("1969-12-31T23:59:00Z"));
    assertThat(start(TimeBucket.HOUR, "UTC", time)).isEqualTo(nanos("1969-12-31T23:00:00Z"));
    assertThat(start(TimeBucket.DAY, "UTC", time)).isEqualTo(nanos("1969-12-31T00:00:00Z"));
    assertThat(start(TimeBucket.WEEK, "UTC", time)).isEqualTo(nanos("1969-12-29T00:00:00Z"));
    assertThat(start(TimeBucket.MONTH, "UTC", time)).isEqualTo(nanos("1969-12-01T00:00:00Z"));
  }

  @Test
  void cutsDaysOf23And25Hours() {
    String berlin = "Europe/Berlin";
    assertThat(start(TimeBucket.DAY, berlin, "2024-03-31T21:59:59Z"))
        .isEqualTo(nanos("2024-03-30T23:00:00Z"));
    assertThat(start(TimeBucket.DAY, berlin, "2024-03-31T22:00:00Z"))
        .isEqualTo(nanos("2024-03-31T22:00:00Z"));
    assertThat(start(TimeBucket.DAY, berlin, "2024-10-27T22:59:59Z"))
        .isEqualTo(nanos("2024-10-26T22:00:00Z"));
    assertThat(start(TimeBucket.WEEK, berlin, "2024-10-27T22:59:59Z"))
        .isEqualTo(nanos("2024-10-20T22:00:00Z"));
    assertThat(start(TimeBucket.MONTH, berlin, "2024-10-31T22:59:59Z"))
        .isEqualTo(nanos("2024-09-30T22:00:00Z"));
  }

  @Test
  void keepsTheTwoHoursThatAClockShowsTwiceApart() {
    assertThat(start(TimeBucket.HOUR, "Europe/Berlin", "2024-10-27T00:30:00Z"))
        .isEqualTo(nanos("2024-10-27T00:00:00Z"));
    assertThat(start(TimeBucket.HOUR, "Europe/Berlin", "2024-10-27T01:30:00Z"))
        .isEqualTo(nanos("2024-10-27T01:00:00Z"));
  }

  @Test
  void cutsHoursOfZonesOffTheHour() {
    assertThat(start(TimeBucket.HOUR, "Asia/Kolkata", "2024-01-01T00:29:00Z"))
        .isEqualTo(nanos("2023-12-31T23:30:00Z"));
    // Clocks go from 02:00 back to 01:30.
    assertThat(start(TimeBucket.HOUR, "Australia/Lord_Howe", "2024-04-06T14:45:00Z"))
        .isEqualTo(nanos("2024-04-06T14:00:00Z"));
    assertThat(start(TimeBucket.HOUR, "Australia/Lord_Howe", "2024-04-06T15:10:00Z"))
        .isEqualTo(nanos("2024-04-06T15:00:00Z"));
  }

  /** Clocks in St. John's went back at 00:01, so times of the old day come after the new one's. */
  @Test
  void findsADayThatIsNotOneRun() {
    String zone = "America/St_Johns";
    long newDay = start(TimeBucket.DAY, zone, "2006-10-29T02:30:30Z");
    long oldDayAgain = start(TimeBucket.DAY, zone, "2006-10-29T02:31:30Z");
    long newDayAgain = start(TimeBucket.DAY, zone, "2006-10-29T03:31:30Z");
    assertThat(newDay).isEqualTo(nanos("2006-10-29T02:30:00Z"));
    assertThat(oldDayAgain).isEqualTo(nanos("2006-10-28T02:30:00Z"));
    assertThat(newDayAgain).isEqualTo(newDay);

    TimeBucketCutter cutter = new TimeBucketCutter(TimeBucket.DAY, ZoneId.of(zone));
    cutter.startOf(nanos("2006-10-29T02:30:30Z"));
    assertThat(cutter.runLast()).isEqualTo(nanos("2006-10-29T02:31:00Z") - 1);
    assertThat(cutter.startOf(nanos("2006-10-29T02:31:30Z"))).isEqualTo(oldDayAgain);
  }

  @Test
  void staysInRangeAtItsEnds() {
    for (TimeBucket bucket : TimeBucket.values()) {
      for (ZoneId zone : new ZoneId[] {ZoneOffset.UTC, ZoneId.of("Europe/Berlin")}) {
        TimeBucketCutter cutter = new TimeBucketCutter(bucket, zone);
        assertThat(cutter.startOf(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(cutter.runFirst()).isEqualTo(Long.MIN_VALUE);
        assertThat(cutter.startOf(Long.MIN_VALUE + 1)).isEqualTo(Long.MIN_VALUE);
        assertThat(cutter.startOf(Long.MAX_VALUE)).isBetween(Long.MAX_VALUE / 2, Long.MAX_VALUE);
        assertThat(cutter.runLast()).isEqualTo(Long.MAX_VALUE);
      }
    }
  }
}
