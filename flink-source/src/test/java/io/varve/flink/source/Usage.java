package io.varve.flink.source;

import io.varve.column.RecordMapping;
import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The event that tests write and read. */
public record Usage(
    Instant ts,
    long id,
    @Nullable String user,
    int model,
    @Nullable Long tokens,
    @Nullable Double score,
    BigDecimal cost) {

  static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .requiredColumn("id", DataType.int64())
          .column("user", DataType.string())
          .requiredColumn("model", DataType.of(TypeKind.INT32))
          .column("tokens", DataType.int64())
          .column("score", DataType.float64())
          .requiredColumn("cost", DataType.decimal(20, 4))
          .build();

  static final TableDefinition TABLE = TableDefinition.builder(SCHEMA).build();

  private static final RecordMapping<Usage> MAPPING = new RecordMapping<>(Usage.class, SCHEMA);

  static Usage random(Random random, long id) {
    long start = 1_700_000_000L;
    return new Usage(
        Instant.ofEpochSecond(start + random.nextInt(40 * 86_400), random.nextInt(1_000_000_000)),
        id,
        random.nextInt(20) == 0 ? null : "user-" + random.nextInt(7),
        random.nextInt(4),
        random.nextInt(10) == 0 ? null : (long) random.nextInt(10_000),
        random.nextInt(10) == 0 ? null : random.nextInt(1000) / 8.0,
        BigDecimal.valueOf(random.nextInt(1_000_000), 4));
  }

  static List<Usage> random(Random random, long firstId, int count) {
    List<Usage> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(random(random, firstId + i));
    }
    return rows;
  }

  void set(RowSink row) {
    MAPPING.set(this, row);
  }

  /** Adds rows to a table. */
  static void addAll(TestTable table, List<Usage> rows) throws IOException {
    for (Usage row : rows) {
      table.add(row::set);
    }
  }

  /** Creates a table of one segment. */
  static TestTable table(Path directory, List<Usage> rows) throws IOException {
    TestTable table = TestTable.create(directory, TABLE);
    addAll(table, rows);
    table.commit(true);
    return table;
  }
}
