package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.ZoneMap;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.StoredValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A column that a file does not have, since it was added later: each row has its default, or null.
 * Confined to one thread.
 */
public final class MissingColumn {

  private final Storage storage;
  private final @Nullable StoredValue value;
  private final Column rows;

  /**
   * Creates a column of a schema.
   *
   * @throws IllegalArgumentException if the schema has none of that id
   */
  public MissingColumn(Schema schema, int fieldId) {
    int index =
        schema
            .find(fieldId)
            .orElseThrow(() -> new IllegalArgumentException("no column has id " + fieldId));
    this.storage = schema.storage(index);
    this.value = schema.field(index).defaultValue();
    this.rows = Column.create(storage);
  }

  /** Returns some rows of it, valid until the next call. */
  public Column rows(int count) {
    if (rows.size() > count) {
      rows.truncate(count);
    }
    while (rows.size() < count) {
      append(rows);
    }
    return rows;
  }

  /** Adds its value to a column of the same storage. */
  public void append(Column target) {
    StoredValue one = value;
    if (one == null) {
      target.appendNull();
    } else if (target instanceof LongColumn longs) {
      longs.append(one.first());
    } else if (target instanceof DoubleColumn doubles) {
      doubles.append(one.number());
    } else if (target instanceof PairColumn pairs) {
      pairs.append(one.first(), one.second());
    } else {
      byte[] bytes = one.bytes();
      ((BinaryColumn) target).append(bytes, 0, bytes.length);
    }
  }

  /** Returns the zone map of so many rows of it, at least one. */
  public ZoneMap zoneMap(long count) {
    if (value == null) {
      return ZoneMaps.allNull(storage, count);
    }
    // Joined by doubling, so that millions of rows cost twenty steps.
    Column one = Column.create(storage); // not of rows(), which somebody may still read
    append(one);
    ZoneMap power = ZoneMaps.of(one, 0, 1);
    ZoneMap all = null;
    for (long left = count; left > 0; left >>= 1) {
      if ((left & 1) != 0) {
        all = all == null ? power : ZoneMaps.join(all, power);
      }
      power = left > 1 ? ZoneMaps.join(power, power) : power;
    }
    return java.util.Objects.requireNonNull(all);
  }

  /** Returns whether every row is a text or bytes. */
  public boolean isAll(byte[] text) {
    StoredValue one = value;
    return one != null && storage == Storage.BINARY && Arrays.equals(one.bytes(), text);
  }
}
