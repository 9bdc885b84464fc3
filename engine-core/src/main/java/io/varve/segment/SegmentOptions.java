package io.varve.segment;

import io.varve.encoding.BlockOptions;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a segment is written. Immutable.
 *
 * @param blocks compression level and page size of free text
 * @param idFields ids of columns that are unique per row: neither dictionary nor compression
 * @param bloomFields ids of text and integer columns that get a list of the blocks of each value
 * @param tallyFields ids of text and integer columns that get a number of rows for each value
 * @param projections group the rows, to be stored beside them
 */
public record SegmentOptions(
    BlockOptions blocks,
    Set<Integer> idFields,
    Set<Integer> bloomFields,
    Set<Integer> tallyFields,
    List<Preaggregator> projections) {

  /** No column has a role. */
  public static final SegmentOptions DEFAULTS =
      new SegmentOptions(BlockOptions.SEALED, Set.of(), Set.of(), Set.of());

  /** Copies the sets. */
  public SegmentOptions {
    idFields = Set.copyOf(idFields);
    bloomFields = Set.copyOf(bloomFields);
    tallyFields = Set.copyOf(tallyFields);
    projections = List.copyOf(projections);
  }

  /** Writes no projections. */
  public SegmentOptions(
      BlockOptions blocks,
      Set<Integer> idFields,
      Set<Integer> bloomFields,
      Set<Integer> tallyFields) {
    this(blocks, idFields, bloomFields, tallyFields, List.of());
  }

  /**
   * Returns what the roles of a table's columns ask for. Projections are left out: use {@code
   * io.varve.query.SealOptions} to write segments of a table.
   */
  public static SegmentOptions of(TableDefinition table) {
    List<String> ids = table.idColumn().isEmpty() ? List.of() : List.of(table.idColumn());
    return new SegmentOptions(
        BlockOptions.SEALED,
        fieldIds(table.schema(), ids),
        fieldIds(table.schema(), table.bloomColumns()),
        fieldIds(table.schema(), table.tallyColumns()));
  }

  private static Set<Integer> fieldIds(Schema schema, List<String> names) {
    Set<Integer> ids = new HashSet<>();
    for (String name : names) {
      ids.add(schema.field(schema.indexOf(name)).id());
    }
    return ids;
  }

  /** Returns the same with another compression of free text. */
  public SegmentOptions withBlocks(BlockOptions newBlocks) {
    return new SegmentOptions(newBlocks, idFields, bloomFields, tallyFields, projections);
  }

  /** Returns the same with other projections. */
  public SegmentOptions withProjections(List<Preaggregator> newProjections) {
    return new SegmentOptions(blocks, idFields, bloomFields, tallyFields, newProjections);
  }
}
