package io.varve.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bills in a database: what each was of, and its lines. Plain SQL that any database knows.
 * Confined to one thread.
 */
final class BillDatabase implements AutoCloseable {

  private final Connection connection;

  private BillDatabase(Connection connection) {
    this.connection = connection;
  }

  /** Opens a database, and creates the tables if they are missing. */
  static BillDatabase open(String url) throws SQLException {
    Connection connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS bill_run (number BIGINT PRIMARY KEY, commit_number BIGINT NOT"
              + " NULL, from_nanos BIGINT NOT NULL, through_nanos BIGINT NOT NULL, done SMALLINT"
              + " NOT NULL)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS bill (run BIGINT NOT NULL, day_start TIMESTAMP WITH TIME ZONE"
              + " NOT NULL, user_name VARCHAR(1000), model VARCHAR(1000), events BIGINT NOT NULL,"
              + " tokens BIGINT NOT NULL, cost_micros BIGINT NOT NULL)");
    } catch (SQLException failed) {
      connection.close();
      throw failed;
    }
    return new BillDatabase(connection);
  }

  /** Returns the newest bill, null if there is none. */
  @Nullable BillRun newest() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT number, commit_number, from_nanos, through_nanos, done FROM bill_run ORDER"
                    + " BY number DESC")) {
      return rows.next()
          ? new BillRun(
              rows.getLong(1),
              rows.getLong(2),
              rows.getLong(3),
              rows.getLong(4),
              rows.getInt(5) != 0)
          : null;
    }
  }

  /** Writes down what a bill is of, before anything of it is written. */
  void begin(BillRun run) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO bill_run VALUES (?, ?, ?, ?, 0)")) {
      insert.setLong(1, run.number());
      insert.setLong(2, run.commit());
      insert.setLong(3, run.fromNanos());
      insert.setLong(4, run.throughNanos());
      insert.executeUpdate();
    }
  }

  /** Writes down that a bill is whole. */
  void finish(BillRun run) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE bill_run SET done = 1 WHERE number = ?")) {
      update.setLong(1, run.number());
      update.executeUpdate();
    }
  }

  /** Puts the lines of a bill in the place of any that it has: all of them or none. */
  void replaceLines(long run, List<BillLine> lines) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement delete = connection.prepareStatement("DELETE FROM bill WHERE run = ?");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bill VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      delete.setLong(1, run);
      delete.executeUpdate();
      for (BillLine line : lines) {
        insert.setLong(1, line.run());
        insert.setObject(2, line.day().atOffset(ZoneOffset.UTC));
        setText(insert, 3, line.user());
        setText(insert, 4, line.model());
        insert.setLong(5, line.events());
        insert.setLong(6, line.tokens());
        insert.setLong(7, line.costMicros());
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
    } catch (SQLException failed) {
      connection.rollback();
      throw failed;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static void setText(PreparedStatement insert, int column, @Nullable String text)
      throws SQLException {
    if (text == null) {
      insert.setNull(column, Types.VARCHAR);
    } else {
      insert.setString(column, text);
    }
  }

  /** Returns all lines of all bills, by bill, day, user and model. */
  List<BillLine> lines() throws SQLException {
    List<BillLine> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT * FROM bill ORDER BY run, day_start, user_name, model")) {
      while (rows.next()) {
        Instant day = rows.getObject(2, OffsetDateTime.class).toInstant();
        lines.add(
            new BillLine(
                day,
                rows.getLong(1),
                rows.getString(3),
                rows.getString(4),
                rows.getLong(5),
                rows.getLong(6),
                rows.getLong(7)));
      }
    }
    return lines;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
