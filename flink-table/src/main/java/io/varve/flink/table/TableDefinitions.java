package io.varve.flink.table;

import io.varve.schema.DataType;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;

/** What a declaration in SQL makes of a table. */
final class TableDefinitions {

  private TableDefinitions() {}

  /**
   * Returns the definition of a declared table.
   *
   * @throws ValidationException if there is none; the message names the column or option
   */
  static TableDefinition of(ResolvedCatalogTable table, ReadableConfig options) {
    ResolvedSchema declared = table.getResolvedSchema();
    String timeColumn = timeColumn(declared, options);
    try {
      TableDefinition.Builder builder =
          TableDefinition.builder(schema(declared, timeColumn))
              .partitionedBy(table.getPartitionKeys().toArray(String[]::new))
              .bloomColumns(array(options.get(VarveConnectorOptions.BLOOM_COLUMNS)))
              .tallyColumns(array(options.get(VarveConnectorOptions.TALLY_COLUMNS)))
              .timeZone(options.get(VarveConnectorOptions.TIME_ZONE));
      options.getOptional(VarveConnectorOptions.ID_COLUMN).ifPresent(builder::idColumn);
      bucket(options, builder);
      projections(table.getOptions(), builder);
      return builder.build();
    } catch (IllegalArgumentException | java.time.DateTimeException wrong) {
      throw new ValidationException(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static void bucket(ReadableConfig options, TableDefinition.Builder builder) {
    Optional<Integer> count = options.getOptional(VarveConnectorOptions.BUCKET);
    Optional<List<String>> key = options.getOptional(VarveConnectorOptions.BUCKET_KEY);
    if (count.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException(
          "'bucket' and 'bucket-key' are given together or not at all");
    }
    if (count.isPresent() && key.isPresent()) {
      builder.bucketedBy(count.get(), array(key.get()));
    }
  }

  private static void projections(Map<String, String> options, TableDefinition.Builder builder) {
    for (Map.Entry<String, String> option : new TreeMap<>(options).entrySet()) {
      String name = OptionCheck.projectionOf(option.getKey());
      if (name != null && option.getKey().endsWith(".group-by")) {
        String aggregates = options.getOrDefault("projection." + name + ".aggregates", "");
        builder.projection(Projection.parse(name, option.getValue(), aggregates));
      }
    }
  }

  private static String[] array(List<String> names) {
    return names.toArray(String[]::new);
  }

  private static String timeColumn(ResolvedSchema declared, ReadableConfig options) {
    Optional<String> named = options.getOptional(VarveConnectorOptions.TIME_COLUMN);
    if (named.isPresent()) {
      return named.get();
    }
    return declared.getWatermarkSpecs().stream()
        .findFirst()
        .map(watermark -> watermark.getRowtimeAttribute())
        .orElseThrow(
            () ->
                new ValidationException(
                    "a Varve table has a time column: name it by 'time-column', or declare a"
                        + " watermark for it"));
  }

  private static Schema schema(ResolvedSchema declared, String timeColumn) {
    Schema.Builder builder = Schema.builder();
    for (Column column : declared.getColumns()) {
      if (!column.isPhysical()) {
        continue;
      }
      String name = column.getName();
      DataType type = ColumnTypes.of(name, column.getDataType().getLogicalType());
      if (name.equals(timeColumn)) {
        builder.timeColumn(name, type);
      } else if (column.getDataType().getLogicalType().isNullable()) {
        builder.column(name, type);
      } else {
        builder.requiredColumn(name, type);
      }
    }
    return builder.build();
  }
}
