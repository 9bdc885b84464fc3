package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.Preaggregation;
import io.varve.column.ZoneMap;
import io.varve.schema.Storage;
import io.varve.simd.Kernels;
import io.varve.simd.LongTotals;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Least or greatest values, in the order of {@link Value}. */
abstract class ExtremeAccumulator extends Accumulator {

  /** Whether the greatest is wanted, and not the least. */
  final boolean greatest;

  boolean[] seen = new boolean[0];

  private ExtremeAccumulator(boolean greatest) {
    this.greatest = greatest;
  }

  static Accumulator of(Storage storage, boolean greatest) {
    return switch (storage) {
      case LONG -> new OfLong(greatest);
      case DOUBLE -> new OfDouble(greatest);
      case BINARY -> new OfBinary(greatest);
      case PAIR -> new OfPair(greatest);
    };
  }

  @Override
  final void reserve(int groups) {
    if (groups > seen.length) {
      int capacity = capacity(seen.length, groups);
      seen = Arrays.copyOf(seen, capacity);
      grow(capacity);
    }
  }

  abstract void grow(int capacity);

  abstract Value best(int group);

  /** Adds a bound of a zone that has values; false if it is not known. */
  abstract boolean addBound(int group, ZoneMap zone);

  @Override
  final boolean addZone(int group, int rows, @Nullable ZoneMap zone) {
    if (zone == null) {
      return false;
    }
    return isAllNull(zone) || addBound(group, zone);
  }

  @Override
  final boolean takesZone(@Nullable ZoneMap zone) {
    if (zone instanceof ZoneMap.OfBinary map && !isAllNull(zone)) {
      return map.exact() && (greatest ? map.max() : map.min()) != null;
    }
    return zone != null;
  }

  private Preaggregation.Role role() {
    return greatest ? Preaggregation.Role.MAX : Preaggregation.Role.MIN;
  }

  @Override
  final boolean takesGroups(PreaggregatedBlocks source, int fieldId) {
    return source.groups().has(role(), fieldId) || source.hasKey(fieldId);
  }

  @Override
  final void addGroups(
      PreaggregatedBlocks source, int block, int fieldId, int[] rows, int[] groups, int count)
      throws IOException {
    Column bounds =
        source.groups().has(role(), fieldId)
            ? source.groups().read(block, role(), fieldId)
            : source.read(block, fieldId);
    add(bounds, rows, groups, count);
  }

  @Override
  final MeasureState state(int group) {
    Value value = seen[group] ? best(group) : Value.NULL;
    return greatest ? new MeasureState.Maximum(value) : new MeasureState.Minimum(value);
  }

  @Override
  void clear() {
    Arrays.fill(seen, false);
  }

  private static final class OfLong extends ExtremeAccumulator {

    private final Kernels kernels = Kernels.chosen();
    private final LongTotals totals = new LongTotals();
    private final long[] bits = new long[Selection.WORDS];
    private long[] best = new long[0];

    OfLong(boolean greatest) {
      super(greatest);
    }

    @Override
    void grow(int capacity) {
      best = Arrays.copyOf(best, capacity);
    }

    @Override
    void add(@Nullable Column column, int[] rows, int[] groups, int count) {
      long[] values = ((LongColumn) Objects.requireNonNull(column)).values();
      boolean nullable = column.nulls().nullCount() != 0;
      for (int n = 0; n < count; n++) {
        if (!nullable || !column.isNull(rows[n])) {
          addValue(groups[n], values[rows[n]]);
        }
      }
    }

    @Override
    boolean addSelected(int group, @Nullable Column column, Selection selection) {
      LongColumn longs = (LongColumn) Objects.requireNonNull(column);
      if (longs.encoded() != null && selection.isFew()) {
        return false; // to take them out of the stored form costs less than to decode all
      }
      if (longs.nulls().nullCount() == 0 && selection.isAll()) {
        kernels.summarize(longs.values(), 0, selection.rowCount(), totals);
      } else {
        long[] present = selection.wordsOfValues(longs.nulls(), bits);
        kernels.summarizeSelected(longs.values(), selection.rowCount(), present, totals);
      }
      if (totals.min() <= totals.max()) { // else there is no value
        addValue(group, greatest ? totals.max() : totals.min());
      }
      return true;
    }

    private void addValue(int group, long value) {
      boolean better = greatest ? value > best[group] : value < best[group];
      if (better || !seen[group]) {
        best[group] = value;
        seen[group] = true;
      }
    }

    @Override
    boolean addBound(int group, ZoneMap zone) {
      if (zone instanceof ZoneMap.OfLong map) {
        addValue(group, greatest ? map.max() : map.min());
        return true;
      }
      return false;
    }

