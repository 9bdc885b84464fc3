package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.ZoneMap;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Selection;
import io.varve.query.Verdict;
import io.varve.query.WholeSource;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.Tombstone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file's rows with what has been deleted from them. Confined to one thread. */
final class LiveSource extends PartialSource {

  private static final int WORDS = MAX_BLOCK_ROWS / Long.SIZE;

  private final Schema schema;
  private final @Nullable BoundFilter forGood;
  private final Covered[] ofVisibleRows;
  private final Selection selection = new Selection();
  private final long[] deleted = new long[WORDS];
  private int knownBlock = -1;
  private boolean anyDeleted;

  private LiveSource(
      BlockSource source, Schema schema, @Nullable BoundFilter forGood, Covered[] ofVisibleRows) {
    super(source);
    this.schema = schema;
    this.forGood = forGood;
    this.ofVisibleRows = ofVisibleRows;
  }

  /**
   * Returns a source that knows which of its rows are deleted; the source itself where what is
   * known of it as a whole says that none is.
   *
   * @param source read by a schema that has every column of the deletes
   * @param schema as which rows are shown
   * @param forGood what every row of is deleted, null for nothing
   * @param ofVisibleRows what some rows of are deleted, by the epochs that the facts tell
   */
  static BlockSource of(
      BlockSource source,
      Schema schema,
      @Nullable Filter forGood,
      List<Deletes.Delete> ofVisibleRows,
      LogFacts facts)
      throws IOException {
    WholeSource whole = new WholeSource(source);
    BoundFilter lasting = forGood == null ? null : BoundFilter.of(forGood, source.schema());
    if (lasting != null && lasting.judge(whole) == Verdict.NONE) {
      lasting = null;
    }
    List<Covered> covered = new ArrayList<>();
    for (Deletes.Delete delete : ofVisibleRows) {
      Covered some = new Covered(delete, facts, source.schema());
      boolean may =
          some.mayCover(
              source.zoneMap(HiddenField.WRITER.id()), source.zoneMap(HiddenField.LAYER.id()));
      if (may && some.filter.judge(whole) != Verdict.NONE) {
        covered.add(some);
      }
    }
    return lasting == null && covered.isEmpty() && source.schema().equals(schema)
        ? source
        : new LiveSource(source, schema, lasting, covered.toArray(Covered[]::new));
  }

  /** A delete of rows that were visible: only some layers of each writer. */
  private static final class Covered {

    final BoundFilter filter;
    private final Tombstone tombstone;
    private final LogFacts facts;
    private final Map<Long, Long> newestLayers = new HashMap<>();

    Covered(Deletes.Delete delete, LogFacts facts, Schema schema) {
      this.filter = BoundFilter.of(delete.filter(), schema);
      this.tombstone = delete.tombstone();
      this.facts = facts;
    }

    /** Returns whether rows are covered, as far as what is known of their writers tells. */
    boolean mayCover(@Nullable ZoneMap writers, @Nullable ZoneMap layers) {
      return !(writers instanceof ZoneMap.OfLong writer)
          || !(layers instanceof ZoneMap.OfLong layer)
          || writer.min() != writer.max()
          || covers(writer.min(), layer.min());
    }

    boolean covers(long writer, long layer) {
      return layer <= newestLayers.computeIfAbsent(writer, this::newestLayer);
    }

    private long newestLayer(long writer) {
      String id = TableLayout.writerId(writer);
      return tombstone.newestCovered(id, facts.epochOf(id));
    }
  }

  @Override
  public long @Nullable [] deletedRows(int block) throws IOException {
    if (block != knownBlock) {
      knownBlock = -1;
      anyDeleted = false;
      Arrays.fill(deleted, 0);
      find(new Block(source, block), block);
      knownBlock = block;
    }
    return anyDeleted ? deleted : null;
  }

  private void find(Block block, int index) throws IOException {
    if (forGood != null) {
      forGood.select(block, selection);
      for (int row = selection.next(0); row >= 0; row = selection.next(row + 1)) {
        delete(row);
      }
    }
    for (Covered covered : ofVisibleRows) {
      boolean may =
          covered.mayCover(
              source.zoneMap(index, HiddenField.WRITER.id()),
              source.zoneMap(index, HiddenField.LAYER.id()));
      if (!may) {
        continue;
      }
      covered.filter.select(block, selection);
      if (selection.count() == 0) {
        continue;
      }
      LongColumn writers = (LongColumn) block.column(HiddenField.WRITER.id());
      LongColumn layers = (LongColumn) block.column(HiddenField.LAYER.id());
      for (int row = selection.next(0); row >= 0; row = selection.next(row + 1)) {
        if (covered.covers(writers.get(row), layers.get(row))) {
          delete(row);
        }
      }
    }
  }

  private void delete(int row) {
    deleted[row >>> 6] |= 1L << row;
    anyDeleted = true;
  }

  @Override
  public Schema schema() {
    return schema;
  }
}
