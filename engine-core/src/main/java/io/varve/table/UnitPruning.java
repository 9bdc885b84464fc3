package io.varve.table;

import io.varve.column.Int128;
import io.varve.column.ZoneMap;
import io.varve.query.BoundFilter;
import io.varve.query.Verdict;
import io.varve.schema.Field;
import io.varve.schema.Storage;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells which files can't hold a row that a filter wants by what the commit says of them: their
 * partition's values and their time. No file is opened. Confined to one thread.
 */
public final class UnitPruning {

  private final BoundFilter filter;
  private final TableDefinition table;
  private final Map<String, Map<Integer, ZoneMap>> byPartition = new HashMap<>();

  /**
   * Creates it.
   *
   * @param filter bound to the table's schema
   */
  public UnitPruning(BoundFilter filter, TableDefinition table) {
    this.filter = filter;
    this.table = table;
  }

  /** Returns whether a file may hold a row for which the filter is true. */
  public boolean mayHold(ScanUnit unit) throws IOException {
    Map<Integer, ZoneMap> values =
        byPartition.computeIfAbsent(unit.partition(), this::partitionValues);
    ZoneMap time = time(unit);
    int timeId = table.schema().timeFieldId();
    return filter.judge(id -> id == timeId && time != null ? time : values.get(id)) != Verdict.NONE;
  }

  private static @Nullable ZoneMap time(ScanUnit unit) {
    if (unit instanceof ScanUnit.OfNewRows some) {
      return time(some.whole());
    }
    return unit instanceof ScanUnit.OfSegment whole && whole.rows() > 0
        ? new ZoneMap.OfLong(
            whole.rows(), 0, whole.segment().minTime(), whole.segment().maxTime(), Int128.ZERO)
        : null;
  }

  private Map<Integer, ZoneMap> partitionValues(String path) {
    Map<Integer, ZoneMap> values = new HashMap<>();
    for (String column : table.partitionColumns()) {
      Field field = table.schema().field(table.schema().indexOf(column));
      String prefix = PartitionPath.part(column, "x");
      prefix = prefix.substring(0, prefix.length() - 1);
      for (String part : path.split("/")) {
        if (part.startsWith(prefix)) {
          ZoneMap value = value(field, part.substring(prefix.length()));
          if (value != null) {
            values.put(field.id(), value);
          }
        }
      }
    }
    return values;
  }

  /** Returns what is known of a column of which all rows have the value of a name. */
  private @Nullable ZoneMap value(Field field, String name) {
    Storage storage = table.schema().storage(table.schema().indexOf(field.name()));
    if (name.equals("%null")) {
      return storage == Storage.LONG
          ? new ZoneMap.OfLong(1, 1, 0, 0, Int128.ZERO)
          : storage == Storage.BINARY ? new ZoneMap.OfBinary(1, 1, null, null, true) : null;
    }
    String text = PartitionPath.text(name);
    if (text == null) {
      return null;
    }
    return switch (field.type().kind()) {
      case BOOLEAN -> ofLong(text.equals("true") ? 1 : 0);
      case INT8, INT16, INT32, INT64, DATE -> ofLong(Long.parseLong(text));
      case STRING -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        yield new ZoneMap.OfBinary(1, 0, bytes, bytes, true);
      }
      case FLOAT, DOUBLE, DECIMAL, BYTES, TIME, TIMESTAMP, TIMESTAMP_LTZ -> null;
    };
  }

  private static ZoneMap ofLong(long value) {
    return new ZoneMap.OfLong(1, 0, value, value, Int128.of(value));
  }
}
