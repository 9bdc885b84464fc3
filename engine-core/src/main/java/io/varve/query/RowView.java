package io.varve.query;

import java.math.BigDecimal;

/**
 * The columns of one stored row, numbered in the order in which they were chosen. A getter must be
 * asked for a column of its type that is not null; then it gives the value without copying more
 * than it returns. Valid until the cursor moves. Confined to one thread.
 */
public interface RowView {

  /** Returns whether a column has no value. */
  boolean isNull(int column);

  /** Returns a BOOLEAN. */
  boolean getBoolean(int column);

  /**
   * Returns a value of {@link io.varve.schema.Storage#LONG} as it is held: an integer, days,
   * nanoseconds of the day, milliseconds of a coarse timestamp, nanoseconds of the time column.
   */
  long getLong(int column);

  /** Returns a FLOAT or DOUBLE. */
  double getDouble(int column);

  /** Returns a STRING. */
  String getString(int column);

  /** Returns a copy of a BYTES, or of the UTF-8 of a STRING. */
  byte[] getBytes(int column);

  /** Returns a DECIMAL in the scale of its column. */
  BigDecimal getDecimal(int column);

  /** Returns the milliseconds of any timestamp since 1970-01-01T00:00:00, rounded down. */
  long getTimestampMillis(int column);

  /** Returns what {@link #getTimestampMillis} leaves, 0 to 999,999 nanoseconds. */
  int getTimestampNanosOfMilli(int column);
}
