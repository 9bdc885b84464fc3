package io.varve.cli;

import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads columns from text: {@code ts timestamp(3), id string not null, cost decimal(10, 2)}. */
final class ColumnList {

  private static final Pattern COLUMN =
      Pattern.compile(
          "\\s*(\"[^\"]+\"|\\w+)\\s+(\\w+)\\s*(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?"
              + "\\s*(not\\s+null)?\\s*(?:,|$)",
          Pattern.CASE_INSENSITIVE);

  private static final Map<String, TypeKind> NAMES =
      Map.ofEntries(
          Map.entry("boolean", TypeKind.BOOLEAN),
          Map.entry("tinyint", TypeKind.INT8),
          Map.entry("int8", TypeKind.INT8),
          Map.entry("smallint", TypeKind.INT16),
          Map.entry("int16", TypeKind.INT16),
          Map.entry("int", TypeKind.INT32),
          Map.entry("int32", TypeKind.INT32),
          Map.entry("bigint", TypeKind.INT64),
          Map.entry("int64", TypeKind.INT64),
          Map.entry("float", TypeKind.FLOAT),
          Map.entry("double", TypeKind.DOUBLE),
          Map.entry("decimal", TypeKind.DECIMAL),
          Map.entry("string", TypeKind.STRING),
          Map.entry("bytes", TypeKind.BYTES),
          Map.entry("date", TypeKind.DATE),
          Map.entry("time", TypeKind.TIME),
          Map.entry("timestamp", TypeKind.TIMESTAMP),
          Map.entry("timestamp_ltz", TypeKind.TIMESTAMP_LTZ));

  private ColumnList() {}

  /**
   * Returns the schema of some columns.
   *
   * @param timeColumn its name; null for the first timestamp
   */
  static Schema schema(String text, @Nullable String timeColumn) {
    List<Field> fields = new ArrayList<>();
    Matcher matcher = COLUMN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new IllegalArgumentException(
            "expected a column such as 'cost decimal(10, 2) not null' at: " + text.substring(at));
      }
      String name = matcher.group(1).replace("\"", "");
      fields.add(new Field(fields.size() + 1, name, type(matcher), matcher.group(5) == null));
      at = matcher.end();
    }
    int time = timeColumn(fields, timeColumn);
    Field chosen = fields.get(time);
    fields.set(time, new Field(chosen.id(), chosen.name(), chosen.type(), false));
    return new Schema(1, fields, chosen.id());
  }

  /** Reads one column, whose id means nothing. */
  static Field field(String text) {
    Matcher matcher = COLUMN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "expected a column such as 'cost decimal(10, 2) not null', not: " + text);
    }
    String name = matcher.group(1).replace("\"", "");
    return new Field(1, name, type(matcher), matcher.group(5) == null);
  }

  /** Reads a type. */
  static DataType type(String text) {
    return field("x " + text).type();
  }

  private static int timeColumn(List<Field> fields, @Nullable String name) {
    for (int i = 0; i < fields.size(); i++) {
      TypeKind kind = fields.get(i).type().kind();
      boolean time = kind == TypeKind.TIMESTAMP || kind == TypeKind.TIMESTAMP_LTZ;
      if (name == null ? time : fields.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        name == null ? "no column is a timestamp" : "no column is named '" + name + "'");
  }

  private static DataType type(Matcher matcher) {
    TypeKind kind = NAMES.get(matcher.group(2).toLowerCase(Locale.ROOT));
    if (kind == null) {
      throw new IllegalArgumentException(
          "'"
              + matcher.group(2)
              + "' is no type; there are "
              + NAMES.keySet().stream().sorted().toList());
    }
    int first = matcher.group(3) == null ? -1 : Integer.parseInt(matcher.group(3));
    int second = matcher.group(4) == null ? 0 : Integer.parseInt(matcher.group(4));
    return switch (kind) {
      case DECIMAL -> DataType.decimal(first < 0 ? 10 : first, second);
      case TIMESTAMP -> DataType.timestamp(first < 0 ? 6 : first);
      case TIMESTAMP_LTZ -> DataType.timestampLtz(first < 0 ? 6 : first);
      case BOOLEAN, INT8, INT16, INT32, INT64, FLOAT, DOUBLE, STRING, BYTES, DATE, TIME ->
          DataType.of(kind);
    };
  }
}
