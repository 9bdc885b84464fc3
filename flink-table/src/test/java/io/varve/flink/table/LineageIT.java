package io.varve.flink.table;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.DatasetSchemaFacet;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageEdge;
import org.apache.flink.streaming.api.lineage.LineageGraph;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lineage tools learn from a statement which tables it reads and writes. */
@Timeout(300)
class LineageIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  @BeforeEach
  void write() throws Exception {
    StreamTableEnvironment sql = session(environment());
    sql.executeSql("INSERT INTO events VALUES (TIMESTAMP '2026-01-01 10:00:00', 'ann', 7)").await();
  }

  private static StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
  }

  private StreamTableEnvironment session(StreamExecutionEnvironment env) {
    StreamTableEnvironment sql =
        StreamTableEnvironment.create(env, EnvironmentSettings.inBatchMode());
    for (String name : List.of("events", "bills")) {
      sql.executeSql(
          "CREATE TABLE "
              + name
              + " (ts TIMESTAMP(3), usr STRING, cost BIGINT)"
              + " WITH ('connector' = 'varve', 'time-column' = 'ts', 'path' = '"
              + directory.resolve(name)
              + "')");
    }
    return sql;
  }

  private LineageGraph graphOf(String statement) {
    StreamExecutionEnvironment env = environment();
    StreamStatementSet statements = session(env).createStatementSet();
    statements.addInsertSql(statement);
    statements.attachAsDataStream();
    return env.getStreamGraph().getLineageGraph();
  }

  private static List<String> edges(LineageGraph graph) {
    List<String> edges = new ArrayList<>();
    for (LineageEdge edge : graph.relations()) {
      edges.add(names(edge.source().datasets()) + " -> " + names(edge.sink().datasets()));
    }
    return edges;
  }

  private static List<String> names(List<LineageDataset> datasets) {
    return datasets.stream().map(dataset -> dataset.namespace() + " " + dataset.name()).toList();
  }

  private static LineageDataset only(List<? extends LineageVertex> vertices) {
    assertThat(vertices).hasSize(1);
    assertThat(vertices.get(0).datasets()).hasSize(1);
    return vertices.get(0).datasets().get(0);
  }

  private void assertTells(LineageDataset dataset, String name) {
    DatasetSchemaFacet schema = (DatasetSchemaFacet) requireNonNull(dataset.facets().get("schema"));
    assertThat(schema.fields().keySet()).containsExactly("ts", "usr", "cost");
    DatasetConfigFacet config = (DatasetConfigFacet) requireNonNull(dataset.facets().get("config"));
    assertThat(config.config())
        .containsEntry("connector", "varve")
        .containsEntry("path", directory.resolve(name).toString())
        .containsEntry("time-column", "ts");
  }

  @Test
  void statementsTellWhatTheyReadAndWrite() {
    for (String query :
        List.of(
            "SELECT * FROM events WHERE cost > 1",
            "SELECT MAX(ts), usr, SUM(cost) FROM events GROUP BY usr")) {
      LineageGraph graph = graphOf("INSERT INTO bills " + query);

      assertThat(edges(graph))
          .containsExactly(
              "[file default_catalog.default_database.events]"
                  + " -> [file default_catalog.default_database.bills]");
      assertThat(graph.sources().get(0).boundedness()).isEqualTo(Boundedness.BOUNDED);
      assertTells(only(graph.sources()), "events");
      assertTells(only(graph.sinks()), "bills");
    }
  }
}
