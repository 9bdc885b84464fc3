package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.simd.Kernels;
import org.jspecify.annotations.Nullable;

/** Whether a column has no value, or whether it has one: never unknown. */
final class NullTest extends ColumnTest {

  private final boolean wantNull;

  NullTest(int fieldId, boolean wantNull) {
    super(fieldId, false);
    this.wantNull = wantNull;
  }

  @Override
  Verdict judge(@Nullable ZoneMap zone) {
    if (zone == null || (zone.nulls() != 0 && zone.nulls() != zone.rows())) {
      return Verdict.SOME;
    }
    return (zone.nulls() != 0) == wantNull ? Verdict.ALL : Verdict.NONE;
  }

  @Override
  boolean mayHold(Block block) {
    return true; // dictionaries have no nulls
  }

  @Override
  boolean mayHold(BlockSource source) {
    return true;
  }

  @Override
  Verdict judgeValues(ZoneMap zone) {
    return wantNull ? Verdict.NONE : Verdict.ALL;
  }

  @Override
  void select(Column column, int rows, long[] bits) {
    test(column, rows, bits);
  }

  @Override
  void test(Column column, int rows, long[] bits) {
    Selection.setAll(bits, rows);
    Selection.dropNulls(bits, column.nulls());
    if (wantNull) {
      Kernels.chosen().not(bits, rows);
    }
  }
}
