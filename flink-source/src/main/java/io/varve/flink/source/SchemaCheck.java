package io.varve.flink.source;

import io.varve.schema.TableDefinition;

/** Checks what a source was asked for against the table, before anything is read. */
@FunctionalInterface
interface SchemaCheck {

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if the table can't give what was asked for; the message names
   *     the column
   */
  void check(TableDefinition table);
}
