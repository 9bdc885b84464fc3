package io.varve.query;

import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.Int128;
import io.varve.column.NullMask;
import io.varve.column.PairColumn;
import io.varve.column.Preaggregation.Role;
import io.varve.column.ZoneMap;
import io.varve.simd.Kernels;
import io.varve.simd.TwoSum;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sums and the number of values in them. */
final class SumAccumulator {

  private SumAccumulator() {}

  static Accumulator ofDouble() {
    return new OfDouble();
  }

  static Accumulator ofPair() {
    return new OfPair();
  }

  /** Sums of doubles as {@link CompensatedSum} says. */
  private static final class OfDouble extends Accumulator {

    private final Kernels kernels = Kernels.chosen();
    private final long[] bits = new long[Selection.WORDS];
    private long[] counts = new long[0];
    private double[] high = new double[0];
    private double[] low = new double[0];

    @Override
    void reserve(int groups) {
      if (groups > counts.length) {
        int capacity = capacity(counts.length, groups);
        counts = Arrays.copyOf(counts, capacity);
        high = Arrays.copyOf(high, capacity);
        low = Arrays.copyOf(low, capacity);
      }
    }

    @Override
    void add(@Nullable Column column, int[] rows, int[] groups, int count) {
      DoubleColumn doubles = (DoubleColumn) Objects.requireNonNull(column);
      double[] values = doubles.values();
      NullMask nulls = doubles.nulls();
      for (int n = 0; n < count; n++) {
        if (!nulls.isNull(rows[n])) {
          counts[groups[n]]++;
          addValue(groups[n], values[rows[n]]);
        }
      }
    }

    @Override
    boolean addSelected(int group, @Nullable Column column, Selection selection) {
      DoubleColumn doubles = (DoubleColumn) Objects.requireNonNull(column);
      NullMask nulls = doubles.nulls();
      if (nulls.nullCount() == 0 && selection.isAll()) {
        kernels.addToGroup(doubles.values(), selection.rowCount(), group, high, low);
      } else {
        long[] present = selection.wordsOfValues(nulls, bits);
        kernels.addToGroup(doubles.values(), selection.rowCount(), present, group, high, low);
      }
      counts[group] += selection.count() - selection.countNulls(nulls);
      return true;
    }

    private void addValue(int group, double value) {
      double before = high[group];
      double sum = before + value;
      high[group] = sum;
      low[group] += TwoSum.error(before, value, sum); // ignored once the sum is not finite
    }

    @Override
    boolean addZone(int group, int rows, @Nullable ZoneMap zone) {
      if (isAllNull(zone)) {
        return true;
      }
      if (!takesZone(zone) || !(zone instanceof ZoneMap.OfDouble map)) {
        return false;
      }
      counts[group] += map.rows() - map.nulls();
      addValue(group, map.sumHigh());
      addValue(group, map.sumLow());
      return true;
    }

    @Override
    boolean takesZone(@Nullable ZoneMap zone) {
      return isAllNull(zone)
          || (zone instanceof ZoneMap.OfDouble map
              && Double.isFinite(map.sumHigh())
              && Double.isFinite(map.sumLow()));
    }

    @Override
    boolean takesGroups(PreaggregatedBlocks source, int fieldId) throws IOException {
      return source.groups().has(Role.SUM, fieldId)
          && source.groups().has(Role.SUM_LOW, fieldId)
          && source.hasCounts(fieldId);
    }

    @Override
    void addGroups(
        PreaggregatedBlocks source, int block, int fieldId, int[] rows, int[] groups, int count)
        throws IOException {
      long[] values = source.counts(block, fieldId).values();
      double[] highs = ((DoubleColumn) source.groups().read(block, Role.SUM, fieldId)).values();
      double[] lows = ((DoubleColumn) source.groups().read(block, Role.SUM_LOW, fieldId)).values();
      for (int n = 0; n < count; n++) {
        int row = rows[n];
        counts[groups[n]] += values[row];
        addValue(groups[n], highs[row]);
        addValue(groups[n], lows[row]);
      }
    }

    @Override
    MeasureState state(int group) {
      MeasureState.DoubleSum raw =
          new MeasureState.DoubleSum(counts[group], high[group], low[group]);
      return CompensatedSum.add(raw, new MeasureState.DoubleSum(0, 0, 0));
    }

    @Override
    void clear() {
      Arrays.fill(counts, 0);
      Arrays.fill(high, 0);
      Arrays.fill(low, 0);
    }
  }

  /** Exact sums of numbers of 128 bits in 192: for each group count and three words, low first. */
  private static final class OfPair extends Accumulator {

    private long[] state = new long[0];

    @Override
    void reserve(int groups) {
      if (groups * 4L > state.length) {
        state = Arrays.copyOf(state, Math.multiplyExact(capacity(state.length / 4, groups), 4));
      }
    }

    @Override
    void add(@Nullable Column column, int[] rows, int[] groups, int count) {
      PairColumn pairs = (PairColumn) Objects.requireNonNull(column);
      for (int n = 0; n < count; n++) {
        int row = rows[n];
        if (pairs.isNull(row)) {
          continue;
        }
        int at = groups[n] * 4;
        long lowPart = pairs.low()[row];
        long highPart = pairs.high()[row];
        long low = state[at + 1] + lowPart;
        long carry = Long.compareUnsigned(low, lowPart) < 0 ? 1 : 0;
        long carried = state[at + 2] + carry;
        long middle = carried + highPart;
        long up = carry != 0 && carried == 0 ? 1 : 0;
        up += Long.compareUnsigned(middle, highPart) < 0 ? 1 : 0;
        state[at]++;
        state[at + 1] = low;
        state[at + 2] = middle;
        state[at + 3] += (highPart >> 63) + up;
      }
    }

    @Override
    boolean addZone(int group, int rows, @Nullable ZoneMap zone) {
      return takesZone(zone);
    }

    @Override
    boolean takesZone(@Nullable ZoneMap zone) {
      return isAllNull(zone); // the map of pairs has no sum
    }

    @Override
    boolean takesGroups(PreaggregatedBlocks source, int fieldId) throws IOException {
      return false;
    }

    @Override
    void addGroups(
        PreaggregatedBlocks source, int block, int fieldId, int[] rows, int[] groups, int count)
        throws IOException {
      throw new IllegalStateException("no groups hold sums of wide decimals");
    }

    @Override
    MeasureState state(int group) {
      int at = group * 4;
      BigInteger upper = new Int128(state[at + 3], state[at + 2]).toBigInteger();
      BigInteger lower = new Int128(0, state[at + 1]).toBigInteger();
      return new MeasureState.WideSum(state[at], upper.shiftLeft(64).add(lower));
    }

    @Override
    void clear() {
      Arrays.fill(state, 0);
    }
  }
}
