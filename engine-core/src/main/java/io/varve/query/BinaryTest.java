package io.varve.query;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.EncodedLongs;
import io.varve.column.ZoneMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Whether bytes, compared as unsigned numbers, lie in a range or a set. */
abstract class BinaryTest extends ColumnTest {

  BinaryTest(int fieldId, boolean negated) {
    super(fieldId, negated);
  }

  @Override
  abstract boolean testBytes(byte[] bytes, int from, int to);

  /** Judges values from {@code min} to {@code max}, without upper bound if that is null. */
  abstract Verdict judgeRange(byte[] min, byte @Nullable [] max);

  @Override
  final Verdict judgeValues(ZoneMap zone) {
    if (zone instanceof ZoneMap.OfBinary map) {
      byte[] min = map.min();
      return min == null ? Verdict.SOME : judgeRange(min, map.max());
    }
    return Verdict.SOME;
  }

  @Override
  final void test(Column column, int rows, long[] bits) {
    BinaryColumn values = (BinaryColumn) column;
    byte[] bytes = values.bytes();
    Arrays.fill(bits, 0);
    int start = 0;
    for (int row = 0; row < rows; row++) {
      int end = values.end(row);
      if (testBytes(bytes, start, end)) {
        bits[row >>> 6] |= 1L << row;
      }
      start = end;
    }
  }

  /**
   * From {@code first}, included, to {@code last}, included or not; a bound that is null is none.
   */
  static final class Range extends BinaryTest {

    private final byte @Nullable [] first;
    private final byte @Nullable [] last;
    private final boolean lastIncluded;

    Range(
        int fieldId,
        boolean negated,
        byte @Nullable [] first,
        byte @Nullable [] last,
        boolean lastIncluded) {
      super(fieldId, negated);
      this.first = first;
      this.last = last;
      this.lastIncluded = lastIncluded;
    }

    @Override
    @Nullable ColumnTest and(ColumnTest other) {
      if (!(other instanceof Range that)
          || that.fieldId() != fieldId()
          || isNegated()
          || that.isNegated()) {
        return null;
      }
      byte[] bound = that.first;
      byte[] lower = bound == null || isBelow(bound, 0, bound.length) ? first : bound;
      bound = that.last;
      boolean mine = bound == null || isAbove(bound, 0, bound.length);
      return new Range(
          fieldId(), false, lower, mine ? last : bound, mine ? lastIncluded : that.lastIncluded);
    }

    @Override
    boolean testBytes(byte[] bytes, int from, int to) {
      return !isBelow(bytes, from, to) && !isAbove(bytes, from, to);
    }

    @Override
    int[] codeRange(BinaryColumn sorted) {
      byte[] bytes = sorted.bytes();
      int from = firstOf(sorted, 0, code -> !isBelow(bytes, sorted.start(code), sorted.end(code)));
      int to = firstOf(sorted, from, code -> isAbove(bytes, sorted.start(code), sorted.end(code)));
      return new int[] {from, to};
    }

    /** Returns the first code from {@code from} on where a condition holds that then holds on. */
    private static int firstOf(BinaryColumn sorted, int from, IntPredicate condition) {
      int lower = from;
      int upper = sorted.size();
      while (lower < upper) {
        int middle = (lower + upper) >>> 1;
        if (condition.test(middle)) {
          upper = middle;
        } else {
          lower = middle + 1;
        }
      }
      return lower;
    }

    /** Returns the only value for which this holds, null if it is for others too. */
    private byte @Nullable [] onlyValue() {
      return lastIncluded && first != null && Arrays.equals(first, last) ? first : null;
    }

    @Override
    long @Nullable [] blocksOfValues(BlockSource source) throws IOException {
      byte[] value = onlyValue();
      return value == null ? null : source.blocksThatMayHold(fieldId(), value);
    }

    @Override
    boolean find(Block block, long[] bits) throws IOException {
      byte[] value = isNegated() ? null : onlyValue();
      return value != null && block.find(fieldId(), value, bits);
    }

    private boolean isBelow(byte[] bytes, int from, int to) {
      byte[] bound = first;
      return bound != null && Arrays.compareUnsigned(bytes, from, to, bound, 0, bound.length) < 0;
    }

    private boolean isAbove(byte[] bytes, int from, int to) {
      byte[] bound = last;
      if (bound == null) {
        return false;
      }
      int order = Arrays.compareUnsigned(bytes, from, to, bound, 0, bound.length);
      return lastIncluded ? order > 0 : order >= 0;
    }

    @Override
    Verdict judgeRange(byte[] min, byte @Nullable [] max) {
      if (isAbove(min, 0, min.length) || (max != null && isBelow(max, 0, max.length))) {
        return Verdict.NONE;
      }
      boolean below = max == null ? last == null : !isAbove(max, 0, max.length);
      return below && !isBelow(min, 0, min.length) ? Verdict.ALL : Verdict.SOME;
    }
  }

  /** Exactly one of some values. */
  static final class In extends BinaryTest {

    private final byte[][] sorted;

    In(int fieldId, boolean negated, byte[][] sorted) {
      super(fieldId, negated);
      this.sorted = sorted;
    }

    @Override
    boolean testBytes(byte[] bytes, int from, int to) {
      int place = place(bytes, from, to);
      return place >= 0;
    }

    @Override
    long @Nullable [] blocksOfValues(BlockSource source) throws IOException {
      return join(
          source, sorted.length, index -> source.blocksThatMayHold(fieldId(), sorted[index]));
    }

    @Override
    long @Nullable [] fewCodes(BinaryColumn dictionary) {
      if (sorted.length > EncodedLongs.MAX_WANTED) {
        return null;
      }
      long[] codes = new long[sorted.length];
      int found = 0;
      for (byte[] value : sorted) {
        int code = codeOf(dictionary, value);
        if (code >= 0) {
          codes[found++] = code;
        }
      }
      return Arrays.copyOf(codes, found);
    }

    /** Returns the code of a value in a sorted dictionary, -1 if it isn't there. */
    private static int codeOf(BinaryColumn dictionary, byte[] value) {
      byte[] bytes = dictionary.bytes();
      int lower = 0;
      int upper = dictionary.size();
      while (lower < upper) {
        int middle = (lower + upper) >>> 1;
        int order =
            Arrays.compareUnsigned(
                bytes, dictionary.start(middle), dictionary.end(middle), value, 0, value.length);
        if (order == 0) {
          return middle;
        }
        if (order < 0) {
          lower = middle + 1;
        } else {
          upper = middle;
        }
      }
      return -1;
    }

    /** Returns the index of a value, or {@code -(where it would be) - 1}. */
    private int place(byte[] bytes, int from, int to) {
      int lower = 0;
      int upper = sorted.length;
      while (lower < upper) {
        int middle = (lower + upper) >>> 1;
        byte[] candidate = sorted[middle];
        int order = Arrays.compareUnsigned(bytes, from, to, candidate, 0, candidate.length);
        if (order == 0) {
          return middle;
        }
        if (order < 0) {
          upper = middle;
        } else {
          lower = middle + 1;
        }
      }
      return -lower - 1;
    }

    @Override
    Verdict judgeRange(byte[] min, byte @Nullable [] max) {
      int place = place(min, 0, min.length);
      if (place < 0) {
        int next = -place - 1;
        boolean beyond =
            next == sorted.length || (max != null && Arrays.compareUnsigned(sorted[next], max) > 0);
        return beyond ? Verdict.NONE : Verdict.SOME;
      }
      // Equal bounds, exact or not, leave room for one value only.
      return Arrays.equals(min, max) ? Verdict.ALL : Verdict.SOME;
    }
  }
}
