package io.varve.query;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * A result: the keys of a group and its measures, of the types that {@link BoundAggregation#keys}
 * and {@link BoundAggregation#measures} name. Columns are numbered through, keys first. Immutable.
 */
public record AggregateRow(List<Value> keys, List<Value> measures) {

  /** Copies the lists. */
  public AggregateRow {
    keys = List.copyOf(keys);
    measures = List.copyOf(measures);
  }

  /** Returns a column. */
  public Value value(int column) {
    return column < keys.size() ? keys.get(column) : measures.get(column - keys.size());
  }

  /** Returns whether a column is null. */
  public boolean isNull(int column) {
    return value(column).isNull();
  }

  /**
   * Returns a count, an integer, a value as held, or a sum of integers.
   *
   * @throws ArithmeticException if it does not fit into 64 bits
   */
  public long getLong(int column) {
    Value value = value(column);
    if (value instanceof Value.OfLong integer) {
      return integer.value();
    }
    return getDecimal(column).longValueExact();
  }

  /** Returns a count, an integer, or a sum of integers. */
  public BigInteger getInteger(int column) {
    return getDecimal(column).toBigIntegerExact();
  }

  /** Returns a decimal, or an integer as one. */
  public BigDecimal getDecimal(int column) {
    Value value = value(column);
    if (value instanceof Value.OfDecimal decimal) {
      return decimal.value();
    }
    if (value instanceof Value.OfLong integer) {
      return BigDecimal.valueOf(integer.value());
    }
    throw wrongKind(column, "a number");
  }

  /** Returns a floating-point number. */
  public double getDouble(int column) {
    if (value(column) instanceof Value.OfDouble floating) {
      return floating.value();
    }
    throw wrongKind(column, "a double");
  }

  /** Returns text. */
  public String getString(int column) {
    if (value(column) instanceof Value.OfBinary binary) {
      return binary.text();
    }
    throw wrongKind(column, "text");
  }

  /** Returns bytes. */
  public byte[] getBytes(int column) {
    if (value(column) instanceof Value.OfBinary binary) {
      return binary.value();
    }
    throw wrongKind(column, "bytes");
  }

  private IllegalStateException wrongKind(int column, String wanted) {
    return new IllegalStateException(
        "column " + column + " is " + value(column) + ", no " + wanted);
  }
}
