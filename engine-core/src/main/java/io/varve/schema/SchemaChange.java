package io.varve.schema;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One change of a table's or log's columns, of which {@link SchemaEvolution} makes the next schema.
 * None rewrites a file. Immutable.
 */
public sealed interface SchemaChange extends Serializable {

  /**
   * Adds a column. Rows that were written before have its default, or null.
   *
   * @param name of the column
   * @param type of its values
   * @param nullable whether values may be missing; if not, there must be a default
   * @param defaultText the default, as of {@link StoredValue#parse}; null for none
   * @param after the column it comes after; null for the end, empty for the beginning
   */
  record Add(
      String name,
      DataType type,
      boolean nullable,
      @Nullable String defaultText,
      @Nullable String after)
      implements SchemaChange {

    /** Adds a nullable column without default at the end. */
    public Add(String name, DataType type) {
      this(name, type, true, null, null);
    }
  }

  /**
   * Drops a column. Its values are no longer read, and leave the disk as files are written anew.
   *
   * @param name of the column
   */
  record Drop(String name) implements SchemaChange {}

  /**
   * Gives a column another name.
   *
   * @param name the present one
   * @param newName the new one
   */
  record Rename(String name, String newName) implements SchemaChange {}

  /**
   * Gives a column a wider type, as of {@link DataType#isReadableAs}.
   *
   * @param name of the column
   * @param type the new type
   */
  record Widen(String name, DataType type) implements SchemaChange {}

  /**
   * Lets values of a column be missing.
   *
   * @param name of the column
   */
  record AllowNulls(String name) implements SchemaChange {}

  /**
   * Moves a column.
   *
   * @param name of the column
   * @param after the column it comes after, empty for the beginning
   */
  record Move(String name, String after) implements SchemaChange {}

  /** Returns the change as people read it. */
  default String describe() {
    if (this instanceof Add add) {
      return "add "
          + add.name
          + " "
          + add.type
          + (add.nullable ? "" : " not null")
          + (add.defaultText == null ? "" : " default " + add.defaultText);
    }
    if (this instanceof Drop drop) {
      return "drop " + drop.name;
    }
    if (this instanceof Rename rename) {
      return "rename " + rename.name + " to " + rename.newName;
    }
    if (this instanceof Widen widen) {
      return "widen " + widen.name + " to " + widen.type;
    }
    if (this instanceof AllowNulls allow) {
      return "allow nulls in " + allow.name;
    }
    Move move = (Move) this;
    return "move " + move.name + (move.after.isEmpty() ? " first" : " after " + move.after);
  }
}
