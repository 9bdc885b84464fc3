package io.varve.benchmarks.peers;

import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageValues;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB with its own files. */
public final class DuckDbSubject extends SqlSubject {

  /** Creates a subject without data. */
  public DuckDbSubject() {}

  @Override
  public String name() {
    return "duckdb";
  }

  @Override
  public String about() {
    return "appender in one explicit transaction for each sync, which COMMIT makes durable; no"
        + " index, since zone maps find times and ids; its own compression";
  }

  @Override
  Connection connect(Path place, int threads) throws SQLException {
    Connection opened = DriverManager.getConnection("jdbc:duckdb:" + place.resolve("usage.duckdb"));
    try (Statement statement = opened.createStatement()) {
      statement.execute("SET threads = " + threads);
      statement.execute("CREATE TABLE IF NOT EXISTS " + definition());
    }
    return opened;
  }

  @Override
  String table() {
    return "usage";
  }

  @Override
  String wholeDivision() {
    return "//";
  }

  @Override
  public void append(UsageBatch batch) throws SQLException {
    execute("BEGIN");
    appendTo(connection(), "usage", batch);
  }

  /** Appends rows to a table within the transaction there is. */
  static void appendTo(Connection connection, String table, UsageBatch batch) throws SQLException {
    DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
    try (DuckDBAppender appender = duck.createAppender(table)) {
      UsageValues<SQLException> values = values(appender);
      for (int row = 0; row < batch.size(); row++) {
        appender.beginRow();
        batch.visit(row, values);
        appender.endRow();
      }
    }
  }

  private static UsageValues<SQLException> values(DuckDBAppender appender) {
    return new UsageValues<>() {
      @Override
      public void text(String value) throws SQLException {
        appender.append(value);
      }

      @Override
      public void number(long value) throws SQLException {
        appender.append(value);
      }
    };
  }

  @Override
  public void sync() throws SQLException {
    execute("COMMIT");
  }

  @Override
  public void finish() throws SQLException {
    execute("CHECKPOINT");
  }
}
