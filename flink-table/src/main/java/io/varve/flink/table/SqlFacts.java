package io.varve.flink.table;

import io.varve.flink.table.procedure.SqlAuthor;
import io.varve.io.CorruptFileException;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.table.BackOff;
import io.varve.table.FileCommitLog;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.catalog.WatermarkSpec;

/**
 * What SQL says of a table and the engine does not keep: comments, types that are stored as others,
 * columns that are not stored, the watermark, the primary key, and options of scans and sinks. It
 * is a property of the table's log, columns named by their field ids, so that it survives their
 * renaming. Immutable.
 */
record SqlFacts(SortedMap<String, String> values) {

  /** The property of the log. */
  private static final String PROPERTY = "sql";

  static final SqlFacts NONE = new SqlFacts(new TreeMap<>());

  SqlFacts {
    values = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** Returns what a commit shows. */
  static SqlFacts of(TableSnapshot snapshot) throws CorruptFileException {
    String text = snapshot.state().facts().properties().get(PROPERTY);
    if (text == null) {
      return NONE;
    }
    String where = snapshot.table().store().describe("") + ", property " + PROPERTY;
    return new SqlFacts(TextMap.read(where, text));
  }

  /**
   * Returns what a declaration says.
   *
   * @param options those that the table's definition does not hold
   * @param stored the columns as they are stored
   */
  static SqlFacts of(ResolvedCatalogTable table, Map<String, String> options, Schema stored) {
    SortedMap<String, String> values = new TreeMap<>();
    putText(values, "comment", Optional.ofNullable(table.getComment()));
    options.forEach((key, value) -> values.put("option." + key, value));
    int after = 0;
    int extras = 0;
    for (Column column : table.getResolvedSchema().getColumns()) {
      if (column.isPhysical()) {
        Field field = stored.field(stored.indexOf(column.getName()));
        after = field.id();
        putPhysical(values, "column." + field.id() + ".", column, field);
      } else {
        putExtra(values, String.format(Locale.ROOT, "extra.%04d.", extras++), column, after);
      }
    }
    for (WatermarkSpec watermark : table.getResolvedSchema().getWatermarkSpecs()) {
      values.put("watermark.column", watermark.getRowtimeAttribute());
      values.put("watermark.expression", watermark.getWatermarkExpression().asSerializableString());
    }
    Optional<UniqueConstraint> key = table.getResolvedSchema().getPrimaryKey();
    if (key.isPresent()) {
      values.put("key.name", key.get().getName());
      List<String> columns = key.get().getColumns();
      for (int i = 0; i < columns.size(); i++) {
        values.put(String.format(Locale.ROOT, "key.%04d", i), columns.get(i));
      }
    }
    return new SqlFacts(values);
  }

  private static void putPhysical(
      Map<String, String> values, String prefix, Column column, Field field) {
    String type = column.getDataType().getLogicalType().asSerializableString();
    if (!type.equals(ColumnTypes.sqlType(field))) {
      values.put(prefix + "type", type);
      values.put(prefix + "stored", field.type().toString());
    }
    putText(values, prefix + "comment", column.getComment());
  }

  private static void putExtra(
      Map<String, String> values, String prefix, Column column, int after) {
    values.put(prefix + "name", column.getName());
    values.put(prefix + "after", Integer.toString(after));
    putText(values, prefix + "comment", column.getComment());
    if (column instanceof Column.MetadataColumn metadata) {
      values.put(prefix + "type", metadata.getDataType().getLogicalType().asSerializableString());
      values.put(prefix + "virtual", Boolean.toString(metadata.isVirtual()));
      putText(values, prefix + "key", metadata.getMetadataKey());
    } else if (column instanceof Column.ComputedColumn computed) {
      values.put(prefix + "expression", computed.getExpression().asSerializableString());
    }
  }

  private static void putText(Map<String, String> values, String name, Optional<String> text) {
    text.filter(known -> !known.isEmpty()).ifPresent(known -> values.put(name, known));
  }

  /** Makes it part of the table, by a commit beside the job that writes, if it is not already. */
  void keep(FileCommitLog log, String why) throws IOException {
    String text = values.isEmpty() ? null : TextMap.write(values);
    Author author = new Author(UUID.randomUUID().toString(), SqlAuthor.who(), why);
    new MaintenanceOperation(
            head -> {
              String now = head.state().facts().properties().get(PROPERTY);
              return java.util.Objects.equals(now, text)
                  ? List.of()
                  : List.of(new Change.Define(PROPERTY, text));
            },
            author,
            new LogView())
        .run(log, System::currentTimeMillis, BackOff::await);
  }

  String get(String name) {
    return values.getOrDefault(name, "");
  }

  /** Returns the options. */
  Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    values
        .tailMap("option.")
        .forEach(
            (name, value) -> {
              if (name.startsWith("option.")) {
                options.put(name.substring("option.".length()), value);
              }
            });
    return options;
  }

  /** Returns the type of a stored column as it was declared, as long as it is stored that way. */
  String typeOf(Field field) {
    String prefix = "column." + field.id() + ".";
    return get(prefix + "stored").equals(field.type().toString())
        ? get(prefix + "type")
        : ColumnTypes.sqlType(field);
  }
}
