package io.varve.table;

import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import java.math.BigDecimal;

/**
 * Brings rows of a declared schema into the columns that a table has now. Confined to one thread.
 */
final class TranslatedRows implements RowSink {

  private static final int DROPPED = -1;

  private final RowBuffer buffer;
  private final int[] targets;
  private final int[] absent;

  /**
   * Creates the sink.
   *
   * @param targets the index in the buffer of each declared column, -1 for none
   * @param absent the indexes of columns that were not declared and have a default
   */
  TranslatedRows(RowBuffer buffer, int[] targets, int[] absent) {
    this.buffer = buffer;
    this.targets = targets;
    this.absent = absent;
  }

  @Override
  public void setBoolean(int column, boolean value) {
    if (targets[column] != DROPPED) {
      buffer.setBoolean(targets[column], value);
    }
  }

  @Override
  public void setLong(int column, long value) {
    if (targets[column] != DROPPED) {
      buffer.setLong(targets[column], value);
    }
  }

  @Override
  public void setDouble(int column, double value) {
    if (targets[column] != DROPPED) {
      buffer.setDouble(targets[column], value);
    }
  }

  @Override
  public void setString(int column, String value) {
    if (targets[column] != DROPPED) {
      buffer.setString(targets[column], value);
    }
  }

  @Override
  public void setBytes(int column, byte[] value) {
    if (targets[column] != DROPPED) {
      buffer.setBytes(targets[column], value);
    }
  }

  @Override
  public void setDecimal(int column, BigDecimal value) {
    if (targets[column] != DROPPED) {
      buffer.setDecimal(targets[column], value);
    }
  }

  @Override
  public void setTimestamp(int column, long millis, int nanosOfMilli) {
    if (targets[column] != DROPPED) {
      buffer.setTimestamp(targets[column], millis, nanosOfMilli);
    }
  }

  @Override
  public void endRow() {
    for (int column : absent) {
      buffer.setDefault(column);
    }
    buffer.endRow();
  }

  @Override
  public void abandonRow() {
    buffer.abandonRow();
  }
}
