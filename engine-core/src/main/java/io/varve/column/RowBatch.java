package io.varve.column;

import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in memory, column by column, with the hidden columns of each. Grows at its end and is used
 * again after {@link #clear}. Confined to one thread.
 */
public final class RowBatch implements Rows {

  /** About what the objects around the arrays of a column take. */
  private static final int COLUMN_BYTES = 128;

  /** Room for text in a new batch: one part in so many more than another has. */
  private static final int SPARE = 8;

  private final Schema schema;
  private final Column[] columns;
  private final List<LongColumn> hidden;
  private final int timeIndex;

  /** Creates an empty batch. */
  public RowBatch(Schema schema) {
    this(schema, List.of(new LongColumn(), new LongColumn(), new LongColumn()));
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Column.create(schema.storage(i));
    }
  }

  private RowBatch(Schema schema, List<LongColumn> hidden) {
    this.schema = schema;
    this.timeIndex = schema.find(schema.timeFieldId()).orElseThrow();
    this.columns = new Column[schema.size()];
    this.hidden = List.copyOf(hidden);
  }

  /** Returns the schema of the rows. */
  @Override
  public Schema schema() {
    return schema;
  }

  /** Returns the number of finished rows: those with hidden values. */
  @Override
  public int rowCount() {
    return hidden.get(HiddenField.SEQUENCE.ordinal()).size();
  }

  /** Returns a column by its index in the schema. */
  @Override
  public Column column(int index) {
    return columns[index];
  }

  /** Puts another column, of as many rows and the same storage, in the place of one. */
  void replace(int index, Column column) {
    columns[index] = column;
  }

  /**
   * Returns a batch of rows that are there already.
   *
   * @param columns in the order of the schema, of the storage that it says
   */
  public static RowBatch of(Schema schema, List<Column> columns, List<LongColumn> hidden) {
    RowBatch batch = new RowBatch(schema, hidden);
    for (int i = 0; i < columns.size(); i++) {
      batch.columns[i] = columns.get(i);
    }
    return batch;
  }

  /** Returns a hidden column. */
  @Override
  public LongColumn hidden(HiddenField field) {
    return hidden.get(field.ordinal());
  }

  /** Returns the time column. */
  @Override
  public LongColumn time() {
    return (LongColumn) columns[timeIndex];
  }

  /** Returns the column with a field id, a user's or a hidden one. */
  public Column byFieldId(int fieldId) {
    for (HiddenField field : HiddenField.values()) {
      if (field.id() == fieldId) {
        return hidden(field);
      }
    }
    int index =
        schema
            .find(fieldId)
            .orElseThrow(() -> new IllegalArgumentException("no column has id " + fieldId));
    return columns[index];
  }

  /** Makes room for as many rows as another batch of the same schema has, and a little more. */
  void reserveAs(RowBatch other) {
    int rows = other.rowCount();
    for (int i = 0; i < columns.length; i++) {
      int bytes = byteCount(other.columns[i]);
      reserve(columns[i], rows, Math.addExact(bytes, bytes / SPARE));
    }
    for (LongColumn column : hidden) {
      column.reserve(rows);
    }
  }

  /** Makes room in a column for rows to come, of so many bytes in all where it is text or bytes. */
  static void reserve(Column column, int rows, int bytes) {
    if (column instanceof LongColumn values) {
      values.reserve(rows);
    } else if (column instanceof DoubleColumn values) {
      values.reserve(rows);
    } else if (column instanceof BinaryColumn values) {
      values.reserveRows(rows, bytes);
    }
  }

  /** Returns the number of bytes of all values of text or bytes, zero of others. */
  static int byteCount(Column column) {
    return column instanceof BinaryColumn values ? values.byteCount() : 0;
  }

  /** Adds a copy of a row of another batch of the same schema. */
  public void appendFrom(RowBatch source, int row) {
    for (int i = 0; i < columns.length; i++) {
      columns[i].appendFrom(source.columns[i], row);
    }
    for (int i = 0; i < hidden.size(); i++) {
      hidden.get(i).appendFrom(source.hidden.get(i), row);
    }
  }

  /** Adds a copy of all rows of another batch of the same schema. */
  public void appendAll(RowBatch source) {
    int rows = source.rowCount();
    for (int i = 0; i < columns.length; i++) {
      appendAll(columns[i], source.columns[i], rows);
    }
    for (int i = 0; i < hidden.size(); i++) {
      appendAll(hidden.get(i), source.hidden.get(i), rows);
    }
  }

  /** Adds a copy of a block of stored rows, without those that are deleted. */
  public void appendFrom(BlockSource source, int block) throws java.io.IOException {
    appendFrom(source, block, false);
  }

  /**
   * Does the same with rows that will take the place of their file: what its integers are decoded
   * to must add up to what their writer noted, so that no fault of memory, processor or compiler is
   * written down as if it were data.
   *
   * @throws io.varve.io.CorruptFileException if it does not
   */
  public void rewriteFrom(BlockSource source, int block) throws java.io.IOException {
    appendFrom(source, block, true);
  }

  private void appendFrom(BlockSource source, int block, boolean toRewrite)
      throws java.io.IOException {
    int rows = source.rowCount(block);
    long[] deleted = source.deletedRows(block);
    for (int i = 0; i < columns.length; i++) {
      Column read = source.read(block, schema.field(i).id());
      if (toRewrite) {
        BlockSums.requireNoted(source, block, schema.field(i), read);
      }
      append(columns[i], read, rows, deleted);
    }
    for (HiddenField field : HiddenField.values()) {
      append(hidden(field), source.read(block, field.id()), rows, deleted);
    }
  }

  private static void append(Column target, Column source, int rows, long @Nullable [] deleted) {
    if (deleted == null) {
      appendAll(target, source, rows);
      return;
    }
    for (int row = 0; row < rows; row++) {
      if ((deleted[row >>> 6] & (1L << row)) == 0) {
        target.appendFrom(source, row);
      }
    }
  }

  /** Adds a copy of all rows of another column of the same storage. */
  static void appendAll(Column target, Column source, int rows) {
    if (target instanceof LongColumn to && source instanceof LongColumn from) {
      int start = to.size();
      System.arraycopy(from.values(), 0, to.appendUninitialized(rows), start, rows);
    } else if (target instanceof DoubleColumn to && source instanceof DoubleColumn from) {
      int start = to.size();
      System.arraycopy(from.values(), 0, to.appendUninitialized(rows), start, rows);
    } else if (target instanceof BinaryColumn to && source instanceof BinaryColumn from) {
      appendAll(to, from, rows);
    } else {
      for (int row = 0; row < rows; row++) {
        target.appendFrom(source, row);
      }
      return;
    }
    copyNulls(target, source, rows);
  }

  private static void appendAll(BinaryColumn target, BinaryColumn source, int rows) {
    int start = target.size();
    int base = target.byteCount();
    int[] ends = target.appendUninitialized(rows, source.byteCount());
    System.arraycopy(source.bytes(), 0, target.bytes(), base, source.byteCount());
    for (int row = 0; row < rows; row++) {
      ends[start + row] = base + source.end(row);
    }
  }

  private static void copyNulls(Column target, Column source, int rows) {
    if (source.nulls().nullCount() > 0) {
      int start = target.size() - rows;
      for (int row = 0; row < rows; row++) {
        if (source.isNull(row)) {
          target.nulls().setNull(start + row);
        }
      }
    }
  }

  /** Forgets all rows but keeps the memory. */
  public void clear() {
    for (Column column : columns) {
      column.clear();
    }
    hidden.forEach(Column::clear);
  }

  /** Returns the bytes of memory that the columns take, also those that wait for values. */
  long heldBytes() {
    long bytes = 0;
    for (Column column : columns) {
      bytes += COLUMN_BYTES + column.heldBytes();
    }
    for (Column column : hidden) {
      bytes += COLUMN_BYTES + column.heldBytes();
    }
    return bytes;
  }

  /** Returns the bytes of memory that the values take. */
  public long memoryBytes() {
    long bytes = 0;
    for (Column column : columns) {
      bytes += column.memoryBytes();
    }
    for (Column column : hidden) {
      bytes += column.memoryBytes();
    }
    return bytes;
  }
}
