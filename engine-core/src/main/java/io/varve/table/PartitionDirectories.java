package io.varve.table;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.StoredValue;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.TableState;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds directories of partitions by the values of their columns. Stateless. */
public final class PartitionDirectories {

  private PartitionDirectories() {}

  /**
   * Returns the directories of the partitions that have some values.
   *
   * @param values as text, as of {@link StoredValue#parse}, by partition column; null where rows
   *     have none; columns that are not named may have any value
   * @param state whose partitions are looked through where the named columns are not the first ones
   * @return directories of partitions or above them; an empty one is the whole table
   * @throws IllegalArgumentException if a column is no partition column, or a value not of its type
   */
  public static Set<String> of(
      TableDefinition table, Map<String, ? extends @Nullable String> values, TableState state) {
    List<@Nullable String> parts = parts(table, values);
    int named = values.size();
    if (!parts.subList(0, named).contains(null)) {
      return Set.of(String.join("/", parts.subList(0, named)));
    }
    Set<String> found = new TreeSet<>();
    state
        .partitions()
        .forEach(
            (path, partition) -> {
              if (has(parts, path.split("/", -1))) {
                found.add(above(path));
              }
            });
    return found;
  }

  /** Returns whether a directory is of partitions that have some values, as of {@link #of}. */
  public static boolean has(
      TableDefinition table, Map<String, ? extends @Nullable String> values, String directory) {
    return has(parts(table, values), directory.split("/", -1));
  }

  /** Returns whether a directory's parts are those; null stands for any. */
  static boolean has(List<@Nullable String> parts, String[] directory) {
    boolean same = directory.length >= parts.size();
    for (int i = 0; same && i < parts.size(); i++) {
      same = parts.get(i) == null || directory[i].equals(parts.get(i));
    }
    return same;
  }

  /** Returns the parts of the directories, by partition column; null where any will do. */
  static List<@Nullable String> parts(
      TableDefinition table, Map<String, ? extends @Nullable String> values) {
    List<String> columns = table.partitionColumns();
    for (String column : values.keySet()) {
      if (!columns.contains(column)) {
        throw new IllegalArgumentException(
            "'"
                + column
                + "' is no partition column; "
                + (columns.isEmpty() ? "the table has none" : "there are " + columns));
      }
    }
    PartitionRouter router = new PartitionRouter(table);
    for (Map.Entry<String, ? extends @Nullable String> entry : values.entrySet()) {
      String value = entry.getValue();
      if (value != null) {
        set(router, table.schema(), table.schema().indexOf(entry.getKey()), value);
      }
    }
    List<@Nullable String> parts = new ArrayList<>();
    for (String column : columns) {
      parts.add(
          values.containsKey(column)
              ? PartitionPath.part(column, router.partitionValue(column))
              : null);
    }
    return parts;
  }

  /**
   * Returns the directories of the partitions, with all their buckets, that changes write to: what
   * an overwrite replaces that names no partition.
   */
  public static Set<String> writtenBy(Iterable<? extends Change.Files> changes) {
    Set<String> directories = new TreeSet<>();
    for (Change.Files change : changes) {
      directories.add(above(change.partition()));
    }
    return directories;
  }

  /** Returns the directory of all buckets of a partition, empty for the table's. */
  public static String above(String partition) {
    return partition.substring(0, Math.max(0, partition.lastIndexOf('/')));
  }

  /** Gives a router a value, which it turns into the text that names a directory. */
  private static void set(PartitionRouter router, Schema schema, int index, String value) {
    DataType type = schema.field(index).type();
    if (schema.field(index).id() == schema.timeFieldId()) {
      Instant instant = instant(type, value);
      router.setTimestamp(index, instant.toEpochMilli(), instant.getNano() % 1_000_000);
      return;
    }
    StoredValue parsed = StoredValue.parse(type, value);
    switch (type.kind()) {
      case BOOLEAN -> router.setBoolean(index, parsed.first() != 0);
      case INT8, INT16, INT32, INT64, DATE, TIME -> router.setLong(index, parsed.first());
      case FLOAT, DOUBLE -> router.setDouble(index, parsed.number());
      case DECIMAL -> router.setDecimal(index, new BigDecimal(value));
      case STRING -> router.setString(index, value);
      case BYTES -> router.setBytes(index, parsed.bytes());
      case TIMESTAMP, TIMESTAMP_LTZ ->
          router.setTimestamp(index, parsed.first(), (int) parsed.second());
    }
  }

  private static Instant instant(DataType type, String value) {
    try {
      String text = value.replace(' ', 'T');
      return type.kind() == TypeKind.TIMESTAMP
          ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
          : Instant.parse(text);
    } catch (DateTimeException wrong) {
      throw new IllegalArgumentException("'" + value + "' is no value of type " + type, wrong);
    }
  }
}
