package io.varve.column;

import java.math.BigDecimal;

/**
 * Takes rows value by value. A column that is not set before {@link #endRow} is null. Columns are
 * named by their index in the schema. Confined to one thread.
 */
public interface RowSink {

  /** Sets a BOOLEAN. */
  void setBoolean(int column, boolean value);

  /**
   * Sets a value of {@link io.varve.schema.Storage#LONG} as it is held: an integer, days,
   * nanoseconds of the day, milliseconds of a coarse timestamp, nanoseconds of the time column.
   *
   * @throws IllegalArgumentException if the column's type can't hold the value
   */
  void setLong(int column, long value);

  /** Sets a FLOAT or DOUBLE. */
  void setDouble(int column, double value);

  /** Sets a STRING. */
  void setString(int column, String value);

  /** Sets a BYTES, or a STRING by its UTF-8. */
  void setBytes(int column, byte[] value);

  /**
   * Sets a DECIMAL; the value must be exact in the column's scale.
   *
   * @throws IllegalArgumentException if it has more digits than the column
   */
  void setDecimal(int column, BigDecimal value);

  /**
   * Sets a timestamp other than the time column, or the time column itself.
   *
   * @param millis since 1970-01-01T00:00:00
   * @param nanosOfMilli 0 to 999,999
   */
  void setTimestamp(int column, long millis, int nanosOfMilli);

  /**
   * Finishes the row.
   *
   * @throws IllegalArgumentException if a column without nulls was not set; the row is then dropped
   */
  void endRow();

  /** Forgets what has been set of the unfinished row. */
  void abandonRow();
}
