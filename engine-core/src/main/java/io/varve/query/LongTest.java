package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.EncodedLongs;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import io.varve.simd.Kernels;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Whether a value of {@link io.varve.schema.Storage#LONG} lies in a range or a set. */
abstract class LongTest extends ColumnTest {

  LongTest(int fieldId, boolean negated) {
    super(fieldId, negated);
  }

  @Override
  abstract boolean testLong(long value);

  abstract Verdict judgeRange(long min, long max);

  abstract void testValues(long[] values, int rows, long[] bits);

  @Override
  final Verdict judgeValues(ZoneMap zone) {
    return zone instanceof ZoneMap.OfLong map ? judgeRange(map.min(), map.max()) : Verdict.SOME;
  }

  @Override
  final void test(Column column, int rows, long[] bits) {
    LongColumn longs = (LongColumn) column;
    EncodedLongs encoded = longs.encoded();
    if (encoded == null || !testEncoded(encoded, rows, bits)) {
      testValues(longs.values(), rows, bits);
    }
  }

  /** Does the same with values as they are stored; returns false if it needs them decoded. */
  boolean testEncoded(EncodedLongs encoded, int rows, long[] bits) {
    return false;
  }

  /** From {@code first} to {@code last}, both included; nothing if {@code first > last}. */
  static final class Range extends LongTest {

    private final Kernels kernels = Kernels.chosen();
    private final long first;
    private final long last;

    Range(int fieldId, boolean negated, long first, long last) {
      super(fieldId, negated);
      this.first = first;
      this.last = last;
    }

    long first() {
      return first;
    }

    long last() {
      return last;
    }

    /** Returns whether this is, not negated, a range of a column. */
    boolean isRangeOf(int ofFieldId) {
      return fieldId() == ofFieldId && !isNegated();
    }

    @Override
    @Nullable ColumnTest and(ColumnTest other) {
      return other instanceof Range that
              && that.fieldId() == fieldId()
              && !isNegated()
              && !that.isNegated()
          ? new Range(fieldId(), false, Math.max(first, that.first), Math.min(last, that.last))
          : null;
    }

    @Override
    boolean testLong(long value) {
      return value >= first && value <= last;
    }

    @Override
    long @Nullable [] blocksOfValues(BlockSource source) throws IOException {
      return first == last ? source.blocksThatMayHold(fieldId(), first) : null;
    }

    @Override
    Verdict judgeRange(long min, long max) {
      if (first > last || max < first || min > last) {
        return Verdict.NONE;
      }
      return min >= first && max <= last ? Verdict.ALL : Verdict.SOME;
    }

    @Override
    void testValues(long[] values, int rows, long[] bits) {
      if (first > last) {
        Arrays.fill(bits, 0);
      } else {
        kernels.selectRange(values, rows, first, last, bits);
        Arrays.fill(bits, (rows + 63) >>> 6, Selection.WORDS, 0);
      }
    }

    @Override
    boolean testEncoded(EncodedLongs encoded, int rows, long[] bits) {
      encoded.selectRange(first, last, bits);
      Arrays.fill(bits, (rows + 63) >>> 6, Selection.WORDS, 0);
      return true;
    }
  }

  /** One of some values. */
  static final class In extends LongTest {

    private final Kernels kernels = Kernels.chosen();
    private final long[] sorted;

    In(int fieldId, boolean negated, long[] sorted) {
      super(fieldId, negated);
      this.sorted = sorted;
    }

    @Override
    boolean testLong(long value) {
      return Arrays.binarySearch(sorted, value) >= 0;
    }

    @Override
    long @Nullable [] blocksOfValues(BlockSource source) throws IOException {
      return join(
          source, sorted.length, index -> source.blocksThatMayHold(fieldId(), sorted[index]));
    }

    @Override
    Verdict judgeRange(long min, long max) {
      int place = Arrays.binarySearch(sorted, min);
      if (place < 0) {
        int next = -place - 1;
        return next == sorted.length || sorted[next] > max ? Verdict.NONE : Verdict.SOME;
      }
      return min == max ? Verdict.ALL : Verdict.SOME;
    }

    @Override
    boolean testEncoded(EncodedLongs encoded, int rows, long[] bits) {
      if (sorted.length > EncodedLongs.MAX_WANTED) {
        return false;
      }
      encoded.selectIn(sorted, bits);
      Arrays.fill(bits, (rows + 63) >>> 6, Selection.WORDS, 0);
      return true;
    }

    @Override
    void testValues(long[] values, int rows, long[] bits) {
      Arrays.fill(bits, 0);
      if (sorted.length <= Kernels.MAX_WANTED) {
        kernels.selectIn(values, rows, sorted, bits);
        return;
      }
      for (int row = 0; row < rows; row++) {
        if (testLong(values[row])) {
          bits[row >>> 6] |= 1L << row;
        }
      }
    }
  }
}
