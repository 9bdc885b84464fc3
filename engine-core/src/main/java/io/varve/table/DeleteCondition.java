package io.varve.table;

import io.varve.io.CorruptFileException;
import io.varve.query.Filter;
import io.varve.query.FilterColumns;
import io.varve.query.FilterFormatter;
import io.varve.query.FilterParser;
import io.varve.schema.Schema;
import java.util.OptionalInt;

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
