package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.Preaggregation;
import io.varve.column.Preaggregation.Role;
import io.varve.column.ZoneMap;
import io.varve.schema.Schema;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The groups of a source as rows that a filter can look at: the keys are columns, and of all others
 * is known what is known of the whole source. Confined to one thread.
 */
final class PreaggregatedBlocks implements BlockSource {

  private final BlockSource base;
  private final Preaggregation groups;

  PreaggregatedBlocks(BlockSource base, Preaggregation groups) {
    this.base = base;
    this.groups = groups;
  }

  Preaggregation groups() {
    return groups;
  }

  /** Returns whether values of a column are keys as they are: not spans of time. */
  boolean hasKey(int fieldId) {
    return fieldId != base.schema().timeFieldId() && groups.has(Role.KEY, fieldId);
  }

  /** Returns whether no row of the source lacks a value. */
  boolean isNeverNull(int fieldId) throws IOException {
    ZoneMap zone = base.zoneMap(fieldId);
    return zone != null && zone.nulls() == 0;
  }

  /** Returns a few groups of a block as the only block of their own. */
  PreaggregatedBlocks few(int block, int[] rows, int count) {
    return new PreaggregatedBlocks(base, new FewGroups(groups, block, rows, count));
  }

  /** Returns whether a span of a block may lie from one nanosecond to another. */
  boolean mayHaveSpans(int block, long first, long last) throws IOException {
    ZoneMap zone = groups.zoneMap(block, Role.KEY, base.schema().timeFieldId());
    return !(zone instanceof ZoneMap.OfLong spans) || (spans.max() >= first && spans.min() <= last);
  }

  /** Finds the groups of a block by a key as {@link Preaggregation#find}; false if it can't be. */
  boolean find(int block, int fieldId, byte[] value, long[] bits) throws IOException {
    return hasKey(fieldId) && groups.find(block, fieldId, value, bits);
  }

  /** Returns the number of rows of each group of a block. */
  LongColumn rows(int block) throws IOException {
    return (LongColumn) groups.read(block, Role.ROWS, 0);
  }

  /** Returns how many values a column has in each group of a block. */
  LongColumn counts(int block, int fieldId) throws IOException {
    return groups.has(Role.COUNT, fieldId)
        ? (LongColumn) groups.read(block, Role.COUNT, fieldId)
        : rows(block);
  }

  /** Returns whether the number of values of a column is known. */
  boolean hasCounts(int fieldId) throws IOException {
    return groups.has(Role.COUNT, fieldId) || isNeverNull(fieldId);
  }

  /** Returns the first nanosecond of the span of each group of a block. */
  LongColumn spans(int block) throws IOException {
    return (LongColumn) groups.read(block, Role.KEY, base.schema().timeFieldId());
  }

  @Override
  public String name() {
    return base.name();
  }

  @Override
  public Schema schema() {
    return base.schema();
  }

  @Override
  public int blockCount() {
    return groups.blockCount();
  }

  @Override
  public int rowCount(int block) {
    int from = block * MAX_BLOCK_ROWS;
    return Math.min(MAX_BLOCK_ROWS, groups.groupCount() - from);
  }

  @Override
  public @Nullable ZoneMap zoneMap(int block, int fieldId) throws IOException {
    return hasKey(fieldId) ? groups.zoneMap(block, Role.KEY, fieldId) : base.zoneMap(fieldId);
  }

  // A plan takes a condition on a column that is no key where the whole source decides it, maybe by
  // what values it has: so blocks of groups must know as much.

  @Override
  public @Nullable Column distinctValues(int fieldId) throws IOException {
    return hasKey(fieldId) ? null : base.distinctValues(fieldId);
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, byte[] value) throws IOException {
    return hasKey(fieldId) ? null : noneUnlessSome(base.blocksThatMayHold(fieldId, value));
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, long value) throws IOException {
    return hasKey(fieldId) ? null : noneUnlessSome(base.blocksThatMayHold(fieldId, value));
  }

  /** Returns that no block has a value if no block of the source has it; else null. */
  private long @Nullable [] noneUnlessSome(long @Nullable [] ofSource) {
    if (ofSource == null) {
      return null;
    }
    for (long word : ofSource) {
      if (word != 0) {
        return null;
      }
    }
    return new long[(blockCount() + 63) >>> 6];
  }

  @Override
  public Column read(int block, int fieldId) throws IOException {
    if (!hasKey(fieldId)) {
      throw new IllegalStateException("column " + fieldId + " is no key of " + groups.name());
    }
    return groups.read(block, Role.KEY, fieldId);
  }

  @Override
  public void close() {}
}
