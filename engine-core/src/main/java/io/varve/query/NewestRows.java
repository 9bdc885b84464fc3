package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.ZoneMap;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The newest rows of some sources that meet a filter: looks at the newest blocks of each first, at
 * the columns of the filter and of the order only, and stops where none can be newer than those it
 * has. The rest is read of the rows that are left in the end. Confined to one thread.
 *
 * <p>Give it the newest sources first, and ask {@link #isTooOld} before each.
 */
public final class NewestRows {

  /** From so many rows of a block on its columns are decoded as a whole. */
  private static final int WHOLE_BLOCK_ROWS = 12;

  private static final Comparator<Place> OLDEST_FIRST =
      Comparator.comparingLong(Place::time)
          .thenComparingLong(Place::writer)
          .thenComparingLong(Place::sequence);

  private final Schema schema;
  private final BoundFilter filter;
  private final int limit;
  private final @Nullable Place before;
  private final PriorityQueue<Place> found = new PriorityQueue<>(OLDEST_FIRST);
  private final Selection selection = new Selection();
  private final GatheredBlock.Memory gathered = new GatheredBlock.Memory();
  private final List<BlockSource> sources = new ArrayList<>(); // those with rows that were found

  /**
   * Looks for rows.
   *
   * @param limit at least 1
   * @param before only rows before this one in the order of time, writer and sequence; null for all
   */
  public NewestRows(Schema schema, BoundFilter filter, int limit, @Nullable Place before) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive, is " + limit);
    }
    this.schema = schema;
    this.filter = filter;
    this.limit = limit;
    this.before = before;
  }

  /**
   * A row and where it is.
   *
   * @param time in nanoseconds since 1970-01-01T00:00:00
   * @param writer who wrote it
   * @param sequence its place among the rows of the writer
   * @param source that it is in; null for a place that is only compared with
   * @param block of the source
   * @param row of the block
   */
  public record Place(
      long time, long writer, long sequence, @Nullable BlockSource source, int block, int row) {

    /** Returns a place in the order of rows, wherever it is. */
    public static Place of(long time, long writer, long sequence) {
      return new Place(time, writer, sequence, null, 0, 0);
    }
  }

  /** Returns whether no row of a time can be among the newest. */
  public boolean isTooOld(long time) {
    Place oldest = found.peek();
    return oldest != null && found.size() == limit && time < oldest.time();
  }

  /**
   * Looks at the rows of a source, which must stay open until {@link #read} has returned.
   *
   * @param sorted whether its rows are in the order of time
   */
  public void add(BlockSource source, boolean sorted) throws IOException {
    int timeField = schema.timeFieldId();
    if (source.zoneMap(timeField) instanceof ZoneMap.OfLong zone && isTooOld(zone.max())) {
      return;
    }
    long[] candidates = filter.blocksThatMayHold(source);
    int block = previous(candidates, source.blockCount());
    while (block >= 0) {
      boolean tooOld =
          source.zoneMap(block, timeField) instanceof ZoneMap.OfLong zone && isTooOld(zone.max());
      if (tooOld && sorted) {
        return;
      }
      if (!tooOld) {
        addBlock(new Block(source, block), sorted);
      }
      block = previous(candidates, block);
    }
  }

  /** Returns the last block before one that may hold a wanted row, -1 if there is none. */
  private static int previous(long @Nullable [] candidates, int block) {
    if (candidates == null || block == 0) {
      return block - 1;
    }
    int last = block - 1;
    int word = last >>> 6;
    long rest = candidates[word] & -1L >>> (63 - (last & 63));
    while (rest == 0) {
      if (--word < 0) {
        return -1;
      }
      rest = candidates[word];
    }
    return word * 64 + 63 - Long.numberOfLeadingZeros(rest);
  }

  private void addBlock(Block block, boolean sorted) throws IOException {
    filter.select(block, selection);
    if (selection.count() == 0) {
      return;
    }
    int[] rows = gathered.rows();
    boolean few = GatheredBlock.pays(block, selection);
    Block wanted = few ? new GatheredBlock(block, selection, gathered) : block;
    int count = few ? selection.count() : selection.copyRowsTo(rows);
    LongColumn times = (LongColumn) wanted.column(schema.timeFieldId());
    LongColumn writers = (LongColumn) wanted.column(HiddenField.WRITER.id());
    LongColumn sequences = (LongColumn) wanted.column(HiddenField.SEQUENCE.id());
    for (int n = count - 1; n >= 0; n--) {
      int row = rows[n];
      int at = few ? n : row;
      long time = times.get(at);
      if (isTooOld(time)) {
        if (sorted) {
          return;
        }
      } else if (before == null || time <= before.time()) {
        BlockSource source = block.source();
        long writer = writers.get(at);
        add(new Place(time, writer, sequences.get(at), source, block.index(), row), source);
      }
    }
  }

  private void add(Place candidate, BlockSource source) {
    if (before != null && OLDEST_FIRST.compare(candidate, before) >= 0) {
      return;
    }
    if (sources.isEmpty() || sources.get(sources.size() - 1) != source) {
      sources.add(source);
    }
    if (found.size() < limit) {
      found.add(candidate);
    } else if (OLDEST_FIRST.compare(candidate, Objects.requireNonNull(found.peek())) > 0) {
      found.remove();
      found.add(candidate);
    }
  }

  /**
   * Reads the rows that were found, each block once.
   *
   * @param batch to which they are added, the newest first
   */
  public void read(RowBatch batch) throws IOException {
    Place[] places = found.toArray(Place[]::new);
    Arrays.sort(places, OLDEST_FIRST.reversed());
    Integer[] byBlock = new Integer[places.length];
    long[] blocks = new long[places.length];
    boolean inRuns = true; // the rows of each block are neighbours
    for (int i = 0; i < places.length; i++) {
      byBlock[i] = i;
      blocks[i] = numberOf(places[i]);
      inRuns &= i == 0 || blocks[i - 1] <= blocks[i];
    }
    if (inRuns) {
      copyRuns(places, batch);
      return;
    }
    Arrays.sort(byBlock, Comparator.comparingLong(i -> blocks[i]));
    Place[] grouped = new Place[places.length];
    int[] positions = new int[places.length];
    for (int i = 0; i < grouped.length; i++) {
      grouped[i] = places[byBlock[i]];
      positions[byBlock[i]] = i;
    }
    RowBatch inBlocks = new RowBatch(schema);
    copyRuns(grouped, inBlocks);
    for (int position : positions) {
      batch.appendFrom(inBlocks, position);
    }
  }

  /** Returns a number for a block: one source after the other, of each the last block first. */
  private long numberOf(Place place) {
    int source = 0;
    while (sources.get(source) != place.source()) {
      source++;
    }
    return ((long) source << 32) - place.block();
  }

  private void copyRuns(Place[] places, RowBatch batch) throws IOException {
    int from = 0;
    while (from < places.length) {
      int to = from + 1;
      while (to < places.length && isInSameBlock(places[from], places[to])) {
        to++;
      }
      copy(places, from, to, batch);
      from = to;
    }
  }

  private static boolean isInSameBlock(Place left, Place right) {
    return left.source() == right.source() && left.block() == right.block();
  }

  private void copy(Place[] places, int from, int to, RowBatch batch) throws IOException {
    for (int i = 0; i < schema.size(); i++) {
      copyColumn(places, from, to, schema.field(i).id(), batch.column(i));
    }
    LongColumn writers = batch.hidden(HiddenField.WRITER);
    LongColumn sequences = batch.hidden(HiddenField.SEQUENCE);
    for (int i = from; i < to; i++) {
      writers.append(places[i].writer());
      sequences.append(places[i].sequence());
    }
    copyColumn(places, from, to, HiddenField.LAYER.id(), batch.hidden(HiddenField.LAYER));
  }

  private void copyColumn(Place[] places, int from, int to, int fieldId, Column into)
      throws IOException {
    BlockSource source = Objects.requireNonNull(places[from].source());
    int block = places[from].block();
    if (fieldId == schema.timeFieldId()) {
      for (int i = from; i < to; i++) {
        ((LongColumn) into).append(places[i].time());
      }
    } else if (to - from < WHOLE_BLOCK_ROWS) {
      for (int i = from; i < to; i++) {
        source.readRow(block, fieldId, places[i].row(), into);
      }
    } else {
      int first = Integer.MAX_VALUE;
      int last = 0;
      for (int i = from; i < to; i++) {
        first = Math.min(first, places[i].row());
        last = Math.max(last, places[i].row());
      }
      Column values = source.read(block, fieldId, first, last + 1);
      for (int i = from; i < to; i++) {
        into.appendFrom(values, places[i].row());
      }
    }
  }
}
