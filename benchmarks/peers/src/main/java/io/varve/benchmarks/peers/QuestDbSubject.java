package io.varve.benchmarks.peers;

import io.questdb.cairo.CairoConfiguration;
import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.CommitMode;
import io.questdb.cairo.DefaultCairoConfiguration;
import io.questdb.cairo.TableWriter;
import io.questdb.cairo.security.AllowAllSecurityContext;
import io.questdb.cairo.sql.Record;
import io.questdb.cairo.sql.RecordCursor;
import io.questdb.cairo.sql.RecordCursorFactory;
import io.questdb.griffin.SqlException;
import io.questdb.griffin.SqlExecutionContext;
import io.questdb.griffin.SqlExecutionContextImpl;
import io.questdb.griffin.engine.functions.bind.BindVariableServiceImpl;
import io.questdb.std.str.Utf8String;
import io.varve.benchmarks.EventsSubject;
import io.varve.benchmarks.GroupsChecksum;
import io.varve.benchmarks.RowsChecksum;
import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageEvents;
import io.varve.benchmarks.UsageFilter;
import io.varve.benchmarks.UsageTable;
import io.varve.benchmarks.UsageTotals;
import io.varve.benchmarks.UsageValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** QuestDB within this process, asked in SQL without JDBC. */
public final class QuestDbSubject implements EventsSubject {

  private static final List<String> COLUMNS = UsageTable.definition().schema().names();
  private static final int FIRST_SYMBOL = COLUMNS.indexOf("flags") + 1;
  private static final int SESSION = COLUMNS.indexOf("session");
  private static final long MICRO_NANOS = 1000;

  private @Nullable Path directory;
  private @Nullable CairoEngine engine;
  private @Nullable SqlExecutionContext context;
  private @Nullable TableWriter writer;

  /** Creates a subject without data. */
  public QuestDbSubject() {}

  @Override
  public String name() {
    return "questdb";
  }

  @Override
  public String about() {
    return "in this process, no worker pool; a table without WAL, a partition for each day, commit"
        + " mode SYNC, a commit for each sync; dimensions as symbols, an index on user; ids found"
        + " by scanning, since only symbols can have one; it has no compression";
  }

  @Override
  public void create(Path place, int threads) throws SqlException {
    directory = place;
    open();
    engine().execute("CREATE TABLE IF NOT EXISTS " + definition(), context);
    writer = engine().getWriter(engine().verifyTableName("usage"), "append");
  }

  @Override
  public void openKept(Path place, int threads) {
    directory = place;
    open();
  }

  private static String definition() {
    return COLUMNS.stream()
        .map(name -> "\"" + name + "\" " + type(name))
        .collect(Collectors.joining(", ", "usage(", ") TIMESTAMP(ts) PARTITION BY DAY BYPASS WAL"));
  }

  private static String type(String name) {
    int index = COLUMNS.indexOf(name);
    if (name.equals("ts")) {
      return "TIMESTAMP";
    }
    if (name.equals("user")) {
      return "SYMBOL CAPACITY 8192 INDEX";
    }
    if (index >= FIRST_SYMBOL && index < SESSION) {
      return "SYMBOL CAPACITY 32768";
    }
    return index == 0 || index >= SESSION ? "VARCHAR" : "LONG";
  }

  private void open() {
    System.setProperty("out", "/questdb-log.conf"); // which QuestDB reads once
    CairoConfiguration configuration =
        new DefaultCairoConfiguration(String.valueOf(directory)) {
          @Override
          public int getCommitMode() {
            return CommitMode.SYNC;
          }
        };
    CairoEngine opened = new CairoEngine(configuration);
    engine = opened;
    context =
        new SqlExecutionContextImpl(opened, 1)
            .with(AllowAllSecurityContext.INSTANCE, new BindVariableServiceImpl(configuration));
  }

  private CairoEngine engine() {
    return Objects.requireNonNull(engine, "nothing is open");
  }

  @Override
  public void append(UsageBatch batch) {
    Values values = new Values();
    TableWriter to = Objects.requireNonNull(writer, "nothing is being written");
    for (int row = 0; row < batch.size(); row++) {
      values.begin(to.newRow(batch.timeNanos(row) / MICRO_NANOS));
      batch.visit(row, values);
      values.row().append();
    }
  }

  /** Puts the values of a row into its columns. */
  private static final class Values implements UsageValues<RuntimeException> {

    private TableWriter.@Nullable Row row;
    private int column;

    void begin(TableWriter.Row next) {
      row = next;
      column = 0;
    }

    TableWriter.Row row() {
      return Objects.requireNonNull(row);
    }

