package io.varve.benchmarks.peers;

import io.varve.benchmarks.EventsSubject;
import io.varve.benchmarks.GroupsChecksum;
import io.varve.benchmarks.RowsChecksum;
import io.varve.benchmarks.UsageEvents;
import io.varve.benchmarks.UsageFilter;
import io.varve.benchmarks.UsageTable;
import io.varve.benchmarks.UsageTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store that is asked in SQL by JDBC: the same questions in the same words. */
abstract class SqlSubject implements EventsSubject {

  /** Columns of the workload in order; times are nanoseconds since 1970. */
  static final List<String> COLUMNS = UsageTable.definition().schema().names();

  private static final int NUMBERS_FROM = 1;
  private static final int TEXTS_FROM = COLUMNS.indexOf("flags") + 1;

  private @Nullable Path directory;
  private @Nullable Connection connection;

  /** Opens, or opens again, what is in a directory. */
  abstract Connection connect(Path place, int threads) throws SQLException;

  /** Returns what is asked: a table, a view or a function. */
  abstract String table();

  /** Returns the operator that divides whole numbers. */
  abstract String wholeDivision();

  /** Returns the definition of the table, from its name on. */
  static String definition() {
    return COLUMNS.stream()
        .map(name -> "\"" + name + "\" " + (isText(name) ? "VARCHAR" : "BIGINT") + " NOT NULL")
        .collect(Collectors.joining(", ", "usage(", ")"));
  }

  private static boolean isText(String name) {
    int index = COLUMNS.indexOf(name);
    return index < NUMBERS_FROM || index >= TEXTS_FROM;
  }

  final Path directory() {
    if (directory == null) {
      throw new IllegalStateException("nothing was created");
    }
    return directory;
  }

  final Connection connection() {
    if (connection == null) {
      throw new IllegalStateException("nothing is open");
    }
    return connection;
  }

  private int threads = 1;

  @Override
  public void create(Path place, int mayUse) throws Exception {
    directory = place;
    threads = mayUse;
    connection = connect(place, mayUse);
  }

  @Override
  public void openKept(Path place, int mayUse) throws Exception {
    create(place, mayUse);
  }

  final void execute(String... statements) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void reopen() throws Exception {
    connection().close();
    connection = connect(directory(), threads);
  }

  @Override
  public long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(directory())) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Override
  public UsageTotals totals(UsageFilter filter) throws SQLException {
    StringBuilder sql = new StringBuilder("SELECT status, count(*), CAST(sum(cost) AS BIGINT)");
    for (String counter : UsageTable.COUNTERS) {
      sql.append(", CAST(sum(").append(counter).append(") AS BIGINT)");
    }
    sql.append(" FROM ").append(table()).append(" WHERE 1 = 1");
    List<String> texts = new ArrayList<>();
    if (filter.day() >= 0) {
      sql.append(" AND ts >= ").append(filter.fromNanos());
      sql.append(" AND ts < ").append(filter.toNanos());
    }
    if (filter.user() != null) {
      sql.append(" AND \"user\" = ?");
      texts.add(filter.user());
    }
    if (filter.model() != null) {
      sql.append(" AND model = ?");
      texts.add(filter.model());
    }
    UsageTotals totals = new UsageTotals();
    try (PreparedStatement query = prepare(sql + " GROUP BY status", texts);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        long[] counters = new long[UsageTable.COUNTERS.length];
        for (int i = 0; i < counters.length; i++) {
          counters[i] = rows.getLong(4 + i);
        }
        totals.add(rows.getInt(1), rows.getLong(2), rows.getLong(3), counters);
      }
    }
    return totals;
  }

  private PreparedStatement prepare(String sql, List<String> texts) throws SQLException {
    PreparedStatement statement = connection().prepareStatement(sql);
    for (int i = 0; i < texts.size(); i++) {
      statement.setString(i + 1, texts.get(i));
    }
    return statement;
  }

  @Override
  public GroupsChecksum rollup() throws SQLException {
    String day =
        "(ts - " + UsageEvents.START_NANOS + ") " + wholeDivision() + " " + UsageEvents.DAY_NANOS;
    String sql =
        "SELECT "
            + day
            + " AS d, \"user\", api_key, count(*), CAST(sum(cost) AS BIGINT),"
            + " CAST(sum(input_tokens) AS BIGINT), CAST(sum(output_tokens) AS BIGINT) FROM "
            + table()
            + " GROUP BY 1, 2, 3";
    GroupsChecksum checksum = new GroupsChecksum();
    try (PreparedStatement query = prepare(sql, List.of());
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        int user = GroupsChecksum.number(rows.getString(2));
        int key = GroupsChecksum.number(rows.getString(3));
        checksum.add(
            GroupsChecksum.group(rows.getLong(1), user, key),
            rows.getLong(4),
            rows.getLong(5),
            rows.getLong(6),
            rows.getLong(7));
      }
    }
    return checksum;
  }

  @Override
  public RowsChecksum latest(String user, int count) throws SQLException {
    String sql = " WHERE \"user\" = ? ORDER BY ts DESC LIMIT " + count;
    return fetch("SELECT * FROM " + table() + sql, List.of(user));
  }

  @Override
  public RowsChecksum lookup(String id) throws SQLException {
    return fetch("SELECT * FROM " + table() + " WHERE id = ?", List.of(id));
  }

  @Override
  public RowsChecksum scan() throws SQLException {
    return fetch("SELECT * FROM " + table(), List.of());
  }

  private RowsChecksum fetch(String sql, List<String> texts) throws SQLException {
    RowsChecksum checksum = new RowsChecksum();
    try (PreparedStatement query = prepare(sql, texts);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        checksum.add(rows.getString(1));
        for (int i = NUMBERS_FROM; i < TEXTS_FROM; i++) {
          checksum.add(rows.getLong(i + 1));
        }
        for (int i = TEXTS_FROM; i < COLUMNS.size(); i++) {
          checksum.add(rows.getString(i + 1));
        }
        checksum.endRow();
      }
    }
    return checksum;
  }

  @Override
  public void close() throws SQLException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
