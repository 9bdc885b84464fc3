package io.varve.query;

import io.varve.column.Column;
import io.varve.column.EncodedLongs;
import io.varve.column.Int128;
import io.varve.column.LongColumn;
import io.varve.column.NullMask;
import io.varve.column.PairColumn;
import io.varve.column.Preaggregation.Role;
import io.varve.column.ZoneMap;
import io.varve.io.BytesWriter;
import io.varve.simd.Kernels;
import io.varve.simd.LongSummary;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Exact sums of int64. They are held in 64 bits as long as no group can have left them, whatever
 * its rows were, and in 128 bits from then on. How many values there are is what the rows of the
 * group, which are counted once for all sums, have more than nulls.
 */
final class LongSumAccumulator extends Accumulator {

  private final Kernels kernels = Kernels.chosen();
  private final CountAccumulator rowCounts;
  private final long[] bits = new long[Selection.WORDS];
  private long[] low = new long[0];

  /** The upper halves, of as many groups as {@link #low} has; none as long as 64 bits do. */
  private long[] high = new long[0];

  private boolean wide;

  /** What the size of no sum exceeds, as long as they are held in 64 bits. */
  private long bound;

  /** What the size of no value of the source exceeds; negative if that is not known. */
  private long sourceSize = -1;

  /** How many nulls were met, for groups that had some. */
  private long[] nulls = new long[0];

  /** Creates sums of rows that another accumulator counts. */
  LongSumAccumulator(CountAccumulator rowCounts) {
    this.rowCounts = rowCounts;
  }

  @Override
  void reserve(int groups) {
    if (groups > low.length) {
      low = Arrays.copyOf(low, capacity(low.length, groups));
      if (wide) {
        high = Arrays.copyOf(high, low.length);
      }
    }
  }

  @Override
  void open(@Nullable ZoneMap zone) {
    sourceSize = -1;
    if (isAllNull(zone)) {
      sourceSize = 0;
    } else if (zone instanceof ZoneMap.OfLong map) {
      sourceSize = size(map.min(), map.max());
    }
  }

  /** Returns whether sums may leave 64 bits when numbers of no more than some size are added. */
  private boolean mayExceed(long greatestSize, int count) {
    return greatestSize < 0
        || (greatestSize > 0 && count > (Long.MAX_VALUE - bound) / greatestSize);
  }

  /** Prepares for adding to any group numbers that sum up to no more than some size. */
  private void expect(long greatestSize, int count) {
    if (wide) {
      return;
    }
    if (mayExceed(greatestSize, count)) {
      widen();
    } else {
      bound += greatestSize * count;
    }
  }

  private void widen() {
    wide = true;
    high = new long[low.length];
    for (int group = 0; group < low.length; group++) {
      high[group] = low[group] >> 63;
    }
  }

  /** Returns the greatest distance to zero, negative for that of the least number of all. */
  private static long size(long min, long max) {
    return Math.max(Math.abs(min), Math.abs(max)) | (min == Long.MIN_VALUE ? min : 0);
  }

  @Override
  void add(@Nullable Column column, int[] rows, int[] groups, int count) {
    LongColumn longs = (LongColumn) Objects.requireNonNull(column);
    long[] values = longs.values();
    if (!wide && !mayExceed(sourceSize, count)) {
      expect(sourceSize, count);
    } else if (!wide) {
      LongSummary all = kernels.summarize(values, 0, longs.size());
      expect(all.min() > all.max() ? 0 : size(all.min(), all.max()), count);
    }
    if (count < longs.size()) {
      addSome(values, rows, groups, count);
    } else if (wide) {
      kernels.addToGroups(values, groups, count, low, high);
    } else {
      kernels.addToGroups(values, groups, count, low);
    }
    if (longs.nulls().nullCount() != 0) { // held as zero
      countNulls(longs.nulls(), rows, groups, count);
    }
  }

  /** Adds the values of some rows: to take them out first costs more than the kernel saves. */
  private void addSome(long[] values, int[] rows, int[] groups, int count) {
    if (wide) {
      for (int n = 0; n < count; n++) {
        long value = values[rows[n]];
        addParts(groups[n], value >> 63, value);
      }
    } else {
      long[] target = low;
      for (int n = 0; n < count; n++) {
        target[groups[n]] += values[rows[n]];
      }
    }
  }

