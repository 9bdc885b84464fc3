package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.NullMask;
import io.varve.column.ZoneMap;
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
    NullMask nulls = column.nulls();
    for (int i = 0; i < (rows + 63) >>> 6; i++) {
      long word = nulls.nullCount() == 0 ? 0 : nulls.word(i);
      bits[i] &= wantNull ? word : ~word;
    }
  }
}
