package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates stored rows block by block, each at the cheapest level that is exact: not at all if no
 * row can be wanted, from the zone maps of its source or its own if all rows are wanted and fall
 * into one group, else from the columns that are needed. Groups are handed over as partial rows at
 * {@link #flush}, and early when there are too many. Confined to one thread.
 */
public final class Aggregator {

  /** How many groups are held by default. */
  public static final int DEFAULT_MAX_GROUPS = 1 << 18;

  private static final int MAX_ROWS = BlockSource.MAX_BLOCK_ROWS;
  private static final int[] EVERY_ROW = new int[MAX_ROWS];

  static {
    Arrays.setAll(EVERY_ROW, row -> row);
  }

  private final Schema schema;
  private final int maxGroups;
  private final GroupSink sink;
  private final Filter condition;
  private final BoundFilter filter;
  private final GroupKeys keys;
  private final AccumulatorPlan accumulators;
  private final GroupTable table;

  private final Selection selection = new Selection();
  private final GatheredBlock.Memory gathered = new GatheredBlock.Memory();
  private final Selection measureSelection = new Selection();
  private final Selection mostRows = new Selection();
  private final Selection otherRows = new Selection();
  private final long[] otherBits = new long[Selection.WORDS];
  private final int[] selectedRows = new int[MAX_ROWS];
  private final int[] groups = new int[MAX_ROWS];
  private final int[] measureRows = new int[MAX_ROWS];
  private final int[] measureGroups = new int[MAX_ROWS];

  private final AnswerLevels levels;
  private long blocksSkipped;
  private long blocksFromSources;
  private long blocksFromProjections;
  private long blocksFromZoneMaps;
  private long blocksDecoded;
  private long rowsSelected;
  private long earlyFlushes;
  private @Nullable BlockSource checkedSource;

  /** The few rows that are being added to one group, if they were gathered. */
  private @Nullable Block fewRows;

  /** ALL if block 0 adds the whole source, NONE if no row of it is wanted, else SOME. */
  private Verdict wholeSource = Verdict.SOME;

  /** How groups that the source holds ready are taken with block 0, null if none are. */
  private @Nullable PreaggregationPlan plan;

  /** How often each value of the only key occurs in the whole source, if that is how to add it. */
  private @Nullable CountedValues counted;

  /**
   * Creates an aggregator.
   *
   * @param beside one whose filter is the same, which is then evaluated for both; null if none is
   * @param sink takes groups as they are handed over
   */
  Aggregator(
      BoundAggregation bound,
      int maxGroups,
      AnswerLevels levels,
      @Nullable Aggregator beside,
      GroupSink sink) {
    if (maxGroups < 1) {
      throw new IllegalArgumentException("maxGroups must be positive, is " + maxGroups);
    }
    Aggregation aggregation = bound.aggregation();
    this.schema = bound.schema();
    this.condition = aggregation.filter();
    this.maxGroups = maxGroups;
    this.levels = levels;
    this.sink = sink;
    this.filter = beside != null ? beside.filter : BoundFilter.of(aggregation.filter(), schema);
    this.accumulators = new AccumulatorPlan(aggregation.measures(), schema);
    this.keys = new GroupKeys(bound);
    this.table = keys.table();
  }

  /** Returns a sink that gives groups as partial rows. */
  static GroupSink rowsTo(Consumer<PartialRow> consumer) {
    return (groupKeys, measures) -> {
      for (int group = 0; group < groupKeys.table().size(); group++) {
        List<Value> values = groupKeys.values(group);
        consumer.accept(new PartialRow(values, measures.states(group)));
      }
    };
  }

  Aggregator newBeside(BoundAggregation other, int otherMax, Consumer<PartialRow> otherConsumer) {
    if (!other.aggregation().filter().equals(condition) || !other.schema().equals(schema)) {
      throw new IllegalArgumentException(
          "aggregations of " + condition + " and " + other.aggregation().filter() + " differ");
    }
    return new Aggregator(other, otherMax, levels, this, rowsTo(otherConsumer));
  }

  /** Returns the times of rows that may be wanted: sources of others need not be added. */
  public TimeRange timeRange() {
    return filter.timeRange(schema.timeFieldId());
  }

  /** Adds all rows of a source that meet the filter. */
  public void add(BlockSource source) throws IOException {
    addToEach(List.of(this), source);
  }

  /**
   * Adds all rows of a source that meet the filter to several aggregators, block by block, so that
   * each block is read once and the filter evaluated once.
   *
   * @param aggregators the first, and others that were made to be beside it
   */
  public static void addToEach(List<Aggregator> aggregators, BlockSource source)
      throws IOException {
    int blocks = source.blockCount();
    boolean looks = false;
    for (Aggregator each : aggregators) {
      each.open(source);
      looks |= each.wholeSource == Verdict.SOME;
    }
    long[] candidates = looks ? aggregators.get(0).filter.blocksThatMayHold(source) : null;
    for (int index = 0; index < blocks; index++) {
      boolean mayHold = candidates == null || (candidates[index >>> 6] & 1L << index) != 0;
      Block block = mayHold || index == 0 ? new Block(source, index) : null;
      for (Aggregator each : aggregators) {
        if (block == null && each.wholeSource != Verdict.ALL && each.plan == null) {
          each.blocksSkipped++;
        } else {
          each.add(block == null ? new Block(source, index) : block);
        }
      }
    }
  }

  /**
   * Adds the rows of a block that meet the filter.
   *
   * <p>All blocks of a source must be added, in any order, by aggregators of the same aggregation
   * and levels: what is known of the source as a whole is added with block 0, and nothing then with
   * the others.
   *
   * @throws IllegalArgumentException if the source is read by another schema
   * @throws io.varve.io.CorruptFileException if the block is damaged; nothing of it may then be
   *     relied on, and the aggregator must be dropped
   */
  public void add(BlockSource source, int index) throws IOException {
    open(source);
    add(new Block(source, index));
  }

  /** Finds out what is known of a source as a whole. */
  private void open(BlockSource source) throws IOException {
    if (source != checkedSource) {
      if (!source.schema().equals(schema)) {
        throw new IllegalArgumentException(
            source.name() + " is read by another schema than the aggregation is bound to");
      }
      wholeSource = levels.wholeSources() ? judge(new WholeSource(source)) : Verdict.SOME;
      boolean planned =
          levels.projections() && wholeSource == Verdict.SOME && !source.mayHaveDeletedRows();
      plan = planned ? PreaggregationPlan.find(source, filter, keys.readers(), accumulators) : null;
      for (AccumulatorPlan.Group part : accumulators.groups()) {
        for (AccumulatorPlan.Slot slot : part.slots()) {
          slot.accumulator().open(slot.fieldId() == 0 ? null : source.zoneMap(slot.fieldId()));
        }
      }
      checkedSource = source;
    }
  }

  private void add(Block block) throws IOException {
    switch (wholeSource) {
      case NONE -> blocksSkipped++;
      case ALL -> {
        if (block.index() == 0) {
          addWhole(new WholeSource(block.source()));
        }
        blocksFromSources++;
        rowsSelected += block.rowCount();
      }
      case SOME -> addBeside(block);
    }
  }

  /** Adds with block 0 the groups that the source holds ready, and of blocks what these lack. */
  private void addBeside(Block block) throws IOException {
    PreaggregationPlan groupsFirst = plan;
    if (groupsFirst == null) {
      addBlock(block, filter);
      return;
    }
    if (block.index() == 0) {
      addGroups(groupsFirst);
    }
    BoundFilter edges = groupsFirst.edges();
    if (edges == null || edges.judge(block) == Verdict.NONE) {
      blocksFromProjections++;
    } else {
      addBlock(block, edges);
    }
  }

  private void addGroups(PreaggregationPlan from) throws IOException {
    PreaggregatedBlocks all = from.blocks();
    BoundFilter condition = BoundFilter.of(from.filter());
    for (int index = 0; index < all.blockCount(); index++) {
      if (!from.mayWantSpans(index)) {
        continue;
      }
      Block block = new Block(all, index);
      condition.select(block, selection);
      int count = selection.copyRowsTo(selectedRows);
      PreaggregatedBlocks source = all;
      if (count > 0 && count <= FewGroups.MAX && count < block.rowCount()) {
        source = all.few(index, selectedRows, count);
        block = new Block(source, 0);
        System.arraycopy(EVERY_ROW, 0, selectedRows, 0, count);
      }
      count = count == 0 ? 0 : from.retainSpans(source, block.index(), selectedRows, count);
      if (count > 0) {
        addGroups(source, from.byTime(), block, count);
        flushIfFull();
      }
    }
  }

  private void addGroups(PreaggregatedBlocks source, boolean byTime, Block block, int count)
      throws IOException {
    keys.findReady(source, block, byTime, selectedRows, count, groups);
    accumulators.reserve(table.size());
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      part.filter().select(block, measureSelection);
      int kept = 0;
      for (int n = 0; n < count; n++) {
        if (measureSelection.contains(selectedRows[n])) {
          measureRows[kept] = selectedRows[n];
          measureGroups[kept++] = groups[n];
        }
      }
      for (AccumulatorPlan.Slot slot : part.slots()) {
        slot.accumulator()
            .addGroups(source, block.index(), slot.fieldId(), measureRows, measureGroups, kept);
      }
    }
    long[] rows = source.rows(block.index()).values();
    for (int n = 0; n < count; n++) {
      rowsSelected += rows[selectedRows[n]];
    }
  }

  /** Returns whether a source can be skipped, or answered from its zone maps. */
  private Verdict judge(WholeSource whole) throws IOException {
    Verdict verdict = filter.judge(whole);
    if (verdict != Verdict.ALL) {
      return verdict;
    }
    counted = null;
    if (whole.source().mayHaveDeletedRows()) {
      return Verdict.SOME;
    }
    if (!keys.readConstants(whole)) {
      KeyReader only = keys.readers().length == 1 ? keys.readers()[0] : null;
      counted = only == null ? null : CountedValues.of(whole.source(), only.fieldId());
      if (counted == null) {
        return Verdict.SOME;
      }
    }
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      Verdict ofPart = part.filter().judge(whole);
      if (ofPart == Verdict.SOME || (ofPart == Verdict.ALL && !takesZones(part, whole))) {
        return Verdict.SOME;
      }
    }
    return Verdict.ALL;
  }

  private boolean takesZones(AccumulatorPlan.Group part, ZoneMapLookup zones) throws IOException {
    for (AccumulatorPlan.Slot slot : part.slots()) {
      ZoneMap zone = counted == null ? zone(slot, zones) : null; // counts say nothing of columns
      if (!slot.accumulator().takesZone(zone)) {
        return false;
      }
    }
    return true;
  }

  /** Adds what was counted of each value of the only group key. */
  private void addCounts(WholeSource whole, CountedValues values) throws IOException {
    int count = keys.findCounted(values, groups);
    accumulators.reserve(table.size());
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      if (part.filter().judge(whole) == Verdict.ALL) {
        for (AccumulatorPlan.Slot slot : part.slots()) {
          for (int n = 0; n < count; n++) {
            slot.accumulator().addZone(groups[n], values.rows(n), null);
          }
        }
      }
    }
    flushIfFull();
  }

  private void addWhole(WholeSource whole) throws IOException {
    if (counted != null) {
      addCounts(whole, counted);
      return;
    }
    keys.readConstants(whole);
    int group = keys.group();
    accumulators.reserve(table.size());
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      if (part.filter().judge(whole) == Verdict.ALL) {
        for (AccumulatorPlan.Slot slot : part.slots()) {
          slot.accumulator().addZone(group, whole.rowCount(), zone(slot, whole));
        }
      }
    }
    flushIfFull();
  }

  private void addBlock(Block block, BoundFilter condition) throws IOException {
    Verdict verdict = condition.judge(block);
    if (verdict == Verdict.NONE) {
      blocksSkipped++;
      return;
    }
    Selection wanted = condition.selected(block, verdict);
    if (wanted.count() > 0) {
      addRows(block, wanted);
    }
    rowsSelected += wanted.count();
    if (block.isRead()) {
      blocksDecoded++;
    } else {
      blocksFromZoneMaps++;
    }
    flushIfFull();
  }

  private void flushIfFull() {
    if (table.size() > maxGroups) {
      earlyFlushes++;
      flush();
    }
  }

  private void addRows(Block block, Selection rows) throws IOException {
    if (keys.readConstants(block)) {
      addToOne(block, rows);
    } else if (keys.readMostly(block, otherBits)) {
      mostRows.copyFrom(rows);
      mostRows.dropAll(otherBits);
      otherRows.copyFrom(rows);
      otherRows.dropAll(mostRows.words());
      if (mostRows.count() > 0) {
        addToOne(block, mostRows);
      }
      addEach(block, otherRows);
    } else {
      addEach(block, rows);
    }
  }

  /** Adds rows that all have the key. */
  private void addToOne(Block block, Selection rows) throws IOException {
    int group = keys.group();
    accumulators.reserve(table.size());
    fewRows = null;
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      addToOne(group, part, block, rows);
    }
  }

  /** Adds rows of many groups. */
  private void addEach(Block block, Selection selected) throws IOException {
    int count = selected.count();
    if (count == 0) {
      return;
    }
    boolean few = GatheredBlock.pays(block, selected);
    Block from = few ? new GatheredBlock(block, selected, gathered) : block;
    int[] rows = few ? EVERY_ROW : rowsOf(selected);
    keys.find(from, rows, count, groups);
    accumulators.reserve(table.size());
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      addTo(part, from, rows, count);
    }
  }

  /** Returns the selected rows in order. */
  private int[] rowsOf(Selection selected) {
    if (selected.isAll()) {
      return EVERY_ROW;
    }
    selected.copyRowsTo(selectedRows);
    return selectedRows;
  }

  private void addToOne(int group, AccumulatorPlan.Group part, Block block, Selection rows)
      throws IOException {
    switch (part.filter().judge(block)) {
      case NONE -> {}
      case ALL -> {
        boolean whole = levels.blockZoneMaps() && rows.isAll() && block.isWhole();
        for (AccumulatorPlan.Slot slot : part.slots()) {
          if (!whole || !slot.accumulator().addZone(group, block.rowCount(), zone(slot, block))) {
            addToOne(group, slot, block, rows);
          }
        }
      }
      case SOME -> {
        Block from = block;
        if (GatheredBlock.pays(block, rows)) {
          from = fewRows(block, rows);
          part.filter().select(from, measureSelection);
        } else {
          fewRows = null; // of the rows that the filter before this one left
          part.filter().select(block, measureSelection);
          measureSelection.retain(rows);
        }
        for (AccumulatorPlan.Slot slot : part.slots()) {
          addToOne(group, slot, from, measureSelection);
        }
      }
    }
  }

  /** Adds rows as their column is stored where that is possible, and else one by one. */
  private void addToOne(int group, AccumulatorPlan.Slot slot, Block block, Selection rows)
      throws IOException {
    int count = rows.count();
    if (count == 0 || slot.accumulator().addSelected(group, column(slot, block), rows)) {
      return;
    }
    Arrays.fill(groups, 0, count, group);
    if (GatheredBlock.pays(block, rows)) {
      slot.accumulator().add(column(slot, fewRows(block, rows)), EVERY_ROW, groups, count);
    } else {
      slot.accumulator().add(column(slot, block), rowsOf(rows), groups, count);
    }
  }

  /** Returns the rows that are being added to one group, gathered once for all measures. */
  private Block fewRows(Block block, Selection rows) {
    Block few = fewRows;
    if (few == null) {
      few = new GatheredBlock(block, rows, gathered);
      fewRows = few;
    }
    return few;
  }

  private void addTo(AccumulatorPlan.Group part, Block block, int[] rows, int count)
      throws IOException {
    switch (part.filter().judge(block)) {
      case NONE -> {}
      case ALL -> {
        for (AccumulatorPlan.Slot slot : part.slots()) {
          slot.accumulator().add(column(slot, block), rows, groups, count);
        }
      }
      case SOME -> {
        part.filter().select(block, measureSelection);
        int kept = 0;
        for (int n = 0; n < count; n++) {
          if (measureSelection.contains(rows[n])) {
            measureRows[kept] = rows[n];
            measureGroups[kept++] = groups[n];
          }
        }
        for (AccumulatorPlan.Slot slot : part.slots()) {
          slot.accumulator().add(column(slot, block), measureRows, measureGroups, kept);
        }
      }
    }
  }

  private static @Nullable ZoneMap zone(AccumulatorPlan.Slot slot, ZoneMapLookup zones)
      throws IOException {
    return slot.fieldId() == 0 ? null : zones.zoneMap(slot.fieldId());
  }

  private static @Nullable Column column(AccumulatorPlan.Slot slot, Block block)
      throws IOException {
    return slot.fieldId() == 0 ? null : block.column(slot.fieldId());
  }

  /**
   * Returns a cursor before the first group held: all of them, unless some were handed over early.
   */
  public GroupCursor groups() {
    return new GroupCursor(table, keys.readers(), accumulators);
  }

  /** Hands all groups over and forgets them; more rows may follow. Without rows there are none. */
  public void flush() {
    if (table.size() > 0) {
      sink.take(keys, accumulators);
    }
    accumulators.clear();
    keys.clear();
  }

  /** Returns how blocks were answered so far. */
  public AggregationStatistics statistics() {
    return new AggregationStatistics(
        blocksSkipped,
        blocksFromSources,
        blocksFromProjections,
        blocksFromZoneMaps,
        blocksDecoded,
        rowsSelected,
        earlyFlushes);
  }
}
