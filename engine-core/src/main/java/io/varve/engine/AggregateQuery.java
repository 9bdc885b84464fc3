package io.varve.engine;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.BoundAggregation;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.PartialRows;
import io.varve.query.TimeRange;
import io.varve.query.Value;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** Computes totals and groups of a snapshot's rows. Stateless. */
final class AggregateQuery {

  private AggregateQuery() {}

  /** Returns groups in the order of their keys; one row if there are no keys. */
  static List<AggregateRow> run(LogSnapshot snapshot, Aggregation aggregation) throws IOException {
    BoundAggregation bound =
        BoundAggregation.of(aboveFloor(aggregation, snapshot), snapshot.schema());
    return bound.finish(partials(snapshot, bound));
  }

  private static PartialRows partials(LogSnapshot snapshot, BoundAggregation bound)
      throws IOException {
    List<PartialRow> partials = new ArrayList<>();
    Aggregator aggregator = bound.newAggregator(Aggregator.DEFAULT_MAX_GROUPS, partials::add);
    TimeRange wanted = aggregator.timeRange();
    for (Part part : snapshot.parts()) {
      if (part.maxTime() >= wanted.first() && part.minTime() <= wanted.last()) {
        aggregator.add(part.source());
      }
    }
    aggregator.flush();
    return PartialRows.of(partials);
  }

  /** Returns the same, read by several threads. */
  static List<AggregateRow> run(
      LogSnapshot snapshot, Aggregation aggregation, Executor executor, int threads)
      throws IOException {
    BoundAggregation bound =
        BoundAggregation.of(aboveFloor(aggregation, snapshot), snapshot.schema());
    List<PartialRow> partials = new ParallelQuery(snapshot.parts(), bound).run(executor, threads);
    return bound.finish(PartialRows.of(partials));
  }

  private static Aggregation aboveFloor(Aggregation aggregation, LogSnapshot snapshot) {
    if (snapshot.floor() == Manifest.NO_FLOOR) {
      return aggregation;
    }
    return new Aggregation(
        aggregation.keys(),
        aggregation.measures(),
        above(snapshot, aggregation.filter()),
        aggregation.timeZone());
  }

  /** Returns a filter that also leaves out what is too old to be there. */
  static Filter above(LogSnapshot snapshot, Filter filter) {
    long floor = snapshot.floor();
    String time = snapshot.schema().timeField().name();
    return floor == Manifest.NO_FLOOR ? filter : Filter.and(filter, Filter.ge(time, floor));
  }

  /** Returns the number of rows, all sums, and a tally of each tally column. */
  static AggregateResult totals(LogSnapshot snapshot, Filter filter) throws IOException {
    Schema schema = snapshot.schema();
    Aggregation.Builder totals = Aggregation.builder().where(filter).measure(Measure.countRows());
    List<String> numeric = new ArrayList<>();
    for (Field field : schema.fields()) {
      if (field.type().isNumeric()) {
        numeric.add(field.name());
        totals.measure(Measure.sum(field.name()));
      }
    }
    List<String> tallied = snapshot.definition().tallyColumns();
    if (tallied.size() == 1 && looksAtValues(filter, schema)) {
      return totalsOfGroups(snapshot, totals.build(), numeric, tallied.get(0));
    }
    AggregateRow all = run(snapshot, totals.build()).get(0);
    Map<String, Map<Value, Long>> tallies = new LinkedHashMap<>();
    for (String column : tallied) {
      tallies.put(column, tally(snapshot, filter, column));
    }
    return result(all, numeric, tallies);
  }

  /** Returns whether a filter is of more than time, so that rows have to be looked at. */
  private static boolean looksAtValues(Filter filter, Schema schema) {
    return BoundFilter.of(filter, schema).fieldIds().stream()
        .anyMatch(id -> id != schema.timeFieldId());
  }

  /** Returns the same by one pass over the rows: totals are those of all groups together. */
  private static AggregateResult totalsOfGroups(
      LogSnapshot snapshot, Aggregation totals, List<String> numeric, String column)
      throws IOException {
    Aggregation above = aboveFloor(totals, snapshot);
    BoundAggregation whole = BoundAggregation.of(above, snapshot.schema());
    Aggregation grouped =
        new Aggregation(
            List.of(GroupKey.column(column)), above.measures(), above.filter(), above.timeZone());
    BoundAggregation byValue = BoundAggregation.of(grouped, snapshot.schema());
    PartialRows groups = partials(snapshot, byValue);
    PartialRow all = null;
    Map<Value, Long> tally = new LinkedHashMap<>();
    for (PartialRow group : groups.rows()) {
      AggregateRow row = byValue.finish(group);
      tally.put(row.value(0), row.getLong(1));
      PartialRow part = new PartialRow(List.of(), group.measures());
      all = all == null ? part : all.merge(part);
    }
    PartialRows one = all == null ? PartialRows.EMPTY : new PartialRows(List.of(all));
    return result(whole.finish(one).get(0), numeric, Map.of(column, tally));
  }

  private static AggregateResult result(
      AggregateRow all, List<String> numeric, Map<String, Map<Value, Long>> tallies) {
    Map<String, Value> sums = new LinkedHashMap<>();
    for (int i = 0; i < numeric.size(); i++) {
      sums.put(numeric.get(i), all.value(i + 1));
    }
    return new AggregateResult(all.getLong(0), sums, tallies);
  }

  private static Map<Value, Long> tally(LogSnapshot snapshot, Filter filter, String column)
      throws IOException {
    Aggregation counts =
        new Aggregation(
            List.of(GroupKey.column(column)),
            List.of(Measure.countRows()),
            filter,
            java.time.ZoneOffset.UTC);
    Map<Value, Long> tally = new LinkedHashMap<>();
    for (AggregateRow row : run(snapshot, counts)) {
      tally.put(row.value(0), row.getLong(1));
    }
    return tally;
  }
}
