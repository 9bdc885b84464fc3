package io.varve.query;

import io.varve.column.Int128;
import java.math.BigInteger;

/**
 * What is known of a measure from some of the rows of a group. Merging is associative and
 * commutative, and exact but for sums of doubles. Immutable.
 */
public sealed interface MeasureState {

  /**
   * Returns what is known from the rows of both.
   *
   * @throws IllegalArgumentException if the other is of another kind
   */
  MeasureState merge(MeasureState other);

  private static IllegalArgumentException mismatch(MeasureState one, MeasureState other) {
    return new IllegalArgumentException("can't merge " + one + " with " + other);
  }

  /** A number of rows or values. */
  record Count(long count) implements MeasureState {

    @Override
    public MeasureState merge(MeasureState other) {
      if (other instanceof Count that) {
        return new Count(Math.addExact(count, that.count));
      }
      throw mismatch(this, other);
    }
  }

  /**
   * The exact sum of values of {@link io.varve.schema.Storage#LONG}.
   *
   * @param count how many values there were
   */
  record LongSum(long count, Int128 sum) implements MeasureState {

    @Override
    public MeasureState merge(MeasureState other) {
      if (other instanceof LongSum that) {
        return new LongSum(Math.addExact(count, that.count), sum.plus(that.sum));
      }
      throw mismatch(this, other);
    }
  }

  /**
   * The exact sum of decimals of more than 18 digits, unscaled.
   *
   * @param count how many values there were
   */
  record WideSum(long count, BigInteger sum) implements MeasureState {

    @Override
    public MeasureState merge(MeasureState other) {
      if (other instanceof WideSum that) {
        return new WideSum(Math.addExact(count, that.count), sum.add(that.sum));
      }
      throw mismatch(this, other);
    }
  }

  /**
   * The sum of doubles in double-double arithmetic: to 10<sup>-12</sup> of the exact sum unless the
   * values cancel each other to less than a billionth of their size.
   *
   * @param count how many values there were
   * @param high the leading part; NaN or an infinity as Java's addition would give
   * @param low what the leading part lacks
   */
  record DoubleSum(long count, double high, double low) implements MeasureState {

    /** Makes all NaNs one. */
    public DoubleSum {
      if (Double.isNaN(high)) {
        high = Double.NaN;
      }
    }

    @Override
    public MeasureState merge(MeasureState other) {
      if (other instanceof DoubleSum that) {
        return CompensatedSum.add(this, that);
      }
      throw mismatch(this, other);
    }

    /** Returns the sum in one double. */
    public double sum() {
      return high + low;
    }
  }

  /** The least value, {@link Value#NULL} if there was none. */
  record Minimum(Value value) implements MeasureState {

    @Override
    public MeasureState merge(MeasureState other) {
      if (other instanceof Minimum that) {
        boolean keep = that.value.isNull() || (!value.isNull() && value.compareTo(that.value) <= 0);
        return keep ? this : that;
      }
      throw mismatch(this, other);
    }
  }

  /** The greatest value, {@link Value#NULL} if there was none. */
  record Maximum(Value value) implements MeasureState {

    @Override
    public MeasureState merge(MeasureState other) {
      if (other instanceof Maximum that) {
        return value.compareTo(that.value) >= 0 ? this : that;
      }
      throw mismatch(this, other);
    }
  }
}
