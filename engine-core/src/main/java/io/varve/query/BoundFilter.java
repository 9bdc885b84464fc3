package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A filter that has been checked against a schema and can judge and select rows. It keeps memory
 * and what it found out about dictionaries: confined to one thread.
 */
public final class BoundFilter {

  private final FilterNode root;
  private final Set<Integer> fieldIds;
  private final long[] bits = new long[Selection.WORDS];
  private final Selection selection = new Selection();
  private @Nullable Block selectedOf;

  private BoundFilter(FilterNode root) {
    this.root = root;
    Set<Integer> ids = new TreeSet<>();
    root.collectFieldIds(ids);
    this.fieldIds = Set.copyOf(ids);
  }

  /**
   * Binds a filter.
   *
   * @throws IllegalArgumentException if a column is not in the schema or can't be compared with
   *     what it is compared with; the message names it
   */
  public static BoundFilter of(Filter filter, Schema schema) {
    return new BoundFilter(new FilterBinder(schema).bind(filter));
  }

  /** Returns the filter of a condition that has been bound. */
  static BoundFilter of(FilterNode root) {
    return new BoundFilter(root);
  }

  FilterNode root() {
    return root;
  }

  /** Returns whether the filter is true for every row that can be. */
  public boolean isAll() {
    return root instanceof FilterNode.Constant constant && constant.value();
  }

  /** Returns the ids of the columns that are looked at. */
  public Set<Integer> fieldIds() {
    return fieldIds;
  }

  /** Returns the times that the filter asks for. */
  TimeRange timeRange(int timeFieldId) {
    FilterNode.TimeSplit split = root.split(timeFieldId);
    return new TimeRange(split.first(), split.last());
  }

  /** Returns what the zone maps of some rows say: never ALL or NONE where that is not exact. */
  public Verdict judge(ZoneMapLookup zones) throws IOException {
    return root.judge(zones);
  }

  /**
   * Returns one bit for each block of a source, lowest first: whether by dictionaries and indexes a
   * row of it may be wanted; null if any may. Not to be changed.
   */
  long @Nullable [] blocksThatMayHold(BlockSource source) throws IOException {
    return root.blocksThatMayHold(source);
  }

  /**
   * Selects the rows of a block for which the filter is true and that are not deleted, reading no
   * more columns than needed.
   *
   * @param selection is overwritten
   */
  public void select(Block block, Selection selection) throws IOException {
    select(block, root.judge(block), selection);
  }

  /**
   * Returns the rows of a block that are selected, found once for all who ask of the same block.
   *
   * @param verdict how the zone maps of the block were judged
   * @return valid until another block is asked for; not to be changed
   */
  Selection selected(Block block, Verdict verdict) throws IOException {
    if (selectedOf != block) {
      selectedOf = null;
      select(block, verdict, selection);
      selectedOf = block;
    }
    return selection;
  }

  /** Selects rows as above, given how the zone maps of the block were judged. */
  void select(Block block, Verdict verdict, Selection selection) throws IOException {
    int rows = block.rowCount();
    switch (verdict) {
      case ALL -> selection.selectAll(rows);
      case NONE -> selection.selectNone(rows);
      case SOME -> {
        root.select(block, bits);
        selection.set(bits, rows);
      }
    }
    if (selection.count() > 0) {
      long[] deleted = block.deletedRows();
      if (deleted != null) {
        selection.dropAll(deleted);
      }
    }
  }
}
