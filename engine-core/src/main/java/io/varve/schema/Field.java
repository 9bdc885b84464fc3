package io.varve.schema;

import java.io.Serializable;

/**
 * One column of a schema. Immutable.
 *
 * @param id stable identity, 1 to {@value #MAX_ID}: it stays when the column is renamed or moved
 *     and is never given to another column
 * @param name unique in the schema, not empty
 * @param type what its values are
 * @param nullable whether values may be missing
 */
public record Field(int id, String name, DataType type, boolean nullable) implements Serializable {

  /** The greatest field id; greater ones are kept for columns of Varve's own. */
  public static final int MAX_ID = 0x7fff;

  /** Checks id and name. */
  public Field {
    if (id < 1 || id > MAX_ID) {
      throw new IllegalArgumentException(
          "field id of column '" + name + "' must be 1 to " + MAX_ID + ", is " + id);
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("column with field id " + id + " has an empty name");
    }
  }
}
