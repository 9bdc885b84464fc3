package io.varve.schema;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One column of a schema. Immutable.
 *
 * @param id stable identity, 1 to {@value #MAX_ID}: it stays when the column is renamed or moved
 *     and is never given to another column
 * @param name unique in the schema, not empty
 * @param type what its values are
 * @param nullable whether values may be missing
 * @param defaultText the value, as of {@link StoredValue#parse}, of rows that were written before
 *     there was the column, or by a job that does not know it; null if they have none
 */
public record Field(
    int id, String name, DataType type, boolean nullable, @Nullable String defaultText)
    implements Serializable {

  /** The greatest field id; greater ones are kept for columns of Varve's own. */
  public static final int MAX_ID = 0x7fff;

  /** Checks id, name and default. */
  public Field {
    if (id < 1 || id > MAX_ID) {
      throw new IllegalArgumentException(
          "field id of column '" + name + "' must be 1 to " + MAX_ID + ", is " + id);
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("column with field id " + id + " has an empty name");
    }
    if (defaultText != null) {
      try {
        StoredValue.parse(type, defaultText);
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(
            "default of column '" + name + "': " + wrong.getMessage(), wrong);
      }
    }
  }

  /** A column without default. */
  public Field(int id, String name, DataType type, boolean nullable) {
    this(id, name, type, nullable, null);
  }

  /** Returns whether another has the same name, type and nulls: what a job sees of a column. */
  public boolean looksLike(Field other) {
    return name.equals(other.name) && type.equals(other.type) && nullable == other.nullable;
  }

  /** Returns the default, null if there is none. */
  public @Nullable StoredValue defaultValue() {
    return defaultText == null ? null : StoredValue.parse(type, defaultText);
  }

  /** Returns the same under another name. */
  Field named(String newName) {
    return new Field(id, newName, type, nullable, defaultText);
  }

  /** Returns the same with a wider type, as which the default is the same number. */
  Field typed(DataType newType) {
    String text = defaultText;
    if (text != null && type.kind() == TypeKind.FLOAT) {
      text = Double.toString(StoredValue.parse(type, text).number());
    }
    return new Field(id, name, newType, nullable, text);
  }

  /** Returns the same with missing values allowed. */
  Field withNulls() {
    return new Field(id, name, type, true, defaultText);
  }
}
