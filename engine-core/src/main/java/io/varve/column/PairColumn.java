package io.varve.column;

import java.util.Arrays;

/** Values of {@link io.varve.schema.Storage#PAIR}; a null is held as two zeros. Confined. */
public final class PairColumn implements Column {

  private final NullMask nulls = new NullMask();
  private long[] high = new long[16];
  private long[] low = new long[16];

  /** Returns the array of first parts, valid up to {@link #size} until the next append. */
  public long[] high() {
    return high;
  }

  /** Returns the array of second parts, valid up to {@link #size} until the next append. */
  public long[] low() {
    return low;
  }

  /** Adds a value. */
  public void append(long highPart, long lowPart) {
    put(highPart, lowPart);
    nulls.append(false);
  }

  /** Makes room for rows, adds them as present, and leaves both of their parts to the caller. */
  public void appendUninitialized(int count) {
    int needed = Math.addExact(size(), count);
    if (needed > high.length) {
      int capacity = Math.max(needed, high.length * 2);
      high = Arrays.copyOf(high, capacity);
      low = Arrays.copyOf(low, capacity);
    }
    nulls.appendPresent(count);
  }

  private void put(long highPart, long lowPart) {
    int row = size();
    if (row == high.length) {
      high = Arrays.copyOf(high, row * 2);
      low = Arrays.copyOf(low, row * 2);
    }
    high[row] = highPart;
    low[row] = lowPart;
  }

  @Override
  public PairColumn newEmpty() {
    return new PairColumn();
  }

  @Override
  public void appendNull() {
    put(0, 0);
    nulls.append(true);
  }

  @Override
  public void appendFrom(Column source, int row) {
    if (source.isNull(row)) {
      appendNull();
    } else {
      PairColumn pairs = (PairColumn) source;
      append(pairs.high[row], pairs.low[row]);
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
    return size() * 16L;
  }

  @Override
  public long heldBytes() {
    return high.length * 16L + nulls.heldBytes();
  }
}
