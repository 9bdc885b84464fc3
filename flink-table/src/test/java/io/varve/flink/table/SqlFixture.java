package io.varve.flink.table;

import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements as a user would, one after the other. The session is made when it is first
 * needed: made in a field or before all tests it would not know of the test's cluster, and would
 * start one of its own for each statement.
 */
final class SqlFixture {

  private @Nullable TableEnvironment session;

  static SqlFixture inBatch() {
    return new SqlFixture();
  }

  TableEnvironment environment() {
    TableEnvironment made = session;
    if (made == null) {
      made = TableEnvironment.create(EnvironmentSettings.inBatchMode());
      session = made;
    }
    return made;
  }

  /** Runs statements up to their end; returns the rows of the last. */
  List<Row> run(String... statements) throws Exception {
    List<Row> rows = List.of();
    for (String statement : statements) {
      rows = CollectionUtil.iteratorToList(environment().executeSql(statement).collect());
    }
    return rows;
  }

  /** Returns the rows of a query as text, in their order. */
  List<String> rows(String query) throws Exception {
    return run(query).stream().map(Row::toString).sorted().toList();
  }

  /** Returns what the causes of a failure say. */
  static String messages(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .map(cause -> String.valueOf(cause.getMessage()))
        .reduce("", (all, message) -> all + message + "\n");
  }
}
