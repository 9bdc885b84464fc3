package io.varve.engine;

import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.schema.TableDefinition;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rollup of the preset columns: what each user did each day, by key and model. Stateless. */
final class DailyRollup {

  private static final List<String> KEYS = List.of("user", "api_key", "model");
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private DailyRollup() {}

  /**
   * Returns what to compute.
   *
   * @param fromDay the first day, in the log's time zone
   * @param toDay the last day
   * @param user only this one; null for all
   * @param apiKey only this one; null for all
   */
  static Aggregation of(
      TableDefinition definition,
      LocalDate fromDay,
      LocalDate toDay,
      @Nullable String user,
      @Nullable String apiKey) {
    if (toDay.isBefore(fromDay)) {
      throw new IllegalArgumentException("the days end with " + toDay + " before " + fromDay);
    }
    if (!definition.schema().names().containsAll(LogEvent.DEFINITION.schema().names())) {
      throw new IllegalStateException(
          "the log has not the preset columns of LogEvent; group its events with query");
    }
    ZoneId zone = ZoneId.of(definition.timeZone());
    List<Filter> filters = new ArrayList<>();
    filters.add(Filter.ge("ts", startOf(fromDay, zone)));
    filters.add(Filter.lt("ts", startOf(toDay.plusDays(1), zone)));
    if (user != null) {
      filters.add(Filter.eq("user", user));
    }
    if (apiKey != null) {
      filters.add(Filter.eq("api_key", apiKey));
    }
    Aggregation.Builder rollup =
        Aggregation.builder()
            .groupBy(TimeBucket.DAY)
            .groupBy(KEYS.toArray(String[]::new))
            .measure(Measure.countRows(), Measure.sum("metric"))
            .where(Filter.and(filters))
            .timeZone(zone);
    for (int i = 1; i <= LogEvent.COUNTERS; i++) {
      rollup.measure(Measure.sum("counter_" + i));
    }
    return rollup.measure(Measure.sum("latency_ms"), Measure.max("latency_ms")).build();
  }

  private static long startOf(LocalDate day, ZoneId zone) {
    return Math.multiplyExact(day.atStartOfDay(zone).toEpochSecond(), NANOS_PER_SECOND);
  }
}
