package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the selected rows of one block after the other and shows chosen columns of each.
 *
 * <pre>{@code
 * RowCursor cursor = new RowCursor(schema, columns);
 * Block block = new Block(source, index);
 * filter.select(block, selection);
 * cursor.open(block, selection);
 * while (cursor.next()) {
 *   cursor.getString(0);
 * }
 * }</pre>
 *
 * Confined to one thread.
 */
public final class RowCursor implements RowView {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Field[] fields;
  private final Column[] columns;
  private final int timeFieldId;

  private final CodedTexts[] texts;
  private @Nullable Selection selection;
  private int row = -1;

  /**
   * Creates a cursor before the first block.
   *
   * @param columnIndexes of the schema, in the order in which the view shows them
   */
  public RowCursor(Schema schema, int... columnIndexes) {
    this.fields = new Field[columnIndexes.length];
    this.columns = new Column[columnIndexes.length];
    this.texts = new CodedTexts[columnIndexes.length];
    for (int i = 0; i < columnIndexes.length; i++) {
      fields[i] = schema.field(columnIndexes[i]);
      texts[i] = new CodedTexts();
    }
    this.timeFieldId = schema.timeFieldId();
  }

  /**
   * Goes before the first selected row of a block. Its columns are read now, if it has one.
   *
   * @param rows of this block; kept, so not to be changed while the cursor is in the block
   */
  public void open(Block block, Selection rows) throws IOException {
    if (rows.rowCount() != block.rowCount()) {
      throw new IllegalArgumentException(
          "a selection of " + rows.rowCount() + " rows for a block of " + block.rowCount());
    }
    if (rows.count() > 0) {
      for (int i = 0; i < fields.length; i++) {
        columns[i] = block.column(fields[i].id());
      }
    }
    selection = rows;
    row = -1;
  }

  /** Goes to the next selected row; false if there is none. */
  public boolean next() {
    Selection rows = selection;
    if (rows == null) {
      return false;
    }
    int following = rows.next(row + 1);
    if (following < 0) {
      selection = null;
      return false;
    }
    row = following;
    return true;
  }

  /** Returns the index of the current row in its block. */
  public int row() {
    return row;
  }

  @Override
  public boolean isNull(int column) {
    return columns[column].isNull(row);
  }

  @Override
  public boolean getBoolean(int column) {
    return getLong(column) != 0;
  }

  @Override
  public long getLong(int column) {
    return ((LongColumn) columns[column]).get(row);
  }

  @Override
  public double getDouble(int column) {
    return ((DoubleColumn) columns[column]).get(row);
  }

  @Override
  public String getString(int column) {
    Column values = columns[column];
    return values instanceof DictionaryColumn coded
        ? texts[column].get(coded.dictionary(), coded.code(row))
        : ((BinaryColumn) values).getString(row);
  }

  @Override
  public byte[] getBytes(int column) {
    Column values = columns[column];
    return values instanceof DictionaryColumn coded
        ? coded.dictionary().get(coded.code(row))
        : ((BinaryColumn) values).get(row);
  }

  @Override
  public BigDecimal getDecimal(int column) {
    if (fields[column].type().kind() != TypeKind.DECIMAL) {
      throw new IllegalStateException("column '" + fields[column].name() + "' is no decimal");
    }
    int scale = fields[column].type().scale();
    if (columns[column] instanceof LongColumn longs) {
      return BigDecimal.valueOf(longs.get(row), scale);
    }
    PairColumn pairs = (PairColumn) columns[column];
    BigInteger unscaled = new Int128(pairs.high()[row], pairs.low()[row]).toBigInteger();
    return new BigDecimal(unscaled, scale);
  }

  @Override
  public long getTimestampMillis(int column) {
    if (columns[column] instanceof PairColumn pairs) {
      return pairs.high()[row];
    }
    long held = getLong(column);
    return isTime(column) ? Math.floorDiv(held, NANOS_PER_MILLI) : held;
  }

  @Override
  public int getTimestampNanosOfMilli(int column) {
    if (columns[column] instanceof PairColumn pairs) {
      return (int) pairs.low()[row];
    }
    return isTime(column) ? (int) Math.floorMod(getLong(column), NANOS_PER_MILLI) : 0;
  }

  private boolean isTime(int column) {
    return fields[column].id() == timeFieldId;
  }
}
