package io.varve.query;

import io.varve.io.BytesWriter;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The accumulators of an aggregation: measures of the same state share one, and those with the same
 * filter stand together, so that it is evaluated once.
 */
final class AccumulatorPlan {

  private final List<Group> groups = new ArrayList<>();
  private final List<Accumulator> all = new ArrayList<>();
  private final List<Accumulator> byMeasure = new ArrayList<>();

  AccumulatorPlan(List<Measure> measures, Schema schema) {
    Map<Filter, Group> byFilter = new LinkedHashMap<>();
    Map<Measure, Accumulator> shared = new HashMap<>();
    for (Measure measure : withRowCounts(measures, schema)) {
      Measure state = withSameState(measure);
      Accumulator accumulator = shared.get(state);
      if (accumulator == null) {
        accumulator =
            newAccumulator(
                measure, schema, (CountAccumulator) shared.get(rowCount(measure.filter())));
        shared.put(state, accumulator);
        int fieldId =
            measure.column().isEmpty() ? 0 : schema.field(schema.indexOf(measure.column())).id();
        byFilter
            .computeIfAbsent(
                measure.filter(),
                filter -> new Group(BoundFilter.of(filter, schema), new ArrayList<>()))
            .slots
            .add(new Slot(fieldId, accumulator));
        all.add(accumulator);
      }
    }
    for (Measure measure : measures) {
      byMeasure.add(Objects.requireNonNull(shared.get(withSameState(measure))));
    }
    groups.addAll(byFilter.values());
  }

  /** Puts the count of the rows before each sum of integers. */
  private static List<Measure> withRowCounts(List<Measure> measures, Schema schema) {
    List<Measure> all = new ArrayList<>();
    for (Measure measure : measures) {
      if (isLongSum(measure, schema)) {
        all.add(rowCount(measure.filter()));
      }
      all.add(measure);
    }
    return all;
  }

  private static boolean isLongSum(Measure measure, Schema schema) {
    boolean sums =
        measure.function() == Measure.Function.SUM || measure.function() == Measure.Function.AVG;
    return sums && schema.storage(schema.indexOf(measure.column())) == Storage.LONG;
  }

  private static Measure rowCount(Filter filter) {
    return new Measure(Measure.Function.COUNT_ROWS, "", filter);
  }

  private static Measure withSameState(Measure measure) {
    return measure.function() == Measure.Function.AVG
        ? new Measure(Measure.Function.SUM, measure.column(), measure.filter())
        : measure;
  }

  /**
   * Creates the accumulator of a measure.
   *
   * @param rowCounts counts the rows that sums of integers are of
   */
  private static Accumulator newAccumulator(
      Measure measure, Schema schema, @Nullable CountAccumulator rowCounts) {
    if (measure.function() == Measure.Function.COUNT_ROWS) {
      return new CountAccumulator(true);
    }
    Storage storage = schema.storage(schema.indexOf(measure.column()));
    return switch (measure.function()) {
      case COUNT_ROWS, COUNT -> new CountAccumulator(false);
      case SUM, AVG ->
          switch (storage) {
            case LONG -> new LongSumAccumulator(Objects.requireNonNull(rowCounts));
            case DOUBLE -> SumAccumulator.ofDouble();
            case PAIR -> SumAccumulator.ofPair();
            case BINARY -> throw new IllegalArgumentException("no sum of " + measure.column());
          };
      case MIN -> ExtremeAccumulator.of(storage, false);
      case MAX -> ExtremeAccumulator.of(storage, true);
    };
  }

  List<Group> groups() {
    return groups;
  }

  void reserve(int groupCount) {
    for (Accumulator accumulator : all) {
      accumulator.reserve(groupCount);
    }
  }

  Accumulator accumulator(int measure) {
    return byMeasure.get(measure);
  }

  List<MeasureState> states(int group) {
    List<MeasureState> states = new ArrayList<>(byMeasure.size());
    for (Accumulator accumulator : byMeasure) {
      states.add(accumulator.state(group));
    }
    return states;
  }

  /** Writes the states of a group. */
  void write(int group, BytesWriter out) {
    for (Accumulator accumulator : byMeasure) {
      accumulator.write(group, out);
    }
  }

  void clear() {
    for (Accumulator accumulator : all) {
      accumulator.clear();
    }
  }

  /** An accumulator and the column it adds, zero for none. */
  record Slot(int fieldId, Accumulator accumulator) {}

  /** The accumulators over the rows that meet a filter of their own. */
  record Group(BoundFilter filter, List<Slot> slots) {}
}
