package io.varve.engine;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.TimeBucket;
import io.varve.query.Value;
import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The groups of a declared projection, page by page. Stateless. */
final class ProjectionQuery {

  private ProjectionQuery() {}

  /**
   * Returns what to compute: the keys of the projection in order, the number of rows, and what it
   * declares, in order.
   *
   * @throws IllegalArgumentException if there is no such projection
   */
  static Aggregation of(
      TableDefinition definition, String name, LocalDate fromDay, LocalDate toDay, Filter filter) {
    Projection projection = find(definition, name);
    ZoneId zone = ZoneId.of(definition.timeZone());
    String time = definition.schema().timeField().name();
    Aggregation.Builder groups =
        Aggregation.builder()
            .timeZone(zone)
            .where(Filter.and(DayRange.filter(time, fromDay, toDay, zone), filter));
    if (!projection.timeBucket().isEmpty()) {
      groups.groupBy(TimeBucket.valueOf(projection.timeBucket().toUpperCase(Locale.ROOT)));
    }
    groups.groupBy(projection.columns().toArray(String[]::new)).measure(Measure.countRows());
    for (Projection.Aggregate aggregate : projection.aggregates()) {
      String column = aggregate.column();
      groups.measure(
          switch (aggregate.function()) {
            case COUNT -> Measure.count(column);
            case SUM -> Measure.sum(column);
            case MIN -> Measure.min(column);
            case MAX -> Measure.max(column);
          });
    }
    return groups.build();
  }

  private static Projection find(TableDefinition definition, String name) {
    List<String> names = new ArrayList<>();
    for (Projection projection : definition.projections()) {
      if (projection.name().equals(name)) {
        return projection;
      }
      names.add(projection.name());
    }
    throw new IllegalArgumentException("the log has no projection '" + name + "', it has " + names);
  }

  /**
   * Returns a page of groups.
   *
   * @param limit at least 1
   * @param after the keys of the last group of the page before; null for the first page
   */
  static RollupPage page(
      EventReads log, Aggregation aggregation, int limit, @Nullable List<Value> after)
      throws IOException {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive, is " + limit);
    }
    if (after != null && after.size() != aggregation.keys().size()) {
      throw new IllegalArgumentException(
          "a cursor of " + after.size() + " keys for groups of " + aggregation.keys().size());
    }
    List<AggregateRow> all = log.query(from(log, aggregation, after));
    int first = 0;
    while (after != null
        && first < all.size()
        && PartialRow.KEY_ORDER.compare(all.get(first).keys(), after) <= 0) {
      first++;
    }
    int end = (int) Math.min((long) first + limit, all.size());
    List<AggregateRow> rows = all.subList(first, end);
    return new RollupPage(rows, end < all.size() ? all.get(end - 1).keys() : null);
  }

  /** Leaves out the spans of time that are before the cursor. */
  private static Aggregation from(
      EventReads log, Aggregation aggregation, @Nullable List<Value> after) {
    if (after == null
        || !(aggregation.keys().get(0) instanceof GroupKey.OfTime)
        || !(after.get(0) instanceof Value.OfLong start)) {
      return aggregation;
    }
    String time = log.schema().timeField().name();
    return new Aggregation(
        aggregation.keys(),
        aggregation.measures(),
        Filter.and(aggregation.filter(), Filter.ge(time, start.value())),
        aggregation.timeZone());
  }
}
