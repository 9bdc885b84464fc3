package io.varve.query;

import io.varve.column.Column;
import io.varve.column.Preaggregation;
import io.varve.column.ZoneMap;
import java.io.IOException;

/**
 * A few groups of one block of others, taken one by one from where they are stored: what follows
 * costs what these cost and not what the block does. Zone maps are those of the whole block, which
 * hold for some of its groups but say less. Confined to one thread.
 */
final class FewGroups implements Preaggregation {

  /** So many are few: a value for itself costs a part of what decoding a thousand does. */
  static final int MAX = 4;

  private final Preaggregation all;
  private final int block;
  private final int[] rows;

  /**
   * Names groups.
   *
   * @param rows the groups by their index in the block, from zero on; copied
   * @param count at least one
   */
  FewGroups(Preaggregation all, int block, int[] rows, int count) {
    this.all = all;
    this.block = block;
    this.rows = java.util.Arrays.copyOf(rows, count);
  }

  @Override
  public String name() {
    return all.name();
  }

  @Override
  public String timeBucket() {
    return all.timeBucket();
  }

  @Override
  public String timeZone() {
    return all.timeZone();
  }

  @Override
  public int groupCount() {
    return rows.length;
  }

  @Override
  public boolean has(Role role, int fieldId) {
    return all.has(role, fieldId);
  }

  @Override
  public ZoneMap zoneMap(int only, Role role, int fieldId) throws IOException {
    return all.zoneMap(block, role, fieldId);
  }

  @Override
  public Column read(int only, Role role, int fieldId) throws IOException {
    return all.readFew(block, role, fieldId, rows, rows.length);
  }
}
