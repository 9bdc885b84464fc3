package io.varve.table;

import io.varve.io.CorruptFileException;
import io.varve.query.Filter;
import io.varve.query.FilterColumns;
import io.varve.query.FilterFormatter;
import io.varve.query.FilterParser;
import io.varve.schema.Schema;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The condition of a delete as commit records hold it: the text of a filter in which columns are
 * named {@code "#<field id>"}, so that it survives their renaming.
 */
public final class DeleteCondition {

  private static final String PREFIX = "#";

  private DeleteCondition() {}

  /** Returns the condition of a filter on columns of a schema. */
  static String of(Filter filter, Schema schema) {
    return FilterFormatter.format(
        FilterColumns.rename(filter, name -> PREFIX + schema.field(schema.indexOf(name)).id()));
  }

  /**
   * Returns the filter of a condition, its columns under the names of a schema.
   *
   * @param id of the delete, for messages
   * @throws CorruptFileException if the condition is none
   */
  static Filter filter(String id, String condition, Schema schema) throws CorruptFileException {
    try {
      return FilterColumns.rename(FilterParser.parse(condition), name -> nameOf(name, schema));
    } catch (IllegalArgumentException wrong) {
      throw new CorruptFileException(
          "delete " + id + ": its condition can't be read: " + wrong.getMessage());
    }
  }

  /** Returns the name under which a schema has a dropped column that a delete is of. */
  static String nameOfDropped(int fieldId) {
    return PREFIX + fieldId;
  }

  /** Returns the field ids of the columns that a condition names; those that can be told. */
  static Set<Integer> fieldIds(String condition) {
    Set<Integer> ids = new TreeSet<>();
    try {
      for (String name : FilterColumns.of(FilterParser.parse(condition))) {
        ids.add(Integer.parseInt(name.substring(PREFIX.length())));
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException unreadable) {
      return Set.of(); // whoever evaluates it says so
    }
    return ids;
  }

  /** Returns a condition as people read it, its columns under the names of a schema. */
  public static String describe(String condition, Schema schema) {
    try {
      return FilterFormatter.format(filter("", condition, schema));
    } catch (CorruptFileException unknown) {
      return condition;
    }
  }

  private static String nameOf(String column, Schema schema) {
    if (!column.startsWith(PREFIX)) {
      throw new IllegalArgumentException("'" + column + "' is no field id");
    }
    int fieldId = Integer.parseInt(column.substring(PREFIX.length()));
    OptionalInt index = schema.find(fieldId);
    if (index.isEmpty()) {
      throw new IllegalArgumentException("the table has no column of field id " + fieldId);
    }
    return schema.field(index.getAsInt()).name();
  }
}
