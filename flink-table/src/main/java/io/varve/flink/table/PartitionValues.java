package io.varve.flink.table;

import io.varve.column.BlockSource;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The partitions that a commit shows and the values of their columns, as SQL writes them. Names of
 * directories are never turned back into values: of each partition a row is read.
 *
 * @param values by the names of the partition columns
 * @param units the partition's files
 */
record PartitionValues(Map<String, String> values, List<ScanUnit> units) {

  /** How Flink writes a null in the place of a partition's value. */
  static final String NULL = "__DEFAULT_PARTITION__";

  PartitionValues {
    units = List.copyOf(units);
  }

  /** Returns all partitions that have a row, in the order of their directories. */
  static List<PartitionValues> of(TableSnapshot snapshot) throws IOException {
    List<String> columns = snapshot.table().definition().partitionColumns();
    Map<String, List<ScanUnit>> byDirectory = new LinkedHashMap<>();
    for (ScanUnit unit : snapshot.units()) {
      int bucket = unit.partition().lastIndexOf('/');
      String directory = bucket < 0 ? "" : unit.partition().substring(0, bucket);
      byDirectory.computeIfAbsent(directory, made -> new ArrayList<>()).add(unit);
    }
    List<PartitionValues> partitions = new ArrayList<>();
    for (List<ScanUnit> units : byDirectory.values()) {
      for (ScanUnit unit : units) {
        Map<String, String> values = firstRow(snapshot, unit, columns);
        if (!values.isEmpty()) {
          partitions.add(new PartitionValues(values, units));
          break;
        }
      }
    }
    return partitions;
  }

  /** Returns the values of a row that is not deleted; none if there is no such row. */
  private static Map<String, String> firstRow(
      TableSnapshot snapshot, ScanUnit unit, List<String> columns) throws IOException {
    Schema schema = snapshot.table().schema();
    int[] indexes = columns.stream().mapToInt(schema::indexOf).toArray();
    RowCursor row = new RowCursor(schema, indexes);
    BoundFilter all = BoundFilter.of(Filter.all(), schema);
    Selection selection = new Selection();
    Map<String, String> values = new LinkedHashMap<>();
    try (BlockSource source = unit.open(snapshot.table())) {
      for (int index = 0; index < source.blockCount(); index++) {
        Block block = new Block(source, index);
        all.select(block, selection);
        row.open(block, selection);
        if (row.next()) {
          for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i), text(row, i, schema.field(indexes[i]).type()));
          }
          return values;
        }
      }
    }
    return values;
  }

  private static String text(RowCursor row, int at, DataType type) {
    if (row.isNull(at)) {
      return NULL;
    }
    return switch (type.kind()) {
      case BOOLEAN -> String.valueOf(row.getBoolean(at));
      case INT8, INT16, INT32, INT64 -> String.valueOf(row.getLong(at));
      case FLOAT -> String.valueOf((float) row.getDouble(at));
      case DOUBLE -> String.valueOf(row.getDouble(at));
      case DECIMAL -> row.getDecimal(at).toPlainString();
      case STRING -> row.getString(at);
      case BYTES -> HexFormat.of().formatHex(row.getBytes(at));
      case DATE -> LocalDate.ofEpochDay(row.getLong(at)).toString();
      case TIME -> LocalTime.ofNanoOfDay(row.getLong(at)).toString();
      case TIMESTAMP -> LocalDateTime.ofInstant(instant(row, at), ZoneOffset.UTC).toString();
      case TIMESTAMP_LTZ -> instant(row, at).toString();
    };
  }

  private static Instant instant(RowCursor row, int at) {
    return Instant.ofEpochMilli(row.getTimestampMillis(at))
        .plusNanos(row.getTimestampNanosOfMilli(at));
  }
}
