package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Filters and aggregations over random rows agree with plain Java over the same rows. */
class QueryModelTest {

  private static final String[] ZONES = {"UTC", "Europe/Berlin", "America/New_York", "+05:30"};

  @SeededTest(runs = 300)
  void filtersSelectWhatPlainJavaSelects(Random random) throws IOException {
    RandomTable table = new RandomTable(random, 3000);
    Filter filter = PlainFilter.random(table, random, 3);
    Filter read = FilterSerializer.deserialize(FilterSerializer.serialize(filter));
    assertThat(read).isEqualTo(filter);
    Filter written = FilterParser.parse(FilterFormatter.format(filter), table.schema);
    BoundFilter bound = BoundFilter.of(random.nextBoolean() ? read : written, table.schema);
    PlainFilter plain = new PlainFilter(table.schema);
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

  @SeededTest(runs = 400)
  void aggregatesAreThoseOfPlainJava(Random random) throws IOException {
    aggregateAndCheck(random);
  }

  /** Without it a level that is never taken could be wrong unseen. */
  @Test
  void takesEveryLevel() throws IOException {
    AggregationStatistics sum = AggregationStatistics.NONE;
    for (int seed = 0; seed < 100; seed++) {
      sum = sum.plus(aggregateAndCheck(new Random(seed)));
    }
    assertThat(sum.blocksSkipped()).isPositive();
    assertThat(sum.blocksFromSources()).isPositive();
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

    BoundAggregation bound = BoundAggregation.of(aggregation, table.schema);
    List<PartialRow> partials = new ArrayList<>();
    int maxGroups = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 1 << 20;
    AnswerLevels levels = new AnswerLevels(random.nextInt(3) > 0, random.nextInt(3) > 0);
    Aggregator aggregator = bound.newAggregator(maxGroups, levels, partials::add);
    for (RandomParts.Part part : RandomParts.of(table, random)) {
      for (int block = 0; block < part.source().blockCount(); block++) {
        aggregator.add(part.source(), block);
        if (random.nextInt(8) == 0) {
          aggregator.flush();
        }
      }
      part.source().close();
    }
    aggregator.flush();
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
    new PlainAggregation(aggregation, table).check(bound.finish(merged));
    return aggregator.statistics();
  }

  private static Aggregation aggregation(RandomTable table, Random random) {
    Schema schema = table.schema;
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