    @Override
    public void text(String value) {
      if (column >= FIRST_SYMBOL && column < SESSION) {
        row().putSym(column, value);
      } else {
        row().putVarchar(column, new Utf8String(value));
      }
      column++;
    }

    @Override
    public void number(long value) {
      if (column > 1) { // the time is known from the beginning
        row().putLong(column, value);
      }
      column++;
    }
  }

  @Override
  public void sync() {
    Objects.requireNonNull(writer, "nothing is being written").commit();
  }

  @Override
  public void finish() {
    closeWriter();
  }

  private void closeWriter() {
    if (writer != null) {
      writer.close();
      writer = null;
    }
  }

  @Override
  public void reopen() {
    close();
    open();
  }

  @Override
  public long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(Objects.requireNonNull(directory))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Takes rows of a result. */
  private interface Rows {
    void next(Record row);
  }

  private void query(String sql, Rows rows) throws SqlException {
    SqlExecutionContext asking = Objects.requireNonNull(context);
    try (RecordCursorFactory factory = engine().select(sql, asking);
        RecordCursor cursor = factory.getCursor(asking)) {
      Record row = cursor.getRecord();
      while (cursor.hasNext()) {
        rows.next(row);
      }
    }
  }

  @Override
  public UsageTotals totals(UsageFilter filter) throws SqlException {
    StringBuilder sql = new StringBuilder("SELECT status, count(), sum(cost)");
    for (String counter : UsageTable.COUNTERS) {
      sql.append(", sum(").append(counter).append(")");
    }
    sql.append(" FROM usage");
    String and = " WHERE ";
    if (filter.day() >= 0) {
      sql.append(and).append("ts >= ").append(filter.fromNanos() / MICRO_NANOS);
      sql.append(" AND ts < ").append(filter.toNanos() / MICRO_NANOS);
      and = " AND ";
    }
    if (filter.user() != null) {
      sql.append(and).append("\"user\" = '").append(filter.user()).append("'");
      and = " AND ";
    }
    if (filter.model() != null) {
      sql.append(and).append("model = '").append(filter.model()).append("'");
    }
    UsageTotals totals = new UsageTotals();
    query(
        sql.toString(),
        row -> {
          long[] counters = new long[UsageTable.COUNTERS.length];
          for (int i = 0; i < counters.length; i++) {
            counters[i] = row.getLong(3 + i);
          }
          totals.add((int) row.getLong(0), row.getLong(1), row.getLong(2), counters);
        });
    return totals;
  }

  @Override
  public GroupsChecksum rollup() throws SqlException {
    GroupsChecksum checksum = new GroupsChecksum();
    query(
        "SELECT timestamp_floor('d', ts) d, \"user\", api_key, count(), sum(cost),"
            + " sum(input_tokens), sum(output_tokens) FROM usage",
        row -> {
          long day =
              (row.getTimestamp(0) * MICRO_NANOS - UsageEvents.START_NANOS) / UsageEvents.DAY_NANOS;
          int user = GroupsChecksum.number(row.getSymA(1));
          int key = GroupsChecksum.number(row.getSymA(2));
          checksum.add(
              GroupsChecksum.group(day, user, key),
              row.getLong(3),
              row.getLong(4),
              row.getLong(5),
              row.getLong(6));
        });
    return checksum;
  }

  @Override
  public RowsChecksum latest(String user, int count) throws SqlException {
    return fetch(" WHERE \"user\" = '" + user + "' ORDER BY ts DESC LIMIT " + count);
  }

  @Override
  public RowsChecksum lookup(String id) throws SqlException {
    return fetch(" WHERE id = '" + id + "'");
  }

  @Override
  public RowsChecksum scan() throws SqlException {
    return fetch("");
  }

  private RowsChecksum fetch(String condition) throws SqlException {
    RowsChecksum checksum = new RowsChecksum();
    query(
        "SELECT * FROM usage" + condition,
        row -> {
          checksum.add(String.valueOf(row.getVarcharA(0)));
          checksum.add(row.getTimestamp(1) * MICRO_NANOS);
          for (int i = 2; i < FIRST_SYMBOL; i++) {
            checksum.add(row.getLong(i));
          }
          for (int i = FIRST_SYMBOL; i < SESSION; i++) {
            checksum.add(row.getSymA(i).toString());
          }
          for (int i = SESSION; i < COLUMNS.size(); i++) {
            checksum.add(String.valueOf(row.getVarcharA(i)));
          }
          checksum.endRow();
        });
    return checksum;
  }

  @Override
  public void close() {
    closeWriter();
    if (engine != null) {
      engine.close();
      engine = null;
    }
  }
}
