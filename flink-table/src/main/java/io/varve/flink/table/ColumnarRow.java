package io.varve.flink.table;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.RowKind;
import org.apache.flink.types.variant.Variant;

/**
 * A row that is a place in columns: nothing is copied, and a value is made when it is asked for.
 * The columns are of one block and never change, so the row stays valid for as long as it is held.
 * Like Flink's own columnar rows it can't be compared.
 */
final class ColumnarRow implements RowData {

  private final ValueColumn[] columns;
  private final int row;
  private RowKind kind = RowKind.INSERT;

  /**
   * Creates a view.
   *
   * @param columns shared by the rows of a block, not copied
   */
  ColumnarRow(ValueColumn[] columns, int row) {
    this.columns = columns;
    this.row = row;
  }

  @Override
  public int getArity() {
    return columns.length;
  }

  @Override
  public RowKind getRowKind() {
    return kind;
  }

  @Override
  public void setRowKind(RowKind newKind) {
    kind = newKind;
  }

  @Override
  public boolean isNullAt(int at) {
    return columns[at].isNull(row);
  }

  @Override
  public boolean getBoolean(int at) {
    return columns[at].getBoolean(row);
  }

  @Override
  public byte getByte(int at) {
    return (byte) columns[at].getLong(row);
  }

  @Override
  public short getShort(int at) {
    return (short) columns[at].getLong(row);
  }

  @Override
  public int getInt(int at) {
    return (int) columns[at].getLong(row);
  }

  @Override
  public long getLong(int at) {
    return columns[at].getLong(row);
  }

  @Override
  public float getFloat(int at) {
    return (float) columns[at].getDouble(row);
  }

  @Override
  public double getDouble(int at) {
    return columns[at].getDouble(row);
  }

  @Override
  public StringData getString(int at) {
    return columns[at].getString(row);
  }

  @Override
  public DecimalData getDecimal(int at, int precision, int scale) {
    return columns[at].getDecimal(row);
  }

  @Override
  public TimestampData getTimestamp(int at, int precision) {
    return columns[at].getTimestamp(row);
  }

  @Override
  public byte[] getBinary(int at) {
    return columns[at].getBinary(row);
  }

  @Override
  @SuppressWarnings("unchecked") // the caller knows the type of the column
  public <T> RawValueData<T> getRawValue(int at) {
    return (RawValueData<T>) columns[at].getNested(row);
  }

  @Override
  public ArrayData getArray(int at) {
    return (ArrayData) columns[at].getNested(row);
  }

  @Override
  public MapData getMap(int at) {
    return (MapData) columns[at].getNested(row);
  }

  @Override
  public RowData getRow(int at, int fields) {
    return (RowData) columns[at].getNested(row);
  }

  /** Fails: no column has the type. */
  @Override
  public Variant getVariant(int at) {
    throw new UnsupportedOperationException("no column is a VARIANT");
  }

  @Override
  public boolean equals(Object other) {
    throw new UnsupportedOperationException("compare the columns of rows, not the rows");
  }

  @Override
  public int hashCode() {
    throw new UnsupportedOperationException("rows of columns have no hash; take that of a column");
  }

  @Override
  public String toString() {
    return "row " + row + " of " + columns.length + " columns";
  }
}
