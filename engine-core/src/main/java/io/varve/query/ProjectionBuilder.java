package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.PreaggregatedRows;
import io.varve.column.Preaggregation.Role;
import io.varve.column.RowBatch;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pre-aggregates rows for one declared projection when they are sealed. Immutable. */
final class ProjectionBuilder {

  private final Projection projection;
  private final BoundAggregation bound;
  private final Schema schema;
  private final String timeZone;
  private final int minRowsPerGroup;

  ProjectionBuilder(Projection projection, Schema schema, String timeZone, int minRowsPerGroup) {
    this.projection = projection;
    this.schema = schema;
    boolean local = schema.timeField().type().kind() == TypeKind.TIMESTAMP;
    this.timeZone = local ? TableDefinition.DEFAULT_TIME_ZONE : timeZone;
    this.minRowsPerGroup = minRowsPerGroup;
    Aggregation.Builder aggregation = Aggregation.builder().timeZone(ZoneId.of(this.timeZone));
    if (!projection.timeBucket().isEmpty()) {
      aggregation.groupBy(TimeBucket.valueOf(projection.timeBucket().toUpperCase(Locale.ROOT)));
    }
    aggregation.groupBy(projection.columns().toArray(String[]::new));
    aggregation.measure(Measure.countRows());
    for (Measure measure : measures()) {
      aggregation.measure(measure);
    }
    this.bound = BoundAggregation.of(aggregation.build(), schema);
  }

  /** Returns the measures but for the number of rows; a sum comes with a count. */
  private Set<Measure> measures() {
    Set<Measure> measures = new LinkedHashSet<>();
    for (Projection.Aggregate aggregate : projection.aggregates()) {
      String column = aggregate.column();
      switch (aggregate.function()) {
        case COUNT -> measures.add(Measure.count(column));
        case SUM -> {
          measures.add(Measure.count(column));
          measures.add(Measure.sum(column));
        }
        case MIN -> measures.add(Measure.min(column));
        case MAX -> measures.add(Measure.max(column));
      }
    }
    return measures;
  }

  /** Returns the groups of rows, null if there are too many to be of use. */
  @Nullable PreaggregatedRows build(RowBatch rows) throws IOException {
    int maxGroups = rows.rowCount() / minRowsPerGroup;
    if (maxGroups < 1) {
      return null;
    }
    List<PartialRow> groups = new ArrayList<>();
    Aggregator aggregator = bound.newAggregator(maxGroups, groups::add);
    BatchSource source = new BatchSource(projection.name(), rows);
    for (int block = 0; block < source.blockCount(); block++) {
      aggregator.add(source, block);
      if (aggregator.statistics().earlyFlushes() > 0) {
        return null;
      }
    }
    aggregator.flush();
    if (!groups.stream().allMatch(ProjectionBuilder::hasFiniteSums)) {
      return null; // the same values in another order may add up to something else
    }
    groups.sort((left, right) -> PartialRow.KEY_ORDER.compare(left.keys(), right.keys()));
    return new PreaggregatedRows(
        projection.name(), projection.timeBucket(), timeZone, columns(groups));
  }

  private static boolean hasFiniteSums(PartialRow group) {
    for (MeasureState state : group.measures()) {
      if (state instanceof MeasureState.DoubleSum sum
          && !(Double.isFinite(sum.high()) && Double.isFinite(sum.low()))) {
        return false;
      }
    }
    return true;
  }

  private List<PreaggregatedRows.OfColumn> columns(List<PartialRow> groups) {
    List<PreaggregatedRows.OfColumn> columns = new ArrayList<>();
    List<GroupKey> keys = bound.aggregation().keys();
    for (int i = 0; i < keys.size(); i++) {
      boolean time = keys.get(i) instanceof GroupKey.OfTime;
      int fieldId = time ? schema.timeFieldId() : fieldId(keys.get(i).name());
      Column values = Column.create(time ? Storage.LONG : bound.storageOf(keys.get(i)));
      for (PartialRow group : groups) {
        append(group.keys().get(i), values);
      }
      columns.add(new PreaggregatedRows.OfColumn(Role.KEY, fieldId, values));
    }
    List<Measure> measures = bound.aggregation().measures();
    for (int i = 0; i < measures.size(); i++) {
      addMeasure(measures.get(i), i, groups, columns);
    }
    return columns;
  }

  private int fieldId(String column) {
    return schema.field(schema.indexOf(column)).id();
  }

  private void addMeasure(
      Measure measure, int index, List<PartialRow> groups, List<PreaggregatedRows.OfColumn> out) {
    int fieldId = measure.column().isEmpty() ? 0 : fieldId(measure.column());
    switch (measure.function()) {
      case COUNT_ROWS, COUNT -> {
        LongColumn counts = new LongColumn();
        for (PartialRow group : groups) {
          counts.append(((MeasureState.Count) group.measures().get(index)).count());
        }
        Role role = measure.function() == Measure.Function.COUNT ? Role.COUNT : Role.ROWS;
        out.add(new PreaggregatedRows.OfColumn(role, fieldId, counts));
      }
      case MIN, MAX -> {
        Column values = Column.create(schema.storage(schema.indexOf(measure.column())));
        for (PartialRow group : groups) {
          MeasureState state = group.measures().get(index);
          append(
              state instanceof MeasureState.Minimum minimum
                  ? minimum.value()
                  : ((MeasureState.Maximum) state).value(),
              values);
        }
        Role role = measure.function() == Measure.Function.MIN ? Role.MIN : Role.MAX;
        out.add(new PreaggregatedRows.OfColumn(role, fieldId, values));
      }
      case SUM, AVG -> addSums(measure, index, groups, out);
    }
  }

  private void addSums(
      Measure measure, int index, List<PartialRow> groups, List<PreaggregatedRows.OfColumn> out) {
    int fieldId = fieldId(measure.column());
    Storage storage = schema.storage(schema.indexOf(measure.column()));
    PairColumn exact = new PairColumn();
    DoubleColumn high = new DoubleColumn();
    DoubleColumn low = new DoubleColumn();
    for (PartialRow group : groups) {
      MeasureState state = group.measures().get(index);
      if (state instanceof MeasureState.LongSum sum) {
        exact.append(sum.sum().high(), sum.sum().low());
      } else if (state instanceof MeasureState.DoubleSum sum) {
        high.append(sum.high());
        low.append(sum.low());
      }
    }
    Column sums = storage == Storage.LONG ? exact : high;
    out.add(new PreaggregatedRows.OfColumn(Role.SUM, fieldId, sums));
    if (storage == Storage.DOUBLE) {
      out.add(new PreaggregatedRows.OfColumn(Role.SUM_LOW, fieldId, low));
    }
  }

  private static void append(Value value, Column column) {
    if (value.isNull()) {
      column.appendNull();
    } else if (column instanceof LongColumn longs) {
      longs.append(((Value.OfLong) value).value());
    } else if (column instanceof DoubleColumn doubles) {
      doubles.append(((Value.OfDouble) value).value());
    } else if (column instanceof PairColumn pairs) {
      Value.OfPair pair = (Value.OfPair) value;
      pairs.append(pair.high(), pair.low());
    } else {
      byte[] bytes = ((Value.OfBinary) value).value();
      ((BinaryColumn) column).append(bytes, 0, bytes.length);
    }
  }
}