    @Override
    Value best(int group) {
      return new Value.OfLong(best[group]);
    }
  }

  private static final class OfDouble extends ExtremeAccumulator {

    private double[] best = new double[0];

    OfDouble(boolean greatest) {
      super(greatest);
    }

    @Override
    void grow(int capacity) {
      best = Arrays.copyOf(best, capacity);
    }

    @Override
    void add(@Nullable Column column, int[] rows, int[] groups, int count) {
      double[] values = ((DoubleColumn) Objects.requireNonNull(column)).values();
      for (int n = 0; n < count; n++) {
        if (!column.isNull(rows[n])) {
          addValue(groups[n], values[rows[n]]);
        }
      }
    }

    private void addValue(int group, double value) {
      int order = Double.compare(value, best[group]);
      if (!seen[group] || (greatest ? order > 0 : order < 0)) {
        best[group] = value;
        seen[group] = true;
      }
    }

    @Override
    boolean addBound(int group, ZoneMap zone) {
      if (zone instanceof ZoneMap.OfDouble map) {
        addValue(group, greatest ? map.max() : map.min());
        return true;
      }
      return false;
    }

    @Override
    Value best(int group) {
      return new Value.OfDouble(best[group]);
    }
  }

  private static final class OfPair extends ExtremeAccumulator {

    private long[] high = new long[0];
    private long[] low = new long[0];

    OfPair(boolean greatest) {
      super(greatest);
    }

    @Override
    void grow(int capacity) {
      high = Arrays.copyOf(high, capacity);
      low = Arrays.copyOf(low, capacity);
    }

    @Override
    void add(@Nullable Column column, int[] rows, int[] groups, int count) {
      PairColumn pairs = (PairColumn) Objects.requireNonNull(column);
      for (int n = 0; n < count; n++) {
        int row = rows[n];
        if (!pairs.isNull(row)) {
          addValue(groups[n], pairs.high()[row], pairs.low()[row]);
        }
      }
    }

    private void addValue(int group, long highPart, long lowPart) {
      int order = Long.compare(highPart, high[group]);
      if (order == 0) {
        order = Long.compareUnsigned(lowPart, low[group]);
      }
      if (!seen[group] || (greatest ? order > 0 : order < 0)) {
        high[group] = highPart;
        low[group] = lowPart;
        seen[group] = true;
      }
    }

    @Override
    boolean addBound(int group, ZoneMap zone) {
      if (zone instanceof ZoneMap.OfPair map) {
        if (greatest) {
          addValue(group, map.maxHigh(), map.maxLow());
        } else {
          addValue(group, map.minHigh(), map.minLow());
        }
        return true;
      }
      return false;
    }

    @Override
    Value best(int group) {
      return new Value.OfPair(high[group], low[group]);
    }
  }

  private static final class OfBinary extends ExtremeAccumulator {

    private byte[][] best = new byte[0][];

    OfBinary(boolean greatest) {
      super(greatest);
    }

    @Override
    void grow(int capacity) {
      int old = best.length;
      best = Arrays.copyOf(best, capacity);
      Arrays.fill(best, old, capacity, new byte[0]);
    }

    @Override
    void add(@Nullable Column column, int[] rows, int[] groups, int count) {
      Column input = Objects.requireNonNull(column);
      DictionaryColumn coded = input instanceof DictionaryColumn codes ? codes : null;
      BinaryColumn values = coded != null ? coded.dictionary() : (BinaryColumn) input;
      for (int n = 0; n < count; n++) {
        int row = rows[n];
        if (!input.isNull(row)) {
          int index = coded != null ? coded.code(row) : row;
          addValue(groups[n], values.bytes(), values.start(index), values.end(index));
        }
      }
    }

    private void addValue(int group, byte[] bytes, int from, int to) {
      byte[] old = best[group];
      int order = Arrays.compareUnsigned(bytes, from, to, old, 0, old.length);
      if (!seen[group] || (greatest ? order > 0 : order < 0)) {
        best[group] = Arrays.copyOfRange(bytes, from, to);
        seen[group] = true;
      }
    }

    @Override
    boolean addBound(int group, ZoneMap zone) {
      if (zone instanceof ZoneMap.OfBinary map && map.exact()) {
        byte[] bound = greatest ? map.max() : map.min();
        if (bound != null) {
          addValue(group, bound, 0, bound.length);
          return true;
        }
      }
      return false;
    }

    @Override
    Value best(int group) {
      return new Value.OfBinary(best[group]);
    }

    @Override
    void clear() {
      super.clear();
      Arrays.fill(best, new byte[0]);
    }
  }
}
