package io.varve.column;

import java.util.Arrays;

/** Values of {@link io.varve.schema.Storage#DOUBLE}; a null is held as zero. Confined. */
public final class DoubleColumn implements Column {

  private final NullMask nulls = new NullMask();
  private double[] values = new double[16];

  /** Returns the array behind the column, valid up to {@link #size} until the next append. */
  public double[] values() {
    return values;
  }

  /** Returns the value of a row, zero if it is null. */
  public double get(int row) {
    return values[row];
  }

  /** Adds a value. */
  public void append(double value) {
    reserve(1);
    values[size()] = value;
    nulls.append(false);
  }

  /** Makes room for rows, adds them as present, and leaves their values to the caller. */
  public double[] appendUninitialized(int count) {
    reserve(count);
    nulls.appendPresent(count);
    return values;
  }

  /** Makes room for rows to come. */
  void reserve(int count) {
    int needed = Math.addExact(size(), count);
    if (needed > values.length) {
      values = Arrays.copyOf(values, Growth.length(values.length, needed));
    }
  }

  @Override
  public DoubleColumn newEmpty() {
    return new DoubleColumn();
  }

  @Override
  public void appendNull() {
    reserve(1);
    values[size()] = 0;
    nulls.append(true);
  }

  @Override
  public void appendFrom(Column source, int row) {
    if (source.isNull(row)) {
      appendNull();
    } else {
      append(((DoubleColumn) source).values[row]);
    }
  }

  @Override
  public NullMask nulls() {
    return nulls;
  }

  @Override
  public void clear() {
    nulls.clear();
  }

  @Override
  public long memoryBytes() {
    return size() * 8L;
  }

  @Override
  public long heldBytes() {
    return values.length * 8L + nulls.heldBytes();
  }
}
