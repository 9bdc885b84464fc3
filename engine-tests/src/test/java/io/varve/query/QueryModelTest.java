package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.io.VarveException;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.segment.Preaggregator;
import io.varve.testkit.PlainAggregation;
import io.varve.testkit.PlainFilter;
import io.varve.testkit.RandomTable;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Filters and aggregations over random rows agree with plain Java over the same rows. */
class QueryModelTest {

  private static final String[] ZONES = {"UTC", "Europe/Berlin", "America/New_York", "+05:30"};

  @SeededTest(runs = 200)
  void filtersSelectWhatPlainJavaSelects(Random random) throws IOException {
    RandomTable table = new RandomTable(random, 3000);
    Filter filter = PlainFilter.random(table, random, 3);
    Filter read = FilterSerializer.deserialize(FilterSerializer.serialize(filter));
    assertThat(read).isEqualTo(filter);
    Filter written = FilterParser.parse(FilterFormatter.format(filter), table.schema());
    BoundFilter bound = BoundFilter.of(random.nextBoolean() ? read : written, table.schema());
    PlainFilter plain = new PlainFilter(table.schema());
    Selection selection = new Selection();
    for (RandomParts.Part part : RandomParts.of(table, random)) {
      int row = 0;
      BlockSource source = part.source();
      for (int block = 0; block < source.blockCount(); block++) {
        bound.select(new Block(source, block), selection);
        for (int i = 0; i < source.rowCount(block); i++) {
          Object[] values = part.rows().get(row++);
          assertThat(selection.contains(i))
              .as("row %s of block %s of %s: %s", i, block, source.name(), filter)
              .isEqualTo(plain.isTrue(filter, values));
        }
      }
      assertThat(row).isEqualTo(part.rows().size());
      source.close();
    }
  }

  @SeededTest(runs = 250)
  void aggregatesAreThoseOfPlainJava(Random random) throws IOException {
    aggregateAndCheck(random);
  }

  /** Without it a level that is never taken could be wrong unseen. */
  @Test
  void takesEveryLevel(TestReporter reporter) throws IOException {
    AggregationStatistics sum = AggregationStatistics.NONE;
    for (int seed = 0; seed < 100; seed++) {
      sum = sum.plus(aggregateAndCheck(new Random(seed)));
    }
    reporter.publishEntry("blocks by level", sum.toString());
    assertThat(sum.blocksSkipped()).isPositive();
    assertThat(sum.blocksFromSources()).isPositive();
    assertThat(sum.blocksFromProjections()).isPositive();
    assertThat(sum.blocksFromZoneMaps()).isPositive();
    assertThat(sum.blocksDecoded()).isPositive();
    assertThat(sum.earlyFlushes()).isPositive();
    assertThat(sum.rowsSelected()).isPositive();
  }

  private static AggregationStatistics aggregateAndCheck(Random random) throws IOException {
    RandomTable table = new RandomTable(random, 5000);
    Aggregation aggregation = aggregation(table, random);
    byte[] bytes = AggregationSerializer.serialize(aggregation);
    assertThat(AggregationSerializer.deserialize(bytes)).isEqualTo(aggregation);

    BoundAggregation bound = BoundAggregation.of(aggregation, table.schema());
    List<PartialRow> partials = new ArrayList<>();
    int maxGroups = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 1 << 20;
    AnswerLevels levels =
        new AnswerLevels(random.nextInt(3) > 0, random.nextInt(3) > 0, random.nextInt(3) > 0);
    List<PartialGroups> groups = new ArrayList<>();
    boolean together = random.nextBoolean();
    Aggregator aggregator =
        together
            ? bound.newGroupsAggregator(maxGroups, levels, groups::add)
            : bound.newAggregator(maxGroups, levels, partials::add);
    for (RandomParts.Part part :
        RandomParts.of(table, random, projections(aggregation, table, random))) {
      for (int block = 0; block < part.source().blockCount(); block++) {
        aggregator.add(part.source(), block);
        if (random.nextInt(8) == 0) {
          aggregator.flush();
        }
      }
      part.source().close();
    }
    aggregator.flush();
    if (together) {
      partials.addAll(merged(groups, random));
    }
    List<PartialRow> read = new ArrayList<>();
    for (PartialRow partial : partials) {
      PartialRow back = PartialSerializer.deserialize(PartialSerializer.serialize(partial));
      assertThat(back).isEqualTo(partial);
      read.add(back);
    }
    Collections.shuffle(read, random);
    int middle = read.size() / 2;
    PartialRows merged =
        PartialRows.of(read.subList(0, middle))
            .merge(PartialRows.of(read.subList(middle, read.size())));
    new PlainAggregation(aggregation, table.schema(), table.rows()).check(bound.finish(merged));
    return aggregator.statistics();
  }

