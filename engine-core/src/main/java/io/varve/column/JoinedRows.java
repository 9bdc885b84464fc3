package io.varve.column;

import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of several batches, one after the other. A column is put together when it is asked for,
 * in memory that the next one of its kind takes over, so that there are never two copies of all
 * rows. The batches must not change meanwhile. Confined to one thread.
 */
public final class JoinedRows implements Rows {

  private final Schema schema;
  private final List<RowBatch> parts;
  private final int rowCount;
  private final int timeIndex;
  private final LongColumn time = new LongColumn();
  private final List<LongColumn> hidden = new ArrayList<>();
  private final Map<Storage, Column> memory = new EnumMap<>(Storage.class);
  private final boolean keeps;

  /**
   * Joins batches of one schema.
   *
   * @param keeps whether every column stays what it is and has memory of its own
   */
  public JoinedRows(Schema schema, List<RowBatch> parts, boolean keeps) {
    this.schema = schema;
    this.parts = List.copyOf(parts);
    this.keeps = keeps;
    this.timeIndex = schema.find(schema.timeFieldId()).orElseThrow();
    this.rowCount = Math.toIntExact(parts.stream().mapToLong(RowBatch::rowCount).sum());
    join(time, timeIndex);
    for (HiddenField field : HiddenField.values()) {
      LongColumn column = new LongColumn();
      column.reserve(rowCount);
      for (RowBatch part : this.parts) {
        RowBatch.appendAll(column, part.hidden(field), part.rowCount());
      }
      hidden.add(column);
    }
  }

  private void join(Column target, int index) {
    long bytes = 0;
    for (RowBatch part : parts) {
      bytes += RowBatch.byteCount(part.column(index));
    }
    RowBatch.reserve(target, rowCount, Math.toIntExact(bytes));
    for (RowBatch part : parts) {
      RowBatch.appendAll(target, part.column(index), part.rowCount());
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public int rowCount() {
    return rowCount;
  }

  @Override
  public Column column(int index) {
    if (index == timeIndex) {
      return time;
    }
    Storage storage = schema.storage(index);
    Column target =
        keeps ? Column.create(storage) : memory.computeIfAbsent(storage, Column::create);
    target.clear();
    join(target, index);
    return target;
  }

  @Override
  public LongColumn hidden(HiddenField field) {
    return hidden.get(field.ordinal());
  }

  @Override
  public LongColumn time() {
    return time;
  }
}
