package io.varve.cli;

import io.varve.schema.Field;
import io.varve.schema.SchemaChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads changes of columns from the options of a command. */
final class ColumnChanges {

  private static final Pattern ADDED =
      Pattern.compile(
          "(.+?)(?:\\s+default\\s+('(?:[^']|'')*'|\\S+))?(?:\\s+(first)|\\s+after\\s+(\\S+))?\\s*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private ColumnChanges() {}

  /** Returns the changes in the order in which they are made. */
  static List<SchemaChange> of(
      List<String> added,
      Map<String, String> renamed,
      Map<String, String> widened,
      List<String> nullable,
      Map<String, String> moved,
      List<String> dropped) {
    List<SchemaChange> changes = new ArrayList<>();
    added.forEach(column -> changes.add(add(column)));
    renamed.forEach((column, name) -> changes.add(new SchemaChange.Rename(column, name)));
    widened.forEach(
        (column, type) -> changes.add(new SchemaChange.Widen(column, ColumnList.type(type))));
    nullable.forEach(column -> changes.add(new SchemaChange.AllowNulls(column)));
    moved.forEach((column, after) -> changes.add(new SchemaChange.Move(column, after)));
    dropped.forEach(column -> changes.add(new SchemaChange.Drop(column)));
    return changes;
  }

  private static SchemaChange add(String text) {
    Matcher matcher = ADDED.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "expected a column such as 'cost decimal(10, 2) default 0.00', not: " + text);
    }
    Field field = ColumnList.field(matcher.group(1));
    String value = matcher.group(2);
    if (value != null && value.startsWith("'")) {
      value = value.substring(1, value.length() - 1).replace("''", "'");
    }
    String after = matcher.group(3) == null ? matcher.group(4) : "";
    return new SchemaChange.Add(field.name(), field.type(), field.nullable(), value, after);
  }
}
