package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.column.NullMask;
import io.varve.io.BytesWriter;
import io.varve.simd.Kernels;
import io.varve.simd.LongTotals;

/**
 * Writes zone maps while rows come in: of text and bytes only how many are null, since they come in
 * any order and bounds would take long to find and rarely help; of integers without an object for
 * each. Confined.
 */
public final class LightZoneMaps {

  private final Kernels kernels = Kernels.chosen();
  private final LongTotals totals = new LongTotals();

  /** Appends the zone map of some rows, at least one, as {@link ZoneMapSerializer} reads it. */
  public void write(Column column, int from, int rows, BytesWriter out) {
    NullMask nulls = column.nulls();
    if (column instanceof BinaryColumn || column instanceof DictionaryColumn) {
      ZoneMapSerializer.writeWithoutBounds(rows, countNulls(nulls, from, rows), out);
    } else if (column instanceof LongColumn values && nulls.nullCount() == 0) {
      kernels.summarize(values.values(), from, rows, totals);
      ZoneMapSerializer.write(totals, out);
    } else {
      ZoneMapSerializer.write(ZoneMaps.of(column, from, rows), out);
    }
  }

  private static int countNulls(NullMask nulls, int from, int rows) {
    int count = 0;
    for (int row = from; row < from + rows && nulls.nullCount() > 0; row++) {
      count += nulls.isNull(row) ? 1 : 0;
    }
    return count;
  }
}
