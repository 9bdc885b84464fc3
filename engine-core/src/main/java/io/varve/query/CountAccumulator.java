package io.varve.query;

import io.varve.column.Column;
import io.varve.column.NullMask;
import io.varve.column.ZoneMap;
import io.varve.io.BytesWriter;
import io.varve.simd.Kernels;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts rows, or the values of a column that are not null. */
final class CountAccumulator extends Accumulator {

  private final Kernels kernels = Kernels.chosen();
  private final boolean ofRows;
  private final long[] bits = new long[Selection.WORDS];
  private long[] counts = new long[0];

  CountAccumulator(boolean ofRows) {
    this.ofRows = ofRows;
  }

  @Override
  void reserve(int groups) {
    if (groups > counts.length) {
      counts = Arrays.copyOf(counts, capacity(counts.length, groups));
    }
  }

  @Override
  void add(@Nullable Column column, int[] rows, int[] groups, int count) {
    if (column == null || column.nulls().nullCount() == 0) {
      kernels.countGroups(groups, count, counts);
      return;
    }
    NullMask nulls = column.nulls();
    if (count == column.size()) {
      Selection.setAll(bits, count);
      Selection.dropNulls(bits, nulls);
      kernels.countGroups(groups, count, bits, counts);
      return;
    }
    for (int n = 0; n < count; n++) {
      if (!nulls.isNull(rows[n])) {
        counts[groups[n]]++;
      }
    }
  }

  @Override
  boolean addSelected(int group, @Nullable Column column, Selection selection) {
    int count = selection.count();
    if (column != null && column.nulls().nullCount() != 0) {
      count -= selection.countNulls(column.nulls());
    }
    counts[group] += count;
    return true;
  }

  @Override
  boolean addZone(int group, int rows, @Nullable ZoneMap zone) {
    if (ofRows) {
      counts[group] += rows;
      return true;
    }
    if (zone == null) {
      return false;
    }
    counts[group] += zone.rows() - zone.nulls();
    return true;
  }

  @Override
  boolean takesZone(@Nullable ZoneMap zone) {
    return ofRows || zone != null;
  }

  @Override
  long longValue(int group) {
    return counts[group];
  }

  @Override
  boolean takesGroups(PreaggregatedBlocks source, int fieldId) throws IOException {
    return ofRows || source.hasCounts(fieldId) || source.hasKey(fieldId);
  }

  @Override
  void addGroups(
      PreaggregatedBlocks source, int block, int fieldId, int[] rows, int[] groups, int count)
      throws IOException {
    boolean byKey = !ofRows && !source.hasCounts(fieldId);
    Column keys = byKey ? source.read(block, fieldId) : null;
    long[] values = (ofRows || byKey ? source.rows(block) : source.counts(block, fieldId)).values();
    for (int n = 0; n < count; n++) {
      if (keys == null || !keys.isNull(rows[n])) {
        counts[groups[n]] += values[rows[n]];
      }
    }
  }

  @Override
  MeasureState state(int group) {
    return new MeasureState.Count(counts[group]);
  }

  @Override
  void write(int group, BytesWriter out) {
    GroupRows.writeCount(counts[group], out);
  }

  @Override
  void clear() {
    Arrays.fill(counts, 0);
  }
}
