package io.varve.engine;

import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rollup of the preset columns: what each user did each day, by key and model. Stateless. */
final class DailyRollup {

  private static final List<String> KEYS = List.of("user", "api_key", "model");

  private static final String NAME = "daily";
  private static final String METRIC = "metric";
  private static final String LATENCY = "latency_ms";

  private DailyRollup() {}

  /** Returns what segments of the preset columns hold ready for it. */
  static Projection projection() {
    List<Projection.Aggregate> aggregates = new ArrayList<>();
    aggregates.add(new Projection.Aggregate(Projection.Function.SUM, METRIC));
    for (int i = 1; i <= LogEvent.COUNTERS; i++) {
      aggregates.add(new Projection.Aggregate(Projection.Function.SUM, "counter_" + i));
    }
    aggregates.add(new Projection.Aggregate(Projection.Function.SUM, LATENCY));
    aggregates.add(new Projection.Aggregate(Projection.Function.MAX, LATENCY));
    return new Projection(NAME, "day", KEYS, aggregates);
  }

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
    if (!definition.schema().names().containsAll(LogEvent.DEFINITION.schema().names())) {
      throw new IllegalStateException(
          "the log has not the preset columns of LogEvent; group its events with query");
    }
    ZoneId zone = ZoneId.of(definition.timeZone());
    List<Filter> filters = new ArrayList<>();
    filters.add(DayRange.filter("ts", fromDay, toDay, zone));
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
            .measure(Measure.countRows(), Measure.sum(METRIC))
            .where(Filter.and(filters))
            .timeZone(zone);
    for (int i = 1; i <= LogEvent.COUNTERS; i++) {
      rollup.measure(Measure.sum("counter_" + i));
    }
    return rollup.measure(Measure.sum(LATENCY), Measure.max(LATENCY)).build();
  }
}
