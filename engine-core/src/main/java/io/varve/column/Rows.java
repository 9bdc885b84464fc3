package io.varve.column;

import io.varve.schema.HiddenField;
import io.varve.schema.Schema;

/** Rows in memory whose columns are asked for one after the other. Confined to one thread. */
public interface Rows {

  /** Returns the schema of the rows. */
  Schema schema();

  /** Returns the number of rows. */
  int rowCount();

  /**
   * Returns a column by its index in the schema. It may mean nothing any more when another one has
   * been asked for.
   */
  Column column(int index);

  /** Returns a hidden column; it stays what it is. */
  LongColumn hidden(HiddenField field);

  /** Returns the time column; it stays what it is. */
  LongColumn time();
}