  private void countNulls(NullMask mask, int[] rows, int[] groups, int count) {
    if (count == mask.size()) {
      nulls = nulls.length < low.length ? Arrays.copyOf(nulls, low.length) : nulls;
      long[] words = mask.words();
      Arrays.fill(bits, 0);
      System.arraycopy(words, 0, bits, 0, Math.min(words.length, bits.length));
      kernels.countGroups(groups, count, bits, nulls);
      return;
    }
    for (int n = 0; n < count; n++) {
      if (mask.isNull(rows[n])) {
        addNulls(groups[n], 1);
      }
    }
  }

  private void addNulls(int group, long count) {
    if (count == 0) {
      return;
    }
    if (group >= nulls.length) {
      nulls = Arrays.copyOf(nulls, low.length);
    }
    nulls[group] += count;
  }

  @Override
  boolean addSelected(int group, @Nullable Column column, Selection selection) {
    LongColumn longs = (LongColumn) Objects.requireNonNull(column);
    EncodedLongs encoded = longs.encoded();
    Int128 sum;
    if (selection.isAll()) {
      sum =
          encoded != null
              ? encoded.sum()
              : kernels.summarize(longs.values(), 0, selection.rowCount()).sum();
    } else {
      sum =
          encoded != null
              ? encoded.sumSelected(selection.words())
              : kernels.sumSelected(longs.values(), selection.rowCount(), selection.words());
    }
    addSum(group, sum.high(), sum.low());
    addNulls(group, longs.nulls().nullCount() == 0 ? 0 : selection.countNulls(longs.nulls()));
    return true;
  }

  /** Adds a number of 128 bits. */
  private void addSum(int group, long upper, long lower) {
    if (!wide) {
      expect(upper == lower >> 63 ? size(lower, lower) : -1, 1);
    }
    addParts(group, upper, lower);
  }

  private void addParts(int group, long upper, long lower) {
    long sum = low[group] + lower;
    low[group] = sum;
    if (wide) {
      high[group] += upper + (Long.compareUnsigned(sum, lower) < 0 ? 1 : 0);
    }
  }

  @Override
  boolean addZone(int group, int rows, @Nullable ZoneMap zone) {
    if (isAllNull(zone)) {
      addNulls(group, rows);
      return true;
    }
    if (!(zone instanceof ZoneMap.OfLong map)) {
      return false;
    }
    addSum(group, map.sum().high(), map.sum().low());
    addNulls(group, map.nulls());
    return true;
  }

  @Override
  boolean takesZone(@Nullable ZoneMap zone) {
    return zone instanceof ZoneMap.OfLong || isAllNull(zone);
  }

  @Override
  long longValue(int group) {
    if (wide && high[group] != low[group] >> 63) {
      throw new ArithmeticException(state(group) + " exceeds 64 bits");
    }
    return low[group];
  }

  @Override
  boolean takesGroups(PreaggregatedBlocks source, int fieldId) throws IOException {
    return source.groups().has(Role.SUM, fieldId) && source.hasCounts(fieldId);
  }

  @Override
  void addGroups(
      PreaggregatedBlocks source, int block, int fieldId, int[] rows, int[] groups, int count)
      throws IOException {
    PairColumn sums = (PairColumn) source.groups().read(block, Role.SUM, fieldId);
    for (int n = 0; n < count; n++) {
      addSum(groups[n], sums.high()[rows[n]], sums.low()[rows[n]]);
    }
    long[] values = source.counts(block, fieldId).values();
    long[] all = source.rows(block).values();
    for (int n = 0; n < count; n++) {
      addNulls(groups[n], all[rows[n]] - values[rows[n]]);
    }
  }

  @Override
  MeasureState state(int group) {
    long upper = wide ? high[group] : low[group] >> 63;
    return new MeasureState.LongSum(valueCount(group), new Int128(upper, low[group]));
  }

  private long valueCount(int group) {
    return rowCounts.longValue(group) - (group < nulls.length ? nulls[group] : 0);
  }

  @Override
  void write(int group, BytesWriter out) {
    if (wide) {
      super.write(group, out);
    } else {
      GroupRows.writeSum(valueCount(group), low[group], out);
    }
  }

  @Override
  void clear() {
    Arrays.fill(low, 0);
    high = new long[0];
    wide = false;
    bound = 0;
    nulls = new long[0];
  }
}
