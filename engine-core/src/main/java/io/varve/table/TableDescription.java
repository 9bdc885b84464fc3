package io.varve.table;

import io.varve.schema.TableDefinition;

/**
 * What {@code table.json} says: which table this is. Immutable.
 *
 * @param id unique among all tables
 * @param definition what the table was created with
 */
public record TableDescription(String id, TableDefinition definition) {

  /** The version of all file formats that this release writes. */
  public static final int FORMAT_VERSION = 0;
}
