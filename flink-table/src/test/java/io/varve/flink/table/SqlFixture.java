package io.varve.flink.table;

import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;

/** Runs statements as a user would, one after the other. */
record SqlFixture(TableEnvironment environment) {

  static SqlFixture inBatch() {
    return new SqlFixture(TableEnvironment.create(EnvironmentSettings.inBatchMode()));
  }

  /** Runs statements up to their end; returns the rows of the last. */
  List<Row> run(String... statements) throws Exception {
    List<Row> rows = List.of();
    for (String statement : statements) {
      rows = CollectionUtil.iteratorToList(environment.executeSql(statement).collect());
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
