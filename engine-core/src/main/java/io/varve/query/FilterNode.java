package io.varve.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A part of a bound filter, without negations but those in the tests. Confined. */
abstract class FilterNode {

  /** Judges rows by their zone maps. */
  abstract Verdict judge(ZoneMapLookup zones) throws IOException;

  /** Sets the bits of the rows where this is true and clears all others. */
  abstract void select(Block block, long[] bits) throws IOException;

  abstract void collectFieldIds(Set<Integer> ids);

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
    void select(Block block, long[] bits) throws IOException {
      test.select(block.column(test.fieldId()), block.rowCount(), bits);
    }

    @Override
    void collectFieldIds(Set<Integer> ids) {
      ids.add(test.fieldId());
    }
  }

  /** All, or any, of two or more parts. */
  static final class Combination extends FilterNode {

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
          combine(bits);
          if (every && isEmpty(bits)) {
            return;
          }
        }
      }
    }

    private void combine(long[] bits) {
      for (int i = 0; i < Selection.WORDS; i++) {
        bits[i] = every ? bits[i] & partBits[i] : bits[i] | partBits[i];
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
    void collectFieldIds(Set<Integer> ids) {
      Arrays.stream(parts).forEach(part -> part.collectFieldIds(ids));
    }
  }
}
