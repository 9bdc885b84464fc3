package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.Filter;
import io.varve.query.TimeBucket;
import io.varve.table.UpkeepFixture.Attempt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedTimeTest {

  @TempDir Path directory;

  private static long nanos(String time) {
    return Instant.parse(time).toEpochMilli() * 1_000_000;
  }

  private static long end(UpkeepFixture job, Attempt attempt, long watermark, TimeBucket bucket)
      throws IOException {
    job.watermark = watermark;
    attempt.round(false, 1);
    return ClosedTime.end(TableSnapshot.latest(job.table), bucket);
  }

  /** A watermark says that nothing of its own millisecond is to come either. */
  @Test
  void aSpanIsOverWhenTheWatermarkHasPassedItsLastMillisecond() throws IOException {
    UpkeepFixture job = new UpkeepFixture(directory);
    assertThat(ClosedTime.end(TableSnapshot.latest(job.table), TimeBucket.DAY))
        .isEqualTo(Long.MIN_VALUE);
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      assertThat(end(job, attempt, Long.MIN_VALUE, TimeBucket.DAY)).isEqualTo(Long.MIN_VALUE);
      long midnight = Instant.parse("2026-05-04T00:00:00Z").toEpochMilli();
      assertThat(end(job, attempt, midnight - 2, TimeBucket.DAY))
          .isEqualTo(nanos("2026-05-03T00:00:00Z"));
      assertThat(end(job, attempt, midnight - 1, TimeBucket.DAY))
          .isEqualTo(nanos("2026-05-04T00:00:00Z"));
      assertThat(end(job, attempt, midnight + 3_600_000, TimeBucket.HOUR))
          .isEqualTo(nanos("2026-05-04T01:00:00Z"));
      assertThat(end(job, attempt, midnight + 3_600_001, TimeBucket.MONTH))
          .isEqualTo(nanos("2026-05-01T00:00:00Z"));
      assertThat(end(job, attempt, Long.MAX_VALUE, TimeBucket.DAY)).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void afterTheEndOfInputNothingIsLeftOut() throws IOException {
    UpkeepFixture job = new UpkeepFixture(directory);
    Filter filter = Filter.eq("n", 1);
    assertThat(ClosedTime.before(filter, Long.MAX_VALUE, job.table.schema())).isSameAs(filter);
  }
}
