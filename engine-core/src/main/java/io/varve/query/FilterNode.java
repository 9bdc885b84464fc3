package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.simd.Kernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A part of a bound filter, without negations but those in the tests. Confined. */
abstract class FilterNode {

  /** Judges rows by their zone maps. */
  abstract Verdict judge(ZoneMapLookup zones) throws IOException;

  /** Sets the bits of the rows where this is true and clears all others. */
  abstract void select(Block block, long[] bits) throws IOException;

  /**
   * Returns one bit for each block of a source, lowest first: whether by dictionaries and indexes a
   * row of it may fit; null if any may. Not to be changed.
   */
  long @Nullable [] blocksThatMayHold(BlockSource source) throws IOException {
    return null;
  }

  abstract void collectFieldIds(Set<Integer> ids);

  /** Adds the columns that must be looked at although the zone maps of all rows are known. */
  abstract void collectOpen(ZoneMapLookup zones, Set<Integer> ids) throws IOException;

  /** Returns the range of the time column that this asks for beside everything else. */
  TimeSplit split(int timeFieldId) {
    return new TimeSplit(Long.MIN_VALUE, Long.MAX_VALUE, this);
  }

  /**
   * A condition as a range of time and the rest.
   *
   * @param first the first nanosecond
   * @param last the last nanosecond
   * @param rest everything else
   */
  record TimeSplit(long first, long last, FilterNode rest) {}

  /** Returns the conjunction of parts, or their disjunction. */
  static FilterNode of(List<FilterNode> parts, boolean every) {
    return switch (parts.size()) {
      case 0 -> new Constant(every);
      case 1 -> parts.get(0);
      default -> new Combination(parts, every);
    };
  }

  /** True or false for every row. */
  static final class Constant extends FilterNode {

    private final boolean value;

    Constant(boolean value) {
      this.value = value;
    }

    boolean value() {
      return value;
    }

    @Override
    Verdict judge(ZoneMapLookup zones) {
      return value ? Verdict.ALL : Verdict.NONE;
    }

    @Override
    void select(Block block, long[] bits) {
      Selection.setAll(bits, value ? block.rowCount() : 0);
    }

    @Override
    void collectFieldIds(Set<Integer> ids) {}

    @Override
    void collectOpen(ZoneMapLookup zones, Set<Integer> ids) {}
  }

  /** A test of one column. */
  static final class Leaf extends FilterNode {

    private final ColumnTest test;

    Leaf(ColumnTest test) {
      this.test = test;
    }

    ColumnTest test() {
      return test;
    }

    @Override
    Verdict judge(ZoneMapLookup zones) throws IOException {
      if (zones instanceof Block block && test.isKnownToMiss(block)) {
        return Verdict.NONE; // zone maps lie all over memory
      }
      Verdict verdict = test.judge(zones.zoneMap(test.fieldId()));
      return verdict == Verdict.SOME && !mayHold(zones) ? Verdict.NONE : verdict;
    }

    private boolean mayHold(ZoneMapLookup zones) throws IOException {
      if (zones instanceof Block block) {
        return test.mayHold(block);
      }
      return !(zones instanceof WholeSource whole) || test.mayHold(whole.source());
    }

    @Override
    long @Nullable [] blocksThatMayHold(BlockSource source) throws IOException {
      return test.blocks(source);
    }

    @Override
    void select(Block block, long[] bits) throws IOException {
      if (!test.find(block, bits)) {
        test.select(block.column(test.fieldId()), block.rowCount(), bits);
      }
    }

    @Override
    void collectFieldIds(Set<Integer> ids) {
      ids.add(test.fieldId());
    }

    @Override
    void collectOpen(ZoneMapLookup zones, Set<Integer> ids) throws IOException {
      if (judge(zones) == Verdict.SOME) {
        ids.add(test.fieldId());
      }
    }

    @Override
    TimeSplit split(int timeFieldId) {
      return test instanceof LongTest.Range range && range.isRangeOf(timeFieldId)
          ? new TimeSplit(range.first(), range.last(), new Constant(true))
          : super.split(timeFieldId);
    }
  }

  /** All, or any, of two or more parts. */
  static final class Combination extends FilterNode {

    private final Kernels kernels = Kernels.chosen();
    private final FilterNode[] parts;
    private final boolean every;
    private final Verdict decisive;
    private final Verdict idle;
    private final long[] partBits = new long[Selection.WORDS];

    Combination(List<FilterNode> parts, boolean every) {
      this.parts = parts.toArray(FilterNode[]::new);
      this.every = every;
      this.decisive = every ? Verdict.NONE : Verdict.ALL;
      this.idle = every ? Verdict.ALL : Verdict.NONE;
    }

    @Override
    Verdict judge(ZoneMapLookup zones) throws IOException {
      Verdict result = idle;
      for (FilterNode part : parts) {
        Verdict verdict = part.judge(zones);
        if (verdict == decisive) {
          return decisive;
        }
        if (verdict == Verdict.SOME) {
          result = Verdict.SOME;
        }
      }
      return result;
    }

    @Override
    long @Nullable [] blocksThatMayHold(BlockSource source) throws IOException {
      long[] joined = null;
      for (FilterNode part : parts) {
        long[] found = part.blocksThatMayHold(source);
        if (found == null) {
          if (!every) {
            return null;
          }
        } else if (joined == null) {
          joined = found.clone();
        } else {
          combine(found, joined);
        }
      }
      return joined;
    }

    @Override
    void select(Block block, long[] bits) throws IOException {
      int rows = block.rowCount();
      Selection.setAll(bits, every ? rows : 0);
      for (FilterNode part : parts) {
        Verdict verdict = part.judge(block);
        if (verdict == decisive) {
          Selection.setAll(bits, every ? 0 : rows);
          return;
        }
        if (verdict == Verdict.SOME) {
          part.select(block, partBits);
          combine(partBits, bits);
          if (every && isEmpty(bits)) {
            return;
          }
        }
      }
    }

    private void combine(long[] part, long[] bits) {
      if (every) {
        kernels.and(part, bits.length, bits);
      } else {
        kernels.or(part, bits.length, bits);
      }
    }

    private static boolean isEmpty(long[] bits) {
      long any = 0;
      for (long word : bits) {
        any |= word;
      }
      return any == 0;
    }

    @Override
    void collectOpen(ZoneMapLookup zones, Set<Integer> ids) throws IOException {
      if (judge(zones) == Verdict.SOME) {
        for (FilterNode part : parts) {
          part.collectOpen(zones, ids);
        }
      }
    }

    @Override
    TimeSplit split(int timeFieldId) {
      if (!every) {
        return super.split(timeFieldId);
      }
      long first = Long.MIN_VALUE;
      long last = Long.MAX_VALUE;
      List<FilterNode> rest = new ArrayList<>();
      for (FilterNode part : parts) {
        TimeSplit split = part.split(timeFieldId);
        first = Math.max(first, split.first());
        last = Math.min(last, split.last());
        if (!(split.rest() instanceof Constant constant && constant.value())) {
          rest.add(split.rest());
        }
      }
      return new TimeSplit(first, last, FilterNode.of(rest, true));
    }

    @Override
    void collectFieldIds(Set<Integer> ids) {
      Arrays.stream(parts).forEach(part -> part.collectFieldIds(ids));
    }
  }
}
