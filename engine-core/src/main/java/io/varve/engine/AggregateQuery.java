package io.varve.engine;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.BoundAggregation;
import io.varve.query.Filter;
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
    return partials(snapshot, List.of(bound)).get(0);
  }

  /** Returns the groups of several aggregations of the same rows, which are read once. */
  private static List<PartialRows> partials(LogSnapshot snapshot, List<BoundAggregation> all)
      throws IOException {
    List<List<PartialRow>> partials = new ArrayList<>();
    List<Aggregator> aggregators = new ArrayList<>();
    for (BoundAggregation bound : all) {
      List<PartialRow> rows = new ArrayList<>();
      int most = Aggregator.DEFAULT_MAX_GROUPS;
      aggregators.add(
          aggregators.isEmpty()
              ? bound.newAggregator(most, rows::add)
              : bound.newAggregator(most, aggregators.get(0), rows::add));
      partials.add(rows);
    }
    TimeRange wanted = aggregators.get(0).timeRange();
    for (Part part : snapshot.parts()) {
      if (part.maxTime() >= wanted.first() && part.minTime() <= wanted.last()) {
        Aggregator.addToEach(aggregators, part.source());
        part.release();
      }
    }
    aggregators.forEach(Aggregator::flush);
    return partials.stream().map(PartialRows::of).toList();
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
    Aggregation.Builder sums = Aggregation.builder().where(filter).measure(Measure.countRows());
    List<String> numeric = new ArrayList<>();
    for (Field field : schema.fields()) {
      if (field.type().isNumeric()) {
        numeric.add(field.name());
        sums.measure(Measure.sum(field.name()));
      }
    }
    List<String> tallied = snapshot.definition().tallyColumns();
    List<BoundAggregation> all = new ArrayList<>();
    all.add(BoundAggregation.of(aboveFloor(sums.build(), snapshot), schema));
    for (String column : tallied) {
      Aggregation counts =
          Aggregation.builder().where(filter).groupBy(column).measure(Measure.countRows()).build();
      all.add(BoundAggregation.of(aboveFloor(counts, snapshot), schema));
    }
    List<PartialRows> partials = partials(snapshot, all);
    Map<String, Map<Value, Long>> tallies = new LinkedHashMap<>();
    for (int i = 0; i < tallied.size(); i++) {
      Map<Value, Long> tally = new LinkedHashMap<>();
      for (AggregateRow row : all.get(i + 1).finish(partials.get(i + 1))) {
        tally.put(row.value(0), row.getLong(1));
      }
      tallies.put(tallied.get(i), tally);
    }
    return result(all.get(0).finish(partials.get(0)).get(0), numeric, tallies);
  }

  private static AggregateResult result(
      AggregateRow all, List<String> numeric, Map<String, Map<Value, Long>> tallies) {
    Map<String, Value> sums = new LinkedHashMap<>();
    for (int i = 0; i < numeric.size(); i++) {
      sums.put(numeric.get(i), all.value(i + 1));
    }
    return new AggregateResult(all.getLong(0), sums, tallies);
  }
}
