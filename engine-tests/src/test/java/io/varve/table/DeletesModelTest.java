package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.Block;
import io.varve.query.BoundAggregation;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.PartialRows;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;

/** Rows, aggregates and old commits of a table with deletes agree with a list of rows. */
class DeletesModelTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("id", DataType.string())
          .column("user", DataType.string())
          .column("n", DataType.int64())
          .build();
  private static final TableDefinition DEFINITION =
      TableDefinition.builder(SCHEMA).idColumn("id").build();

  private record Row(String id, String user, long n) {}

  private final List<Row> unseen = new ArrayList<>();
  private final List<Row> visible = new ArrayList<>();
  private final List<String> deletedIds = new ArrayList<>();
  private final Map<Long, List<Row>> commits = new TreeMap<>();

  @SeededTest(runs = 15)
  void readsAreThoseOfTheList(Random random, @TempDir Path directory) throws IOException {
    try (TestTable table = TestTable.create(directory, DEFINITION)) {
      TableMaintenance maintenance = new TableMaintenance(table.table(), "test", () -> 1);
      for (int step = 0; step < 12; step++) {
        switch (random.nextInt(6)) {
          case 0 -> commits.put(deleteIds(random, maintenance), List.copyOf(visible));
          case 1 -> commits.put(deleteWhere(random, maintenance), List.copyOf(visible));
          case 2 -> table.startWriter();
          default -> commits.put(add(random, table), List.copyOf(visible));
        }
      }
      for (Map.Entry<Long, List<Row>> commit : commits.entrySet()) {
        check(TableSnapshot.at(table.table(), commit.getKey()), commit.getValue(), random);
      }
    }
  }

  private long add(Random random, TestTable table) throws IOException {
    int rows = 1 + random.nextInt(random.nextInt(4) == 0 ? 3000 : 40);
    for (int i = 0; i < rows; i++) {
      Row row =
          new Row("id" + random.nextInt(5000), "user" + random.nextInt(5), random.nextInt(100));
      unseen.add(row);
      table.add(
          sink -> {
            sink.setTimestamp(0, 1_000 + row.n(), 0);
            sink.setString(1, row.id());
            sink.setString(2, row.user());
            sink.setLong(3, row.n());
          });
    }
    unseen.removeIf(row -> deletedIds.contains(row.id()));
    visible.addAll(unseen);
    unseen.clear();
    return table.commit(random.nextBoolean());
  }

  private long deleteIds(Random random, TableMaintenance maintenance) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int left = 1 + random.nextInt(20); left > 0; left--) {
      boolean known = !visible.isEmpty() && random.nextInt(4) != 0;
      ids.add(
          known ? visible.get(random.nextInt(visible.size())).id() : "id" + random.nextInt(5000));
    }
    deletedIds.addAll(ids);
    visible.removeIf(row -> ids.contains(row.id()));
    return maintenance.deleteIds(ids, "test");
  }

  private long deleteWhere(Random random, TableMaintenance maintenance) throws IOException {
    String user = "user" + random.nextInt(5);
    long n = random.nextInt(100);
    Filter filter =
        switch (random.nextInt(3)) {
          case 0 -> Filter.and(Filter.eq("user", user), Filter.lt("n", n));
          case 1 -> Filter.gt("n", n);
          default -> Filter.eq("user", user);
        };
    Predicate<Row> plain = row -> matches(filter, row);
    visible.removeIf(plain);
    return maintenance.delete(filter, "test");
  }

  private static boolean matches(Filter filter, Row row) {
    if (filter instanceof Filter.And and) {
      return and.filters().stream().allMatch(part -> matches(part, row));
    }
    Filter.Comparison comparison = (Filter.Comparison) filter;
    if (comparison.equals(Filter.eq("user", row.user()))) {
      return true;
    }
    return switch (comparison.operator()) {
      case LT ->
          comparison.equals(Filter.lt("n", literal(comparison))) && row.n() < literal(comparison);
      case GT -> row.n() > literal(comparison);
      case EQ, NE, LE, GE -> false;
    };
  }

  private static long literal(Filter.Comparison comparison) {
    return ((io.varve.query.Literal.OfLong) comparison.literal()).value();
  }

  private static void check(TableSnapshot snapshot, List<Row> expected, Random random)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    Filter filter = random.nextBoolean() ? Filter.all() : Filter.ge("n", 50);
    BoundFilter bound = BoundFilter.of(filter, SCHEMA);
    RowCursor cursor = new RowCursor(SCHEMA, 1, 2, 3);
    List<PartialRow> partials = new ArrayList<>();
    BoundAggregation aggregation =
        BoundAggregation.of(
            Aggregation.builder()
                .groupBy("user")
                .measure(Measure.countRows(), Measure.sum("n"), Measure.min("n"), Measure.max("n"))
                .where(filter)
                .build(),
            SCHEMA);
    Aggregator aggregator = aggregation.newAggregator(1000, partials::add);
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        Selection selection = new Selection();
        for (int index = 0; index < source.blockCount(); index++) {
          Block block = new Block(source, index);
          bound.select(block, selection);
          cursor.open(block, selection);
          while (cursor.next()) {
            rows.add(new Row(cursor.getString(0), cursor.getString(1), cursor.getLong(2)));
          }
        }
        aggregator.add(source);
      }
    }
    aggregator.flush();
    List<Row> wanted =
        filter instanceof Filter.All
            ? expected
            : expected.stream().filter(row -> row.n() >= 50).toList();
    assertThat(rows).as("commit %s", snapshot.number()).containsExactlyInAnyOrderElementsOf(wanted);
    Map<String, String> groups = new HashMap<>();
    for (AggregateRow row : aggregation.finish(PartialRows.of(partials))) {
      groups.put(row.getString(0), row.measures().toString());
    }
    assertThat(groups).isEqualTo(groups(wanted));
  }

  private static Map<String, String> groups(List<Row> rows) {
    Map<String, String> groups = new HashMap<>();
    rows.stream()
        .collect(java.util.stream.Collectors.groupingBy(Row::user))
        .forEach(
            (user, of) -> {
              var n = of.stream().mapToLong(Row::n).summaryStatistics();
              groups.put(
                  user, List.of(n.getCount(), n.getSum(), n.getMin(), n.getMax()).toString());
            });
    return groups;
  }
}
