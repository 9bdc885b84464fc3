package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
  private final Consumer<PartialRow> consumer;
  private final BoundFilter filter;
  private final KeyReader[] keys;
  private final boolean[] constant;
  private final AccumulatorPlan accumulators;
  private final GroupTable table;

  private final long[] key;
  private final long[][] words;
  private final int[] idCounts;
  private final Selection selection = new Selection();
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

  /** ALL if block 0 adds the whole source, NONE if no row of it is wanted, else SOME. */
  private Verdict wholeSource = Verdict.SOME;

  /** How groups that the source holds ready are taken with block 0, null if none are. */
  private @Nullable PreaggregationPlan plan;

  /** How often each value of the only key occurs in the whole source, if that is how to add it. */
  private @Nullable CountedValues counted;

  Aggregator(
      BoundAggregation bound, int maxGroups, AnswerLevels levels, Consumer<PartialRow> consumer) {
    if (maxGroups < 1) {
      throw new IllegalArgumentException("maxGroups must be positive, is " + maxGroups);
    }
    Aggregation aggregation = bound.aggregation();
    this.schema = bound.schema();
    this.maxGroups = maxGroups;
    this.levels = levels;
    this.consumer = consumer;
    this.filter = BoundFilter.of(aggregation.filter(), schema);
    this.accumulators = new AccumulatorPlan(aggregation.measures(), schema);
    this.keys = new KeyReader[aggregation.keys().size()];
    this.constant = new boolean[keys.length];
    int width = 0;
    boolean small = true;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = newKey(bound, aggregation.keys().get(i));
      width += keys[i].width();
      small &= keys[i].isNumbered();
    }
    this.table = new GroupTable(width, small);
    this.key = new long[width];
    this.words = new long[width][MAX_ROWS];
    this.idCounts = new int[width];
  }

  private static KeyReader newKey(BoundAggregation bound, GroupKey key) {
    Schema schema = bound.schema();
    if (key instanceof GroupKey.OfTime time) {
      Field field = schema.timeField();
      boolean local = field.type().kind() == TypeKind.TIMESTAMP;
      ZoneId zone = local ? ZoneOffset.UTC : bound.aggregation().timeZone();
      return new TimeKey(field.id(), new TimeBucketCutter(time.bucket(), zone));
    }
    int fieldId = schema.field(schema.indexOf(key.name())).id();
    return switch (bound.storageOf(key)) {
      case LONG -> new LongKey(fieldId);
      case DOUBLE -> RawKey.ofDouble(fieldId);
      case BINARY -> new BinaryKey(fieldId);
      case PAIR -> RawKey.ofPair(fieldId);
    };
  }

  /** Returns the times of rows that may be wanted: sources of others need not be added. */
  public TimeRange timeRange() {
    return filter.timeRange(schema.timeFieldId());
  }

  /** Adds all rows of a source that meet the filter. */
  public void add(BlockSource source) throws IOException {
    int blocks = source.blockCount();
    for (int block = 0; block < blocks; block++) {
      add(source, block);
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
    if (source != checkedSource) {
      if (!source.schema().equals(schema)) {
        throw new IllegalArgumentException(
            source.name() + " is read by another schema than the aggregation is bound to");
      }
      wholeSource = levels.wholeSources() ? judge(new WholeSource(source)) : Verdict.SOME;
      boolean planned =
          levels.projections() && wholeSource == Verdict.SOME && !source.mayHaveDeletedRows();
      plan = planned ? PreaggregationPlan.find(source, filter, keys, accumulators) : null;
      checkedSource = source;
    }
    switch (wholeSource) {
      case NONE -> blocksSkipped++;
      case ALL -> {
        if (index == 0) {
          addWhole(new WholeSource(source));
        }
        blocksFromSources++;
        rowsSelected += source.rowCount(index);
      }
      case SOME -> addBeside(source, index);
    }
  }

  /** Adds with block 0 the groups that the source holds ready, and of blocks what these lack. */
  private void addBeside(BlockSource source, int index) throws IOException {
    PreaggregationPlan groupsFirst = plan;
    Block block = new Block(source, index);
    if (groupsFirst == null) {
      addBlock(block, filter);
      return;
    }
    if (index == 0) {
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
    PreaggregatedBlocks source = from.blocks();
    BoundFilter condition = BoundFilter.of(from.filter());
    for (int index = 0; index < source.blockCount(); index++) {
      Block block = new Block(source, index);
      condition.select(block, selection);
      int count = from.retainSpans(index, selectedRows, selection.copyRowsTo(selectedRows));
      if (count > 0) {
        addGroups(from, block, count);
        flushIfFull();
      }
    }
  }

  private void addGroups(PreaggregationPlan from, Block block, int count) throws IOException {
    PreaggregatedBlocks source = from.blocks();
    int at = 0;
    for (KeyReader reader : keys) {
      ZoneMap zone = block.zoneMap(reader.fieldId());
      if (reader instanceof TimeKey && from.byTime()) {
        reader.read(source.spans(block.index()), selectedRows, count, words, at);
      } else if (zone != null && reader.readConstant(zone, key, at)) {
        for (int word = at; word < at + reader.width(); word++) {
          Arrays.fill(words[word], 0, count, key[word]);
        }
      } else {
        reader.read(block.column(reader.fieldId()), selectedRows, count, words, at);
      }
      at += reader.width();
    }
    reserveTable();
    table.find(words, count, groups);
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
    for (KeyReader reader : keys) {
      ZoneMap zone = whole.zoneMap(reader.fieldId());
      if (zone == null || !reader.readConstant(zone, key, 0)) {
        counted = keys.length == 1 ? CountedValues.of(whole.source(), reader.fieldId()) : null;
        if (counted == null) {
          return Verdict.SOME;
        }
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
    int count = values.read(keys[0], words);
    reserveTable();
    table.find(words, count, groups);
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
    int at = 0;
    for (KeyReader reader : keys) {
      reader.readConstant(Objects.requireNonNull(whole.zoneMap(reader.fieldId())), key, at);
      at += reader.width();
    }
    reserveTable();
    int group = table.groupOf(key);
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
    condition.select(block, verdict, selection);
    if (selection.count() > 0) {
      addSelected(block);
    }
    rowsSelected += selection.count();
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

  private void addSelected(Block block) throws IOException {
    if (readConstants(block)) {
      addToOne(block, selection);
    } else if (readMostly(block)) {
      mostRows.copyFrom(selection);
      mostRows.dropAll(otherBits);
      otherRows.copyFrom(selection);
      otherRows.dropAll(mostRows.words());
      if (mostRows.count() > 0) {
        addToOne(block, mostRows);
      }
      if (otherRows.count() > 0) {
        addEach(block, otherRows);
      }
    } else {
      addEach(block, selection);
    }
  }

  /** Adds rows that all have the key. */
  private void addToOne(Block block, Selection rows) throws IOException {
    reserveTable();
    int group = table.groupOf(key);
    accumulators.reserve(table.size());
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      addToOne(group, part, block, rows);
    }
  }

  /** Adds rows of many groups. */
  private void addEach(Block block, Selection selected) throws IOException {
    int count = selected.count();
    int[] rows = rowsOf(selected);
    readKeys(block, rows, count);
    reserveTable();
    table.find(words, count, groups);
    accumulators.reserve(table.size());
    for (AccumulatorPlan.Group part : accumulators.groups()) {
      addTo(part, block, rows, count);
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
        boolean whole = levels.blockZoneMaps() && rows.isAll();
        for (AccumulatorPlan.Slot slot : part.slots()) {
          if (!whole || !slot.accumulator().addZone(group, block.rowCount(), zone(slot, block))) {
            addToOne(group, slot, block, rows);
          }
        }
      }
      case SOME -> {
        part.filter().select(block, measureSelection);
        measureSelection.retain(rows);
        for (AccumulatorPlan.Slot slot : part.slots()) {
          addToOne(group, slot, block, measureSelection);
        }
      }
    }
  }

  private void addToOne(int group, AccumulatorPlan.Slot slot, Block block, Selection rows)
      throws IOException {
    if (rows.count() > 0 && !slot.accumulator().addSelected(group, column(slot, block), rows)) {
      int count = rows.copyRowsTo(measureRows);
      Arrays.fill(groups, 0, count, group);
      slot.accumulator().add(column(slot, block), measureRows, groups, count);
    }
  }

  /** Sets the words of the keys that are the same all over a block; returns whether all are. */
  private boolean readConstants(Block block) throws IOException {
    boolean all = true;
    int at = 0;
    for (int i = 0; i < keys.length; i++) {
      ZoneMap zone = block.zoneMap(keys[i].fieldId());
      constant[i] = zone != null && keys[i].readConstant(zone, key, at);
      all &= constant[i];
      at += keys[i].width();
    }
    return all;
  }

  /**
   * Sets the key that most rows have if only one part of it changes within the block and that part
   * seldom; then sets the bits of the other rows.
   */
  private boolean readMostly(Block block) throws IOException {
    int changing = -1;
    int at = 0;
    int changingAt = 0;
    for (int i = 0; i < keys.length; i++) {
      if (!constant[i]) {
        if (changing >= 0) {
          return false;
        }
        changing = i;
        changingAt = at;
      }
      at += keys[i].width();
    }
    KeyReader reader = keys[changing];
    return reader.readMostly(block.column(reader.fieldId()), key, changingAt, otherBits);
  }

  private void readKeys(Block block, int[] rows, int count) throws IOException {
    int at = 0;
    for (int i = 0; i < keys.length; i++) {
      if (constant[i]) {
        for (int word = at; word < at + keys[i].width(); word++) {
          Arrays.fill(words[word], 0, count, key[word]);
        }
      } else {
        keys[i].read(block.column(keys[i].fieldId()), rows, count, words, at);
      }
      at += keys[i].width();
    }
  }

  private void reserveTable() {
    int at = 0;
    for (KeyReader reader : keys) {
      idCounts[at] = reader.idCount();
      at += reader.width();
    }
    table.reserve(idCounts);
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
    return new GroupCursor(table, keys, accumulators);
  }

  /** Hands all groups over and forgets them; more rows may follow. Without rows there are none. */
  public void flush() {
    for (int group = 0; group < table.size(); group++) {
      table.copyKey(group, key);
      List<Value> values = new ArrayList<>(keys.length);
      int at = 0;
      for (KeyReader reader : keys) {
        values.add(reader.value(key, at));
        at += reader.width();
      }
      consumer.accept(new PartialRow(values, accumulators.states(group)));
    }
    table.clear();
    accumulators.clear();
    for (KeyReader reader : keys) {
      reader.clear();
    }
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
