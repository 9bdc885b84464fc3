package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.Aggregation;
import io.varve.query.AnswerLevels;
import io.varve.query.BoundAggregation;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.query.PartialRows;
import io.varve.query.TimeBucket;
import io.varve.schema.Field;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.TableDefinition;
import io.varve.table.TableErasure;
import io.varve.table.TableMaintenance;
import io.varve.table.TableSnapshot;
import io.varve.testkit.PlainAggregation;
import io.varve.testkit.PlainFilter;
import io.varve.testkit.RandomTable;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows and rollups over random schemas, data, deletes, filters and groupings, by readers that are
 * stopped anywhere, are those of plain Java, whichever levels may be used.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SourceModelTest {

  private static final int MOST_ROWS = 4000;
  private static final String[] ZONES = {"UTC", "Europe/Berlin", "America/New_York"};

  /** How many blocks were answered at each level: one that is never used could be wrong unseen. */
  private static final Map<String, Long> USED = new TreeMap<>();

  private static long tables;
  private static long readers;

  @TempDir Path directory;

  @AfterAll
  static void everyLevelWasUsed() {
    System.out.printf("%d rollups by %d readers; %s%n", tables, readers, USED);
    if (tables > 20) { // a single seed may well need one level only
      assertThat(USED).hasSize(5);
      USED.forEach((level, blocks) -> assertThat(blocks).as(level).isPositive());
    }
  }

  @SeededTest(runs = 40)
  void rollupsAreThoseOfPlainJava(Random random) throws Exception {
    RandomTable table = new RandomTable(random, MOST_ROWS);
    Aggregation aggregation = aggregation(table, random);
    List<Projection> projections =
        random.nextInt(4) == 0 ? List.of() : projections(aggregation, table.schema(), random);
    Written written = write(table, projections, aggregation.timeZone(), random);
    AnswerLevels some =
        new AnswerLevels(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
    RollupSource source =
        RollupSource.builder()
            .path(directory.toString())
            .aggregation(aggregation)
            .levels(random.nextBoolean() ? AnswerLevels.ALL : some)
            .maxGroups(random.nextBoolean() ? 1 + random.nextInt(30) : 1 << 16)
            .build();
    StoppedReads reads = new StoppedReads(random, 1 + random.nextInt(12));

    PartialRows merged = PartialRows.of(reads.read(source, written.splits(random)));

    BoundAggregation bound = BoundAggregation.of(aggregation, table.schema());
    new PlainAggregation(aggregation, table.schema(), written.rows).check(bound.finish(merged));
    reads.blocks().forEach((level, blocks) -> USED.merge(level, blocks, Long::sum));
    readers += reads.readers();
    tables++;
  }

  @SeededTest(runs = 40)
  void rowsAreThoseOfPlainJava(Random random) throws Exception {
    RandomTable table = new RandomTable(random, MOST_ROWS);
    Schema schema = table.schema();
    Written written = write(table, List.of(), ZoneId.of("UTC"), random);
    Filter filter = PlainFilter.random(table, random, 2);
    List<Integer> columns =
        IntStream.range(0, schema.size())
            .filter(column -> column == 0 || random.nextBoolean())
            .boxed()
            .toList();
    VarveSource<String> source =
        VarveSource.<String>builder()
            .path(directory.toString())
            .columns(columns.stream().map(i -> schema.field(i).name()).toArray(String[]::new))
            .filter(filter)
            .converter(new PlainText(), Types.STRING)
            .build();

    List<String> rows =
        new StoppedReads(random, 1 + random.nextInt(3000)).read(source, written.splits(random));

    PlainFilter plain = new PlainFilter(schema);
    List<String> expected =
        written.rows.stream()
            .filter(row -> plain.isTrue(filter, row))
            .map(row -> PlainText.of(row, columns))
            .toList();
    assertThat(counts(rows)).as(filter.toString()).isEqualTo(counts(expected));
  }

  /** The same by views that are looked at when all readers are long gone. */
  @SeededTest(runs = 40)
  void heldViewsAreThoseOfPlainJava(Random random) throws Exception {
    RandomTable table = new RandomTable(random, MOST_ROWS);
    Schema schema = table.schema();
    Written written = write(table, List.of(), ZoneId.of("UTC"), random);
    Filter filter = random.nextInt(3) == 0 ? Filter.all() : PlainFilter.random(table, random, 2);
    List<Integer> columns =
        IntStream.range(0, schema.size()).filter(column -> random.nextBoolean()).boxed().toList();
    List<Integer> chosen = columns.isEmpty() ? List.of(0) : columns;
    VarveSource<HeldRows.HeldRow> source =
        VarveSource.<HeldRows.HeldRow>builder()
            .path(directory.toString())
            .columns(chosen.stream().map(i -> schema.field(i).name()).toArray(String[]::new))
            .filter(filter)
            .views(new HeldRows(), Types.GENERIC(HeldRows.HeldRow.class))
            .build();

    List<HeldRows.HeldRow> rows =
        new StoppedReads(random, 1 + random.nextInt(3000)).read(source, written.splits(random));

    PlainFilter plain = new PlainFilter(schema);
    List<String> expected =
        written.rows.stream()
            .filter(row -> plain.isTrue(filter, row))
            .map(row -> PlainText.of(row, chosen))
            .toList();
    assertThat(counts(rows.stream().map(HeldRows.HeldRow::text).toList()))
        .as(filter.toString())
        .isEqualTo(counts(expected));
  }

  private static Map<String, Long> counts(List<String> rows) {
    Map<String, Long> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(row, 1L, Long::sum));
    return counts;
  }

  /** A table and the rows that it shows. */
  private record Written(TableSnapshot snapshot, List<@Nullable Object[]> rows) {

    List<VarveSplit> splits(Random random) {
      return ScanPlan.of(snapshot, 1 + random.nextInt(4)).splits();
    }
  }

  /** Writes rows in some commits, into segments and tails, and deletes and erases in between. */
  private Written write(RandomTable rows, List<Projection> projections, ZoneId zone, Random random)
      throws IOException {
    TableDefinition.Builder definition =
        TableDefinition.builder(rows.schema()).timeZone(zone.getId());
    projections.forEach(definition::projection);
    List<String> texts =
        names(rows.schema()).stream()
            .filter(name -> rows.schema().storage(rows.schema().indexOf(name)) == Storage.BINARY)
            .toList();
    if (random.nextBoolean()) {
      definition.tallyColumns(texts.toArray(String[]::new));
    }
    PlainFilter plain = new PlainFilter(rows.schema());
    List<@Nullable Object[]> shown = new ArrayList<>();
    try (TestTable table = TestTable.create(directory, definition.build())) {
      int from = 0;
      while (from < rows.rows().size()) {
        int left = rows.rows().size() - from;
        int to = from + (random.nextInt(3) == 0 ? 1 + random.nextInt(left) : left);
        for (Object[] row : rows.rows().subList(from, to)) {
          table.add(sink -> RandomTable.set(sink, row));
          shown.add(row);
        }
        table.commit(random.nextInt(3) > 0);
        from = to;
        if (random.nextInt(3) == 0) {
          Filter gone = PlainFilter.random(rows, random, 1);
          if (random.nextBoolean()) {
            new TableMaintenance(table.table(), "a test", () -> 0).delete(gone, "a test");
          } else {
            new TableErasure(table.table(), "a test", () -> 0).erase(gone, "a test");
          }
          shown.removeIf(row -> plain.isTrue(gone, row));
        }
      }
      return new Written(TableSnapshot.latest(table.table()), shown);
    }
  }

  private static List<String> names(Schema schema) {
    return IntStream.range(0, schema.size()).mapToObj(i -> schema.field(i).name()).toList();
  }

  private static Aggregation aggregation(RandomTable table, Random random) {
    Schema schema = table.schema();
    Aggregation.Builder builder = Aggregation.builder();
    for (int i = random.nextInt(3); i > 0; i--) {
      if (random.nextBoolean()) {
        builder.groupBy(TimeBucket.values()[random.nextInt(TimeBucket.values().length)]);
      } else {
        builder.groupBy(names(schema).get(random.nextInt(schema.size())));
      }
    }
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      Measure measure = measure(schema.field(random.nextInt(schema.size())), random);
      boolean filtered = random.nextInt(5) == 0;
      builder.measure(filtered ? measure.where(PlainFilter.random(table, random, 1)) : measure);
    }
    if (random.nextInt(3) == 0) {
      builder.where(PlainFilter.random(table, random, 1));
    }
    return builder.timeZone(ZoneId.of(ZONES[random.nextInt(ZONES.length)])).build();
  }

  private static Measure measure(Field field, Random random) {
    return switch (random.nextInt(field.type().isNumeric() ? 6 : 4)) {
      case 0 -> Measure.countRows();
      case 1 -> Measure.count(field.name());
      case 2 -> Measure.min(field.name());
      case 3 -> Measure.max(field.name());
      case 4 -> Measure.sum(field.name());
      default -> Measure.avg(field.name());
    };
  }

  /** Returns a projection that may answer an aggregation, if there can be one. */
  private static List<Projection> projections(
      Aggregation aggregation, Schema schema, Random random) {
    int finest = Projection.TIME_BUCKETS.size();
    Set<String> columns = new LinkedHashSet<>();
    for (GroupKey key : aggregation.keys()) {
      if (key instanceof GroupKey.OfTime time) {
        finest = Math.min(finest, Projection.TIME_BUCKETS.indexOf(time.name()));
      } else {
        columns.add(key.name());
      }
    }
    for (int id : BoundFilter.of(aggregation.filter(), schema).fieldIds()) {
      columns.add(schema.field(schema.find(id).orElseThrow()).name());
    }
    columns.removeIf(
        column ->
            schema.storage(schema.indexOf(column)) == Storage.DOUBLE
                || column.equals(schema.timeField().name()));
    boolean timed = finest < Projection.TIME_BUCKETS.size();
    if (!timed && columns.isEmpty()) {
      return List.of();
    }
    String bucket = timed ? Projection.TIME_BUCKETS.get(random.nextInt(finest + 1)) : "";
    Set<Projection.Aggregate> aggregates = new LinkedHashSet<>();
    for (Measure measure : aggregation.measures()) {
      Projection.Function function =
          switch (measure.function()) {
            case COUNT_ROWS, COUNT -> Projection.Function.COUNT;
            case MIN -> Projection.Function.MIN;
            case MAX -> Projection.Function.MAX;
            case SUM, AVG -> Projection.Function.SUM;
          };
      boolean sum = function == Projection.Function.SUM;
      String column = measure.column();
      if (!column.isEmpty() && !(sum && schema.storage(schema.indexOf(column)) == Storage.PAIR)) {
        aggregates.add(new Projection.Aggregate(function, column));
      }
    }
    return List.of(new Projection("p", bucket, List.copyOf(columns), List.copyOf(aggregates)));
  }
}
