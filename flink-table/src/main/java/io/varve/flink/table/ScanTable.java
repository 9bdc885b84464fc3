package io.varve.flink.table;

import io.varve.schema.TableDefinition;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * A table as it was declared in SQL, for scans. Immutable.
 *
 * @param name as SQL calls it
 * @param path of its directory
 * @param definition what the declaration makes of it
 * @param physical the stored columns in order
 * @param metadata the keys of metadata columns by the names of the columns
 */
record ScanTable(
    String name,
    String path,
    TableDefinition definition,
    List<ScanColumn> physical,
    Map<String, BucketColumn> metadata) {

  ScanTable {
    physical = List.copyOf(physical);
    metadata = Map.copyOf(metadata);
  }

  static ScanTable of(String name, String path, TableDefinition definition, ResolvedSchema schema) {
    List<ScanColumn> physical =
        schema.getColumns().stream()
            .filter(Column::isPhysical)
            .map(
                column ->
                    ScanColumn.stored(column.getName(), column.getDataType().getLogicalType()))
            .toList();
    Map<String, BucketColumn> metadata = new LinkedHashMap<>();
    for (Column column : schema.getColumns()) {
      if (column instanceof Column.MetadataColumn declared) {
        String key = declared.getMetadataKey().orElse(declared.getName());
        BucketColumn.ofKey(key).ifPresent(bucket -> metadata.put(declared.getName(), bucket));
      }
    }
    return new ScanTable(name, path, definition, physical, metadata);
  }

  String timeColumn() {
    return definition.schema().timeField().name();
  }

  boolean isPointInTime() {
    return physical.stream()
        .anyMatch(
            column ->
                column.name().equals(timeColumn())
                    && column.type().is(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE));
  }

  /** Returns the zone that time is cut in. */
  ZoneId zone() {
    return BucketColumn.zone(isPointInTime(), definition.timeZone());
  }

  boolean hasDecimals() {
    return physical.stream().anyMatch(column -> column.type().is(LogicalTypeRoot.DECIMAL));
  }

  /** Returns the translation of conditions on this table's columns. */
  FilterTranslation filters() {
    Map<String, ScanColumn> columns = new LinkedHashMap<>();
    physical.forEach(column -> columns.put(column.name(), column));
    metadata.forEach((alias, bucket) -> columns.put(alias, bucketColumn(bucket)));
    return new FilterTranslation(columns, new BucketFilter(timeColumn(), isPointInTime(), zone()));
  }

  ScanColumn bucketColumn(BucketColumn bucket) {
    LogicalType type = bucket.type(isPointInTime()).getLogicalType();
    return new ScanColumn(bucket.key(), type, bucket, null);
  }
}
