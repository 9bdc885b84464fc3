package io.varve.flink.table;

import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * The values of one column of rows, as SQL asks for them: by the getters of its type and by no
 * other. Open for the ways in which values are held. Immutable as far as callers can see, and
 * thread-safe.
 */
abstract class ValueColumn {

  abstract boolean isNull(int row);

  boolean getBoolean(int row) {
    throw wrongType("BOOLEAN");
  }

  long getLong(int row) {
    throw wrongType("integer or date");
  }

  double getDouble(int row) {
    throw wrongType("FLOAT or DOUBLE");
  }

  StringData getString(int row) {
    throw wrongType("STRING");
  }

  byte[] getBinary(int row) {
    throw wrongType("BYTES");
  }

  DecimalData getDecimal(int row) {
    throw wrongType("DECIMAL");
  }

  TimestampData getTimestamp(int row) {
    throw wrongType("timestamp");
  }

  /** Returns a nested value. */
  Object getNested(int row) {
    throw wrongType("nested value");
  }

  private ClassCastException wrongType(String asked) {
    return new ClassCastException("no " + asked + " but a column of " + getClass().getSimpleName());
  }
}
