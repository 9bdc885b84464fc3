package io.varve.benchmarks.peers;

import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageValues;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** SQLite in one file. */
public final class SqliteSubject extends SqlSubject {

  /** Creates a subject without data. */
  public SqliteSubject() {}

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public String about() {
    return "write-ahead log with synchronous = FULL, a transaction for each sync; indexes on id,"
        + " (user, ts) and ts, without which lookups would be scans; no compression";
  }

  @Override
  Connection connect(Path place, int threads) throws SQLException {
    Connection opened = DriverManager.getConnection("jdbc:sqlite:" + place.resolve("usage.db"));
    try (Statement statement = opened.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute("PRAGMA cache_size = -262144");
      statement.execute("CREATE TABLE IF NOT EXISTS " + definition());
      statement.execute("CREATE UNIQUE INDEX IF NOT EXISTS by_id ON usage(id)");
      statement.execute("CREATE INDEX IF NOT EXISTS by_user ON usage(\"user\", ts)");
      statement.execute("CREATE INDEX IF NOT EXISTS by_time ON usage(ts)");
    }
    opened.setAutoCommit(false);
    return opened;
  }

  @Override
  String table() {
    return "usage";
  }

  @Override
  String wholeDivision() {
    return "/";
  }

  @Override
  public void append(UsageBatch batch) throws SQLException {
    String marks = "?, ".repeat(COLUMNS.size() - 1) + "?";
    try (PreparedStatement insert =
        connection().prepareStatement("INSERT INTO usage VALUES (" + marks + ")")) {
      Binder binder = new Binder(insert);
      for (int row = 0; row < batch.size(); row++) {
        binder.next = 1;
        batch.visit(row, binder);
        insert.executeUpdate();
      }
    }
  }

  @Override
  public void sync() throws SQLException {
    connection().commit();
  }

  @Override
  public void finish() throws SQLException {
    connection().setAutoCommit(true);
    execute("PRAGMA wal_checkpoint(TRUNCATE)", "ANALYZE");
  }

  /** Sets the parameters of a statement one after the other. */
  private static final class Binder implements UsageValues<SQLException> {

    private final PreparedStatement statement;
    private int next = 1;

    Binder(PreparedStatement statement) {
      this.statement = statement;
    }

    @Override
    public void text(String value) throws SQLException {
      statement.setString(next++, value);
    }

    @Override
    public void number(long value) throws SQLException {
      statement.setLong(next++, value);
    }
  }
}
