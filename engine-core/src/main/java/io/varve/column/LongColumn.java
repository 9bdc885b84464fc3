package io.varve.column;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of {@link io.varve.schema.Storage#LONG}; a null is held as zero. Confined. */
public final class LongColumn implements Column {

  private final NullMask nulls = new NullMask();
  private long[] values = new long[16];
  private @Nullable EncodedLongs encoded;
  private boolean decoded = true;

  /** Returns the array behind the column, valid up to {@link #size} until the next append. */
  public long[] values() {
    if (!decoded) {
      decoded = true;
      Objects.requireNonNull(encoded).decode(values);
    }
    return values;
  }

  /** Returns the value of a row, zero if it is null. */
  public long get(int row) {
    return values()[row];
  }

  /**
   * Returns all values as they are stored; null if some are null, were changed, or are known only
   * one by one.
   */
  public @Nullable EncodedLongs encoded() {
    return encoded;
  }

  /** Adds rows to an empty column, to be decoded when a value is asked for. */
  public void appendEncoded(EncodedLongs stored, int count) {
    if (size() != 0) {
      throw new IllegalStateException("a column of " + size() + " rows has values already");
    }
    reserve(count);
    nulls.appendPresent(count);
    encoded = stored;
    decoded = false;
  }

  /** Adds a value. */
  public void append(long value) {
    reserve(1);
    values[size()] = value;
    nulls.append(false);
  }

  /** Makes room for rows, adds them as present, and leaves their values to the caller. */
  public long[] appendUninitialized(int count) {
    reserve(count);
    nulls.appendPresent(count);
    return values;
  }

  /** Makes room for rows to come. */
  void reserve(int count) {
    values();
    encoded = null;
    int needed = Math.addExact(size(), count);
    if (needed > values.length) {
      values = Arrays.copyOf(values, Growth.length(values.length, needed));
    }
  }

  @Override
  public LongColumn newEmpty() {
    return new LongColumn();
  }

  @Override
  public void detach() {
    values();
    encoded = null;
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
      append(((LongColumn) source).values()[row]);
    }
  }

  @Override
  public NullMask nulls() {
    return nulls;
  }

  @Override
  public void clear() {
    nulls.clear();
    encoded = null;
    decoded = true;
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
