package io.varve.engine;

import io.varve.column.RowBuffer;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;

/**
 * Builds one event of any schema, each value checked when it is set. Columns that are not set are
 * null. Confined to one thread; {@link #build} ends it.
 */
public final class EventBuilder {

  private final Schema schema;
  private final RowBuffer row;

  EventBuilder(Schema schema) {
    this.schema = schema;
    this.row = Staging.newBuffer(schema);
  }

  /** Sets a BOOLEAN. */
  public EventBuilder set(String column, boolean value) {
    row.setBoolean(schema.indexOf(column), value);
    return this;
  }

  /** Sets an integer, or another value held as a long as it is held. */
  public EventBuilder set(String column, long value) {
    row.setLong(schema.indexOf(column), value);
    return this;
  }

  /** Sets a FLOAT or DOUBLE. */
  public EventBuilder set(String column, double value) {
    row.setDouble(schema.indexOf(column), value);
    return this;
  }

  /** Sets a STRING. */
  public EventBuilder set(String column, String value) {
    row.setString(schema.indexOf(column), value);
    return this;
  }

  /** Sets a BYTES. */
  public EventBuilder set(String column, byte[] value) {
    row.setBytes(schema.indexOf(column), value);
    return this;
  }

  /** Sets a DECIMAL. */
  public EventBuilder set(String column, BigDecimal value) {
    row.setDecimal(schema.indexOf(column), value);
    return this;
  }

  /** Sets a timestamp; a TIMESTAMP as it is in UTC. */
  public EventBuilder set(String column, Instant value) {
    int index = schema.indexOf(column);
    TypeKind kind = schema.field(index).type().kind();
    if (kind != TypeKind.TIMESTAMP && kind != TypeKind.TIMESTAMP_LTZ) {
      throw new IllegalArgumentException("column '" + column + "' (" + kind + ") is no timestamp");
    }
    row.setTimestamp(index, value.toEpochMilli(), value.getNano() % 1_000_000);
    return this;
  }

  /** Sets a DATE. */
  public EventBuilder set(String column, LocalDate value) {
    return set(column, value.toEpochDay());
  }

  /** Sets a TIME. */
  public EventBuilder set(String column, LocalTime value) {
    return set(column, value.toNanoOfDay());
  }

  /**
   * Returns the event.
   *
   * @throws IllegalArgumentException if a column without nulls was not set
   */
  public StoredEvent build() {
    if (row.batch().rowCount() > 0) {
      throw new IllegalStateException("the event has been built");
    }
    row.endRow();
    return new StoredEvent(row.batch(), 0);
  }
}
