package io.varve.flink.common;

import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.DatasetSchemaFacet;
import org.apache.flink.streaming.api.lineage.DatasetSchemaField;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageDatasetFacet;
import org.apache.flink.streaming.api.lineage.LineageVertex;

/**
 * What lineage tools are told of a table: its directory in the name space of its file system, its
 * columns, how it is partitioned. Immutable.
 *
 * @param namespace scheme and authority of the path, as OpenLineage names file systems
 * @param name the directory
 * @param facets {@code schema} and {@code config}
 */
public record TableLineage(String namespace, String name, Map<String, LineageDatasetFacet> facets)
    implements LineageDataset {

  /** The vertex of one table. */
  private record Vertex(List<LineageDataset> datasets) implements LineageVertex {}

  private record Column(String name, String type) implements DatasetSchemaField<String> {}

  /** The columns, by name and in their order; each type as in SQL. */
  private record Columns(Map<String, Column> columns) implements DatasetSchemaFacet {

    @Override
    public String name() {
      return "schema";
    }

    @Override
    @SuppressWarnings("unchecked") // the interface leaves the type to whoever reads
    public <T> Map<String, DatasetSchemaField<T>> fields() {
      return (Map<String, DatasetSchemaField<T>>) (Map<String, ?>) columns;
    }
  }

  private record Config(Map<String, String> config) implements DatasetConfigFacet {

    @Override
    public String name() {
      return "config";
    }
  }

  /** Returns the vertex of a sink into a table, or of a source of it. */
  public static LineageVertex vertex(String path, TableDefinition table) {
    URI uri = path.startsWith("/") ? URI.create("file:/") : URI.create(path);
    String authority = uri.getRawAuthority();
    String namespace = uri.getScheme() + (authority == null ? "" : "://" + authority);
    String name = path.startsWith("/") ? path : uri.getPath();
    LineageDatasetFacet columns = columns(table.schema());
    LineageDatasetFacet config = config(path, table);
    return new Vertex(
        List.of(
            new TableLineage(
                namespace, name, Map.of(columns.name(), columns, config.name(), config))));
  }

  private static LineageDatasetFacet columns(Schema schema) {
    Map<String, Column> columns = new LinkedHashMap<>();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      columns.put(field.name(), new Column(field.name(), field.type().toString()));
    }
    return new Columns(columns);
  }

  private static LineageDatasetFacet config(String path, TableDefinition table) {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("connector", "varve");
    config.put("path", path); // in SQL the data set is named as the table is, not by its directory
    config.put("time-column", table.schema().timeField().name());
    if (!table.partitionColumns().isEmpty()) {
      config.put("partition-columns", String.join(",", table.partitionColumns()));
    }
    if (!table.bucketKey().isEmpty()) {
      config.put("bucket", Integer.toString(table.buckets()));
      config.put("bucket-key", String.join(",", table.bucketKey()));
    }
    return new Config(config);
  }
}
