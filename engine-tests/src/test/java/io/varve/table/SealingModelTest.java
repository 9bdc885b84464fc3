package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RunId;
import io.varve.testkit.MemoryFileStore;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Rows of every type, in few partitions and in many, in much memory and in little, sealed at any
 * moment after they were handed over, deleted while they are in memory, in a tail or on their way
 * into a segment, and left behind by a writer that is gone: every commit shows those of a list.
 */
class SealingModelTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .requiredColumn("id", DataType.string())
          .column("group", DataType.string())
          .column("text", DataType.string())
          .column("bytes", DataType.bytes())
          .column("bool", DataType.bool())
          .column("int8", DataType.of(TypeKind.INT8))
          .column("int16", DataType.of(TypeKind.INT16))
          .column("int32", DataType.int32())
          .column("int64", DataType.int64())
          .column("float", DataType.of(TypeKind.FLOAT))
          .column("double", DataType.float64())
          .column("small", DataType.decimal(10, 2))
          .column("large", DataType.decimal(38, 4))
          .column("date", DataType.of(TypeKind.DATE))
          .column("time", DataType.of(TypeKind.TIME))
          .column("millis", DataType.timestamp(3))
          .column("nanos", DataType.timestamp(9))
          .column("zoned", DataType.timestampLtz(6))
          .build();
  private static final TableDefinition DEFINITION =
      TableDefinition.builder(SCHEMA)
          .idColumn("id")
          .bloomColumns("text", "int64")
          .tallyColumns("group")
          .build();

  private record Row(String partition, String id, @Nullable String group, Object values) {}

  private final TableDirectory table;
  private final TableMaintenance maintenance;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final RowBuffer plain = new RowBuffer(SCHEMA, 1, 0);
  private final List<Row> buffered = new ArrayList<>();
  private final List<Row> staged = new ArrayList<>(); // durable, and in no commit yet
  private final List<Row> visible = new ArrayList<>();
  private Fold fold = new Fold();
  private long commits;
  private long now;
  private int ids;

  SealingModelTest() throws IOException {
    table = TableDirectory.openOrCreate(new MemoryFileStore(), DEFINITION);
    maintenance = new TableMaintenance(table, "test", () -> 1);
  }

  @SeededTest(runs = 12)
  void everyCommitShowsTheRowsOfTheList(Random random) throws IOException {
    int partitions = List.of(1, 3, 20, 200).get(random.nextInt(4));
    for (int attempt = 0; attempt < 3; attempt++) {
      boolean beside = random.nextBoolean();
      Executor executor = beside ? tasks::add : Runnable::run;
      try (TableWriter writer =
          new TableWriter(table, random.nextLong(), options(beside, random), () -> now, executor)) {
        if (attempt > 0) {
          adopt(writer);
        }
        for (int step = 0; step < 14; step++) {
          step(writer, partitions, random);
        }
      }
      tasks.clear();
      fold = new Fold();
      buffered.clear();
      staged.clear();
      check();
    }
  }

  /** A writer waits for segments where rows or memory make it seal: then they are made at once. */
  private static WriterOptions options(boolean beside, Random random) {
    WriterOptions options = WriterOptions.DEFAULTS.withTargetAgeMillis(1 + random.nextInt(20));
    if (beside) {
      return options;
    }
    return options
        .withTargetRows(random.nextBoolean() ? 50 + random.nextInt(500) : 1 << 20)
        .withBufferBytes(random.nextBoolean() ? 1 << (13 + random.nextInt(9)) : 64 << 20);
  }

  private void adopt(TableWriter writer) throws IOException {
    barrier(writer);
    commit();
    writer.adopt(TableSnapshot.latest(table).state(), path -> true);
  }

  private void step(TableWriter writer, int partitions, Random random) throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> runTasks(random);
      case 1 -> delete(random);
      case 2 -> now += random.nextInt(10);
      case 3, 4 -> {
        barrier(writer);
        if (random.nextInt(4) > 0) {
          commit();
        }
      }
      default -> addRows(writer, partitions, random);
    }
  }

  private void runTasks(Random random) {
    for (int left = 1 + random.nextInt(3); left > 0 && !tasks.isEmpty(); left--) {
      tasks.remove().run();
    }
  }

  private void barrier(TableWriter writer) throws IOException {
    fold.add(writer.barrier(false));
    staged.addAll(buffered);
    buffered.clear();
  }

  private void commit() throws IOException {
    GuestId guest = new GuestId(new RunId(++commits, 1), "sink");
    Author author = new Author("author" + commits, "who", "why");
    new GuestOperation(new GuestRequest(guest, fold.take(), author), new LogView())
        .run(new FileCommitLog(table.store()), () -> 1, conflict -> {});
    visible.addAll(staged);
    staged.clear();
    check();
  }

  /** A delete by id is for good; one by condition is of what is visible. */
  private void delete(Random random) throws IOException {
    if (random.nextBoolean()) {
      String group = "group " + random.nextInt(3);
      maintenance.delete(Filter.eq("group", group), "test");
      visible.removeIf(row -> group.equals(row.group()));
    } else if (ids > 0) {
      List<String> gone = new ArrayList<>();
      for (int left = 1 + random.nextInt(30); left > 0; left--) {
        gone.add("id" + random.nextInt(ids));
      }
      maintenance.deleteIds(gone, "test");
      for (List<Row> rows : List.of(visible, staged, buffered)) {
        rows.removeIf(row -> gone.contains(row.id()));
      }
    }
    check();
  }

  private void addRows(TableWriter writer, int partitions, Random random) throws IOException {
    int[] kinds = {random.nextInt(7), random.nextInt(7), random.nextInt(7)};
    int nullsOfTen = random.nextInt(3) * 5;
    int count = 1 + random.nextInt(random.nextInt(6) == 0 ? 2500 : 100);
    for (int i = 0; i < count; i++) {
      String partition = "p=" + random.nextInt(partitions) + "/bucket-0000";
      String id = "id" + ids++;
      long seed = random.nextLong();
      RowBuffer rows = writer.rows(partition);
      String group = set(rows, id, kinds, nullsOfTen, new Random(seed));
      if (random.nextInt(50) == 0) {
        rows.abandonRow();
        continue;
      }
      rows.endRow();
      writer.rowAdded();
      plain.clear();
      set(plain, id, kinds, nullsOfTen, new Random(seed));
      plain.endRow();
      buffered.add(new Row(partition, id, group, values(plain.batch(), 0)));
    }
  }

  private static @Nullable String set(
      RowSink row, String id, int[] kinds, int nullsOfTen, Random random) {
    row.setTimestamp(0, random.nextInt(5000), random.nextInt(1_000_000));
    row.setString(1, id);
    String group = kinds[0] == 0 ? null : "group " + random.nextInt(3);
    if (group != null) {
      row.setString(2, group);
    }
    String text = text(kinds[1], id, random);
    if (text != null) {
      row.setString(3, text);
    }
    String bytes = text(kinds[2], id, random);
    if (bytes != null) {
      row.setBytes(4, bytes.getBytes(StandardCharsets.UTF_8));
    }
    for (int column = 5; column < SCHEMA.size(); column++) {
      if (random.nextInt(10) >= nullsOfTen) {
        setNumber(row, column, random);
      }
    }
    return group;
  }

  private static @Nullable String text(int kind, String id, Random random) {
    return switch (kind) {
      case 0 -> null;
      case 1 -> "";
      case 2 -> random.nextBoolean() ? null : "few " + random.nextInt(5);
      case 3 -> "one of many " + random.nextInt(2000);
      case 4 -> "\u00fcnique " + id;
      case 5 -> random.nextInt(200) == 0 ? "huge".repeat(random.nextInt(20_000)) : "x";
      default -> random.nextInt(20) == 0 ? "long".repeat(random.nextInt(400)) : "same";
    };
  }

  private static void setNumber(RowSink row, int column, Random random) {
    DataType type = SCHEMA.field(column).type();
    switch (type.kind()) {
      case BOOLEAN -> row.setBoolean(column, random.nextBoolean());
      case INT8, INT16, INT32, INT64, DATE -> row.setLong(column, (byte) random.nextInt());
      case FLOAT -> row.setDouble(column, random.nextFloat());
      case DOUBLE -> row.setDouble(column, random.nextInt(4) == 0 ? Double.NaN : random.nextInt());
      case DECIMAL ->
          row.setDecimal(column, BigDecimal.valueOf(random.nextInt(100_000), random.nextInt(3)));
      case TIME -> row.setLong(column, random.nextInt(1 << 30));
      case TIMESTAMP, TIMESTAMP_LTZ ->
          row.setTimestamp(
              column, random.nextInt(), type.precision() > 3 ? 1000 * random.nextInt(1000) : 0);
      case STRING, BYTES -> throw new AssertionError(type);
    }
  }

  private static List<@Nullable Object> values(RowBatch batch, int row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < SCHEMA.size(); i++) {
      values.add(RandomRows.value(batch.column(i), row));
    }
    return values;
  }

  private void check() throws IOException {
    Map<String, String> found = new TreeMap<>();
    TableSnapshot snapshot = TableSnapshot.latest(table);
    for (ScanUnit unit : snapshot.units()) {
      RowBatch batch = new RowBatch(SCHEMA);
      try (BlockSource source = unit.open(snapshot.table())) {
        for (int block = 0; block < source.blockCount(); block++) {
          batch.appendFrom(source, block);
        }
      }
      for (int row = 0; row < batch.rowCount(); row++) {
        String id = ((BinaryColumn) batch.column(1)).getString(row);
        String before = found.put(id, unit.partition() + values(batch, row));
        assertThat(before).as("%s is there twice", id).isNull();
      }
    }
    Map<String, String> wanted = new TreeMap<>();
    visible.forEach(row -> wanted.put(row.id(), row.partition() + row.values()));
    Set<String> lost = new TreeSet<>(wanted.keySet());
    lost.removeAll(found.keySet());
    assertThat(lost).as("lost").isEmpty();
    Set<String> tooMany = new TreeSet<>(found.keySet());
    tooMany.removeAll(wanted.keySet());
    assertThat(tooMany).as("deleted, and there").isEmpty();
    wanted.forEach((id, row) -> assertThat(found.get(id)).isEqualTo(row));
  }
}
