package io.varve.flink.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.flink.common.RowConverter;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.DatasetSchemaFacet;
import org.apache.flink.streaming.api.lineage.DatasetSchemaField;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageGraph;
import org.junit.jupiter.api.Test;

/** Lineage tools learn which table a job writes to. */
class SinkLineageTest {

  private static VarveSink<Event> sink(String path) {
    return VarveSink.<Event>builder()
        .path(path)
        .table(Event.bucketedTable(3))
        .converter(RowConverter.ofRecord(Event.class))
        .build();
  }

  private static LineageDataset dataset(String path) {
    return sink(path).getLineageVertex().datasets().get(0);
  }

  @Test
  void theJobsGraphEndsInTheTable() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromSequence(1, 10).map(Event::of).returns(Event.class).sinkTo(sink("/data/events"));
    LineageGraph graph = env.getStreamGraph().getLineageGraph();

    assertThat(graph.sinks()).hasSize(1);
    LineageDataset table = graph.sinks().get(0).datasets().get(0);
    assertThat(table.namespace()).isEqualTo("file");
    assertThat(table.name()).isEqualTo("/data/events");
  }

  @Test
  void namesAreThoseOfTheFileSystem() {
    assertThat(dataset("hdfs://names:8020/data/events").namespace()).isEqualTo("hdfs://names:8020");
    assertThat(dataset("hdfs://names:8020/data/events").name()).isEqualTo("/data/events");
    assertThat(dataset("file:/data/events").namespace()).isEqualTo("file");
    assertThat(dataset("/data/with space/%").name()).isEqualTo("/data/with space/%");
  }

  @Test
  void facetsTellColumnsAndPartitioning() {
    LineageDataset table = dataset("/data/events");
    DatasetSchemaFacet schema = (DatasetSchemaFacet) requireNonNull(table.facets().get("schema"));
    Map<String, DatasetSchemaField<String>> fields = schema.fields();
    assertThat(fields.keySet()).containsExactly("time", "id", "key", "amount");
    assertThat(requireNonNull(fields.get("amount")).type()).isEqualTo("int64");
    DatasetConfigFacet config = (DatasetConfigFacet) requireNonNull(table.facets().get("config"));
    assertThat(config.config())
        .containsEntry("connector", "varve")
        .containsEntry("path", "/data/events")
        .containsEntry("time-column", "time")
        .containsEntry("bucket", "3")
        .containsEntry("bucket-key", "key");
  }
}