  /** Merges groups part by part, in any order, some of them as they come over a network. */
  private static List<PartialRow> merged(List<PartialGroups> groups, Random random)
      throws VarveException {
    List<PartialGroups> shuffled = new ArrayList<>(groups);
    Collections.shuffle(shuffled, random);
    Map<Integer, PartialGroups> parts = new HashMap<>();
    for (PartialGroups each : shuffled) {
      PartialGroups read =
          random.nextBoolean() ? each : PartialGroups.deserialize(each.serialize());
      PartialGroups before = parts.get(each.part());
      parts.put(each.part(), before == null ? read : before.merge(read));
    }
    List<PartialRow> rows = new ArrayList<>();
    for (PartialGroups part : parts.values()) {
      PartialGroups.deserialize(part.serialize()).forEach(rows::add);
    }
    assertThat(rows).extracting(PartialRow::keys).doesNotHaveDuplicates();
    return rows;
  }

  /** Returns projections that may answer an aggregation: with its keys, or some others. */
  private static List<Preaggregator> projections(
      Aggregation aggregation, RandomTable table, Random random) {
    List<Preaggregator> projections = new ArrayList<>();
    for (int n = random.nextInt(3); n > 0; n--) {
      Schema schema = table.schema();
      String bucket = random.nextInt(3) == 0 ? Projection.TIME_BUCKETS.get(random.nextInt(5)) : "";
      Set<String> columns = new LinkedHashSet<>();
      for (GroupKey key : aggregation.keys()) {
        if (key instanceof GroupKey.OfTime time) {
          int coarsest = Projection.TIME_BUCKETS.indexOf(time.name());
          bucket = Projection.TIME_BUCKETS.get(random.nextInt(coarsest + 1));
        } else {
          columns.add(key.name());
        }
      }
      BoundFilter.of(aggregation.filter(), schema)
          .fieldIds()
          .forEach(id -> columns.add(schema.field(schema.find(id).orElseThrow()).name()));
      columns.removeIf(
          column ->
              schema.storage(schema.indexOf(column)) == Storage.DOUBLE
                  || column.equals(schema.timeField().name()));
      if (bucket.isEmpty() && columns.isEmpty()) {
        bucket = "day";
      }
      Set<Projection.Aggregate> aggregates = new LinkedHashSet<>();
      for (Measure measure : aggregation.measures()) {
        if (!measure.column().isEmpty()) {
          boolean wide = schema.storage(schema.indexOf(measure.column())) == Storage.PAIR;
          switch (measure.function()) {
            case COUNT_ROWS -> {}
            case COUNT -> aggregates.add(aggregate(Projection.Function.COUNT, measure));
            case MIN -> aggregates.add(aggregate(Projection.Function.MIN, measure));
            case MAX -> aggregates.add(aggregate(Projection.Function.MAX, measure));
            case SUM, AVG -> {
              if (!wide) {
                aggregates.add(aggregate(Projection.Function.SUM, measure));
              }
            }
          }
        }
      }
      Projection projection =
          new Projection("p" + n, bucket, List.copyOf(columns), List.copyOf(aggregates));
      String zone = random.nextInt(5) == 0 ? "UTC" : aggregation.timeZone().getId();
      projections.add(new ProjectionBuilder(projection, schema, zone, 1)::build);
    }
    return projections;
  }

  private static Projection.Aggregate aggregate(Projection.Function function, Measure measure) {
    return new Projection.Aggregate(function, measure.column());
  }

  private static Aggregation aggregation(RandomTable table, Random random) {
    Schema schema = table.schema();
    Aggregation.Builder builder = Aggregation.builder();
    int keys = random.nextInt(4);
    for (int i = 0; i < keys; i++) {
      if (random.nextInt(2) == 0) {
        TimeBucket[] buckets = TimeBucket.values();
        builder.groupBy(buckets[random.nextInt(buckets.length)]);
      } else {
        builder.groupBy(randomField(schema, random).name());
      }
    }
    int measures = random.nextInt(7);
    for (int i = 0; i < measures; i++) {
      Measure measure = measure(randomField(schema, random), random);
      boolean filtered = random.nextInt(4) == 0;
      builder.measure(filtered ? measure.where(PlainFilter.random(table, random, 1)) : measure);
    }
    builder.timeZone(ZoneId.of(ZONES[random.nextInt(ZONES.length)]));
    if (random.nextBoolean()) {
      builder.where(PlainFilter.random(table, random, 2));
    }
    return builder.build();
  }

  private static Field randomField(Schema schema, Random random) {
    return schema.field(random.nextInt(schema.size()));
  }

  private static Measure measure(Field field, Random random) {
    String name = field.name();
    DataType type = field.type();
    return switch (random.nextInt(type.isNumeric() ? 6 : 4)) {
      case 0 -> Measure.countRows();
      case 1 -> Measure.count(name);
      case 2 -> Measure.min(name);
      case 3 -> Measure.max(name);
      case 4 -> Measure.sum(name);
      default -> Measure.avg(name);
    };
  }
}
