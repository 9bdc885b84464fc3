package io.varve.engine;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.RowBatch;
import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.StringJoiner;

/**
 * An event as a log gave it back, or as an {@link EventBuilder} made it. A getter must be asked for
 * a column of its type that is not null. Immutable.
 */
public final class StoredEvent implements Event {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final RowBatch batch; // of which the row is not changed any more
  private final int row;

  StoredEvent(RowBatch batch, int row) {
    this.batch = batch;
    this.row = row;
  }

  /** Returns the columns. */
  public Schema schema() {
    return batch.schema();
  }

  private Column column(String name) {
    return batch.column(schema().indexOf(name));
  }

  /** Returns whether a column has no value. */
  public boolean isNull(String column) {
    return column(column).isNull(row);
  }

  /** Returns a BOOLEAN. */
  public boolean getBoolean(String column) {
    return getLong(column) != 0;
  }

  /** Returns a value held as a long ({@link io.varve.schema.Storage#LONG}) as it is held. */
  public long getLong(String column) {
    return ((LongColumn) column(column)).get(row);
  }

  /** Returns a FLOAT or DOUBLE. */
  public double getDouble(String column) {
    return ((DoubleColumn) column(column)).get(row);
  }

  /** Returns a STRING. */
  public String getString(String column) {
    return ((BinaryColumn) column(column)).getString(row);
  }

  /** Returns a copy of a BYTES, or of the UTF-8 of a STRING. */
  public byte[] getBytes(String column) {
    return ((BinaryColumn) column(column)).get(row);
  }

  /** Returns a DECIMAL in the scale of its column. */
  public BigDecimal getDecimal(String column) {
    DataType type = schema().field(schema().indexOf(column)).type();
    BigInteger unscaled =
        column(column) instanceof PairColumn pairs
            ? new Int128(pairs.high()[row], pairs.low()[row]).toBigInteger()
            : BigInteger.valueOf(getLong(column));
    return new BigDecimal(unscaled, type.scale());
  }

  /** Returns a timestamp; of a TIMESTAMP as if it were in UTC. */
  public Instant getInstant(String column) {
    if (column.equals(schema().timeField().name())) {
      long nanos = timeNanos();
      return Instant.ofEpochSecond(
          Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
    }
    return column(column) instanceof PairColumn pairs
        ? Instant.ofEpochMilli(pairs.high()[row]).plusNanos(pairs.low()[row])
        : Instant.ofEpochMilli(getLong(column));
  }

  /** Returns the event time in nanoseconds since 1970-01-01T00:00:00. */
  public long timeNanos() {
    return batch.time().get(row);
  }

  /** Returns the place of the event in the order of all events of the log. */
  RowKey key() {
    return new RowKey(
        timeNanos(),
        batch.hidden(HiddenField.WRITER).get(row),
        batch.hidden(HiddenField.SEQUENCE).get(row));
  }

  @Override
  public void writeTo(RowSink out) {
    Schema schema = schema();
    for (int i = 0; i < schema.size(); i++) {
      if (!batch.column(i).isNull(row)) {
        write(i, schema.field(i).type(), out);
      }
    }
  }

  private void write(int index, DataType type, RowSink out) {
    Column column = batch.column(index);
    if (column instanceof LongColumn values) {
      out.setLong(index, values.get(row));
    } else if (column instanceof DoubleColumn values) {
      out.setDouble(index, values.get(row));
    } else if (column instanceof BinaryColumn values) {
      out.setBytes(index, values.get(row));
    } else if (type.kind() == TypeKind.DECIMAL) {
      out.setDecimal(index, getDecimal(schema().field(index).name()));
    } else {
      PairColumn pairs = (PairColumn) column;
      out.setTimestamp(index, pairs.high()[row], (int) pairs.low()[row]);
    }
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < schema().size(); i++) {
      String name = schema().field(i).name();
      if (!isNull(name)) {
        text.add(name + "=" + describe(name, schema().field(i).type()));
      }
    }
    return text.toString();
  }

  private Object describe(String name, DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> getBoolean(name);
      case INT8, INT16, INT32, INT64, DATE, TIME -> getLong(name);
      case FLOAT, DOUBLE -> getDouble(name);
      case DECIMAL -> getDecimal(name);
      case STRING -> getString(name);
      case BYTES -> getBytes(name).length + " bytes";
      case TIMESTAMP, TIMESTAMP_LTZ -> getInstant(name);
    };
  }
}
