package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.RowSink;
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
import io.varve.schema.Field;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.SegmentRef;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table whose columns and roles are changed while rows come, by the present columns or by former
 * ones, agrees with a list of rows: at every commit, by the columns of that commit.
 */
class SchemaChangesModelTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .requiredColumn("part", DataType.int32())
          .column("user", DataType.string())
          .column("n", DataType.int32())
          .column("price", DataType.of(TypeKind.FLOAT))
          .column("cost", DataType.decimal(6, 2))
          .build();
  private static final int PART = 2;

  /** What a commit shows: its columns, and rows as values by field id. */
  private record Expected(Schema schema, List<Map<Integer, Object>> rows) {}

  private final List<Map<Integer, Object>> visible = new ArrayList<>();
  private final Map<Long, Expected> commits = new TreeMap<>();
  private final List<TableDefinition> versions = new ArrayList<>();
  private TableDefinition declared = TableDefinition.builder(SCHEMA).build();
  private int names;

  @SeededTest(runs = 25)
  void readsAreThoseOfTheList(Random random, @TempDir Path directory) throws IOException {
    TableDefinition.Builder definition = TableDefinition.builder(SCHEMA).partitionedBy("part");
    if (random.nextBoolean()) {
      definition.bloomColumns("user", "n").tallyColumns("user");
    }
    if (random.nextBoolean()) {
      definition.projection(Projection.parse("p", "user", "sum(n), min(price), max(cost)"));
    }
    declared = definition.build();
    versions.add(declared);
    try (TestTable table = TestTable.create(directory, declared)) {
      TableMaintenance maintenance = new TableMaintenance(table.table(), "test", () -> 1);
      for (int step = 0; step < 14; step++) {
        long commit = step(random, table, maintenance);
        if (commit > 0) {
          commits.put(commit, new Expected(present().schema(), List.copyOf(visible)));
        }
      }
      for (Map.Entry<Long, Expected> commit : commits.entrySet()) {
        check(TableSnapshot.at(table.table(), commit.getKey()), commit.getValue(), random);
      }
    }
  }

  private TableDefinition present() {
    return versions.get(versions.size() - 1);
  }

  private long step(Random random, TestTable table, TableMaintenance maintenance)
      throws IOException {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> {
        return alter(random, table, maintenance);
      }
      case 3 -> {
        return deleteWhere(random, maintenance);
      }
      case 4 -> {
        if (random.nextBoolean()) {
          return truncate(random, maintenance);
        }
        table.startWriter();
        return 0;
      }
      case 5 -> {
        return merge(table);
      }
      case 6 -> {
        // A job that was submitted with the present columns, or goes on with those it knows.
        declared = versions.get(random.nextInt(versions.size()));
        boolean newer = versions.stream().filter(one -> same(one, declared)).count() > 1;
        declared = newer ? present() : declared;
        table.declare(declared);
        return 0;
      }
      default -> {
        return add(random, table);
      }
    }
  }

  /** Columns that were there twice are meant as the newest that are so. */
  private static boolean same(TableDefinition one, TableDefinition other) {
    return one.schema().names().equals(other.schema().names());
  }

  private long add(Random random, TestTable table) throws IOException {
    int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 2500 : 40);
    Schema rows = declared.schema();
    for (int i = 0; i < count; i++) {
      Map<Integer, Object> row = new HashMap<>();
      for (Field field : rows.fields()) {
        Object value = value(random, field, rows.timeFieldId());
        if (value != null) {
          row.put(field.id(), value);
        }
      }
      table.add(sink -> set(sink, rows, row));
      for (Field field : present().schema().fields()) {
        if (rows.find(field.id()).isEmpty() && field.defaultText() != null) {
          row.put(field.id(), parsed(field));
        }
      }
      visible.add(row);
    }
    return table.commit(random.nextBoolean());
  }

  private static @Nullable Object value(Random random, Field field, int timeFieldId) {
    if (field.id() == timeFieldId) {
      return (long) random.nextInt(100_000);
    }
    if (field.id() == PART) {
      return (long) random.nextInt(3);
    }
    if (field.nullable() && random.nextInt(5) == 0) {
      return null;
    }
    return switch (field.type().kind()) {
      case STRING -> "user" + random.nextInt(6);
      case INT32 -> (long) random.nextInt(20);
      case INT64 -> random.nextBoolean() ? random.nextInt(20) : 1L << 40 | random.nextInt(20);
      case FLOAT -> (double) random.nextInt(8) / 4;
      case DOUBLE -> random.nextBoolean() ? 0.25 : 0.1;
      case DECIMAL -> BigDecimal.valueOf(random.nextInt(2000), 2);
      default -> throw new IllegalStateException(field.toString());
    };
  }

  private static Object parsed(Field field) {
    String text = Objects.requireNonNull(field.defaultText());
    return switch (field.type().kind()) {
      case STRING -> text;
      case INT32, INT64 -> Long.parseLong(text);
      case FLOAT -> (double) Float.parseFloat(text);
      case DOUBLE -> Double.parseDouble(text);
      case DECIMAL -> new BigDecimal(text).setScale(2);
      default -> throw new IllegalStateException(field.toString());
    };
  }

  private static void set(RowSink sink, Schema schema, Map<Integer, Object> row) {
    for (int i = 0; i < schema.size(); i++) {
      Object value = row.get(schema.field(i).id());
      if (value instanceof Long number) {
        if (schema.field(i).id() == schema.timeFieldId()) {
          sink.setTimestamp(i, number, 0);
        } else {
          sink.setLong(i, number);
        }
      } else if (value instanceof Double number) {
        sink.setDouble(i, number);
      } else if (value instanceof BigDecimal decimal) {
        sink.setDecimal(i, decimal);
      } else if (value != null) {
        sink.setString(i, (String) value);
      }
    }
  }

  private long alter(Random random, TestTable table, TableMaintenance maintenance)
      throws IOException {
    if (random.nextInt(5) == 0) {
      Map<String, @Nullable String> options = new HashMap<>();
      options.put(
          "bloom-columns", random.nextBoolean() ? present().schema().field(0).name() : null);
      options.put("segment.target-rows", random.nextBoolean() ? "1000" : null);
      long commit = maintenance.setOptions(options, "test");
      versions.set(versions.size() - 1, TableSnapshot.latest(table.table()).table().definition());
      return commit;
    }
    List<SchemaChange> changes = new ArrayList<>();
    Schema schema = present().schema();
    SchemaChange change = randomChange(random, schema);
    if (change == null) {
      return 0;
    }
    changes.add(change);
    long commit = maintenance.alter(changes, "test");
    TableDefinition after = TableSnapshot.latest(table.table()).table().definition();
    versions.add(after);
    if (change instanceof SchemaChange.Add) {
      Field added =
          after.schema().fields().stream()
              .max(java.util.Comparator.comparing(Field::id))
              .orElseThrow();
      if (added.defaultText() != null) {
        visible.replaceAll(row -> with(row, added.id(), parsed(added)));
      }
    }
    return commit;
  }

  private static Map<Integer, Object> with(Map<Integer, Object> row, int id, Object value) {
    Map<Integer, Object> changed = new HashMap<>(row);
    changed.put(id, value);
    return changed;
  }

  private @Nullable SchemaChange randomChange(Random random, Schema schema) {
    Field field = schema.field(random.nextInt(schema.size()));
    boolean fixed = field.id() == PART || field.id() == schema.timeFieldId();
    boolean used =
        present().projections().stream()
            .anyMatch(
                projection ->
                    projection.columns().contains(field.name())
                        || projection.aggregates().stream()
                            .anyMatch(one -> one.column().equals(field.name())));
    return switch (random.nextInt(5)) {
      case 0 -> add(random, schema);
      case 1 -> fixed || used ? null : new SchemaChange.Drop(field.name());
      case 2 ->
          field.id() == PART
              ? null
              : new SchemaChange.Rename(
                  field.name(),
                  random.nextInt(3) == 0 && schema.find("n").isEmpty() ? "n" : "r" + names++);
      case 3 -> widened(field);
      default ->
          new SchemaChange.Move(
              field.name(),
              schema.field(0).name().equals(field.name()) ? schema.field(1).name() : "");
    };
  }

  private SchemaChange add(Random random, Schema schema) {
    String name = random.nextInt(3) == 0 && schema.find("user").isEmpty() ? "user" : "a" + names++;
    DataType[] types = {
      DataType.string(), DataType.int32(), DataType.of(TypeKind.FLOAT), DataType.decimal(6, 2)
    };
    String[] defaults = {"user1", "7", "0.1", "3.25"};
    int type = random.nextInt(types.length);
    boolean nullable = random.nextBoolean();
    String text = nullable && random.nextBoolean() ? null : defaults[type];
    String after = random.nextBoolean() ? null : schema.field(random.nextInt(schema.size())).name();
    return new SchemaChange.Add(name, types[type], nullable, text, after);
  }

  private static @Nullable SchemaChange widened(Field field) {
    return switch (field.type().kind()) {
      case INT32 -> new SchemaChange.Widen(field.name(), DataType.int64());
      case FLOAT -> new SchemaChange.Widen(field.name(), DataType.float64());
      case DECIMAL -> new SchemaChange.Widen(field.name(), DataType.decimal(12, 2));
      default -> null;
    };
  }

  private long deleteWhere(Random random, TableMaintenance maintenance) throws IOException {
    Schema schema = present().schema();
    Field field = schema.field(random.nextInt(schema.size()));
    Object value = value(random, field, schema.timeFieldId());
    if (value == null || field.id() == PART || field.id() == schema.timeFieldId()) {
      return 0;
    }
    Predicate<Map<Integer, Object>> plain = row -> isEqual(row.get(field.id()), value);
    visible.removeIf(plain);
    return maintenance.delete(Filter.eq(field.name(), value), "test");
  }

  private static boolean isEqual(@Nullable Object one, Object other) {
    return one instanceof BigDecimal decimal
        ? decimal.compareTo((BigDecimal) other) == 0
        : other.equals(one);
  }

  private long truncate(Random random, TableMaintenance maintenance) throws IOException {
    if (random.nextInt(3) == 0) {
      visible.clear();
      return maintenance.truncate(List.of(Map.of()), "");
    }
    int part = random.nextInt(3);
    visible.removeIf(row -> Long.valueOf(part).equals(row.get(PART)));
    return maintenance.truncate(List.of(Map.of("part", "" + part)), "");
  }

  /** Merges all segments of a partition, as a running job does. */
  private long merge(TestTable table) throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(table.table());
    for (var partition : snapshot.state().partitions().toSortedMap().entrySet()) {
      List<SegmentRef> inputs = List.copyOf(partition.getValue().segments().toSortedMap().values());
      if (inputs.size() > 1) {
        Change.Replace merged =
            new SegmentMerger(snapshot, WriterOptions.DEFAULTS, 1L << 40 | names++, () -> false)
                .merge(partition.getKey(), inputs);
        Author author = new Author("merge-" + names++, "test", "merge");
        return new MaintenanceOperation(head -> List.of(merged), author, new LogView())
            .run(new FileCommitLog(table.table().store()), () -> 1, conflicts -> {});
      }
    }
    return 0;
  }

  private static void check(TableSnapshot snapshot, Expected expected, Random random)
      throws IOException {
    Schema schema = snapshot.table().schema();
    assertThat(schema.fields()).isEqualTo(expected.schema().fields());
    int chosen = random.nextInt(schema.size());
    Field field = schema.field(chosen);
    Object value = value(random, field, schema.timeFieldId());
    Filter filter =
        value == null || field.id() == schema.timeFieldId()
            ? Filter.all()
            : Filter.eq(field.name(), value);
    List<Map<Integer, Object>> wanted =
        filter instanceof Filter.All || value == null
            ? expected.rows()
            : expected.rows().stream().filter(row -> isEqual(row.get(field.id()), value)).toList();
    assertThat(rows(snapshot, schema, filter))
        .as("commit %s, %s, where %s", snapshot.number(), schema.names(), filter)
        .containsExactlyInAnyOrderElementsOf(
            wanted.stream().map(row -> plain(row, schema)).toList());
    checkGroups(snapshot, schema, filter, wanted, random);
  }

  private static List<Object> plain(Map<Integer, Object> row, Schema schema) {
    List<Object> values = new ArrayList<>();
    for (Field field : schema.fields()) {
      values.add(String.valueOf(row.get(field.id())));
    }
    return values;
  }

  private static List<List<Object>> rows(TableSnapshot snapshot, Schema schema, Filter filter)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    BoundFilter bound = BoundFilter.of(filter, schema);
    int[] all = java.util.stream.IntStream.range(0, schema.size()).toArray();
    RowCursor cursor = new RowCursor(schema, all);
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        assertThat(source.schema()).isEqualTo(schema);
        Selection selection = new Selection();
        for (int index = 0; index < source.blockCount(); index++) {
          Block block = new Block(source, index);
          bound.select(block, selection);
          cursor.open(block, selection);
          while (cursor.next()) {
            List<Object> row = new ArrayList<>();
            for (int column : all) {
              row.add(cursor.isNull(column) ? "null" : text(cursor, schema, column));
            }
            rows.add(row);
          }
        }
      }
    }
    return rows;
  }

  private static String text(RowCursor cursor, Schema schema, int column) {
    if (schema.field(column).id() == schema.timeFieldId()) {
      return String.valueOf(cursor.getLong(column) / 1_000_000);
    }
    return switch (schema.field(column).type().kind()) {
      case STRING -> cursor.getString(column);
      case INT32, INT64 -> String.valueOf(cursor.getLong(column));
      case FLOAT, DOUBLE -> String.valueOf(cursor.getDouble(column));
      case DECIMAL -> cursor.getDecimal(column).toString();
      default -> throw new IllegalStateException(schema.toString());
    };
  }

  private static void checkGroups(
      TableSnapshot snapshot,
      Schema schema,
      Filter filter,
      List<Map<Integer, Object>> wanted,
      Random random)
      throws IOException {
    List<Field> keys =
        schema.fields().stream().filter(f -> f.type().kind() == TypeKind.STRING).toList();
    List<Field> numbers =
        schema.fields().stream()
            .filter(f -> f.type().kind() == TypeKind.INT32 || f.type().kind() == TypeKind.INT64)
            .toList();
    Field number = numbers.get(random.nextInt(numbers.size()));
    Field key =
        keys.isEmpty() || random.nextInt(3) == 0 ? null : keys.get(random.nextInt(keys.size()));
    Aggregation.Builder builder = Aggregation.builder();
    if (key != null) {
      builder.groupBy(key.name());
    }
    builder.measure(
        Measure.countRows(),
        Measure.count(number.name()),
        Measure.sum(number.name()),
        Measure.max(number.name()));
    BoundAggregation bound = BoundAggregation.of(builder.where(filter).build(), schema);
    List<PartialRow> partials = new ArrayList<>();
    Aggregator aggregator = bound.newAggregator(1000, partials::add);
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        aggregator.add(source);
      }
    }
    aggregator.flush();
    Map<String, String> groups = new HashMap<>();
    for (AggregateRow row : bound.finish(PartialRows.of(partials))) {
      groups.put(
          key == null || row.isNull(0) ? "null" : row.getString(0), row.measures().toString());
    }
    Map<String, List<Map<Integer, Object>>> plain = new HashMap<>();
    if (key == null) {
      plain.put("null", wanted);
    } else {
      wanted.forEach(
          row ->
              plain
                  .computeIfAbsent(String.valueOf(row.get(key.id())), k -> new ArrayList<>())
                  .add(row));
    }
    Map<String, String> expected = new HashMap<>();
    plain.forEach((group, rows) -> expected.put(group, measures(rows, number)));
    assertThat(groups)
        .as("commit %s by %s of %s", snapshot.number(), key, number)
        .isEqualTo(expected);
  }

  private static String measures(List<Map<Integer, Object>> rows, Field number) {
    long count = 0;
    long sum = 0;
    long max = Long.MIN_VALUE;
    for (Map<Integer, Object> row : rows) {
      Object value = row.get(number.id());
      if (value instanceof Long one) {
        count++;
        sum += one;
        max = Math.max(max, one);
      }
    }
    List<Object> measures = new ArrayList<>(List.of((long) rows.size(), count));
    measures.add(count == 0 ? null : sum);
    measures.add(count == 0 ? null : max);
    return measures.toString();
  }
}
