package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Preaggregation;
import io.varve.column.Preaggregation.Role;
import io.varve.column.ZoneMap;
import io.varve.schema.Projection;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How groups that a source holds ready answer an aggregation: which of them count, and which rows
 * of the source at the edges of a range of time are left to be looked at. Confined to one thread.
 *
 * @param blocks the groups
 * @param filter what groups must meet, beside the range of their spans
 * @param byTime whether spans of time are read from the groups
 * @param firstSpan the first nanosecond of the first span that is wanted as a whole
 * @param lastSpan the last nanosecond of the last span that is wanted as a whole
 * @param edges what rows must meet that are not in such a span; null if there are none
 */
record PreaggregationPlan(
    PreaggregatedBlocks blocks,
    FilterNode filter,
    boolean byTime,
    long firstSpan,
    long lastSpan,
    @Nullable BoundFilter edges) {

  /** Returns whether some spans are not wanted as a whole. */
  private boolean isCut() {
    return firstSpan != Long.MIN_VALUE || lastSpan != Long.MAX_VALUE;
  }

  /** Returns whether the span of a group of a block may be wanted. */
  boolean mayWantSpans(int block) throws IOException {
    return !isCut() || blocks.mayHaveSpans(block, firstSpan, lastSpan);
  }

  /**
   * Keeps, of some groups of a block, those whose span is wanted; returns their number.
   *
   * @param source the groups of this plan or a few of them
   */
  int retainSpans(PreaggregatedBlocks source, int block, int[] rows, int count) throws IOException {
    if (!isCut()) {
      return count;
    }
    long[] spans = source.spans(block).values();
    int kept = 0;
    for (int n = 0; n < count; n++) {
      long span = spans[rows[n]];
      if (span >= firstSpan && span <= lastSpan) {
        rows[kept++] = rows[n];
      }
    }
    return kept;
  }

  /** Returns the cheapest way, null if no groups of the source give the same answer. */
  static @Nullable PreaggregationPlan find(
      BlockSource source, BoundFilter filter, KeyReader[] keys, AccumulatorPlan measures)
      throws IOException {
    PreaggregationPlan best = null;
    for (Preaggregation groups : source.preaggregations()) {
      if (best == null || groups.groupCount() < best.blocks.groups().groupCount()) {
        PreaggregationPlan plan = new Finder(source, groups).find(filter, keys, measures);
        best = plan == null ? best : plan;
      }
    }
    return best;
  }

  /** Whether the groups of one kind do. */
  private static final class Finder {

    private final BlockSource source;
    private final Preaggregation groups;
    private final PreaggregatedBlocks blocks;
    private final WholeSource whole;
    private final int timeFieldId;

    Finder(BlockSource source, Preaggregation groups) {
      this.source = source;
      this.groups = groups;
      this.blocks = new PreaggregatedBlocks(source, groups);
      this.whole = new WholeSource(source);
      this.timeFieldId = source.schema().timeFieldId();
    }

    @Nullable PreaggregationPlan find(
        BoundFilter filter, KeyReader[] keys, AccumulatorPlan measures) throws IOException {
      boolean byTime = false;
      for (KeyReader key : keys) {
        byTime |= key instanceof TimeKey && !isConstant(key);
      }
      for (KeyReader key : keys) {
        if (!isConstant(key) && !covers(key)) {
          return null;
        }
        if (byTime && key instanceof TimeKey time && !covers(time)) {
          return null;
        }
      }
      for (AccumulatorPlan.Group part : measures.groups()) {
        if (!covers(part.filter().root()) || !covers(part)) {
          return null;
        }
      }
      return withRange(filter.root().split(timeFieldId), byTime);
    }

    private boolean isConstant(KeyReader key) throws IOException {
      ZoneMap zone = source.zoneMap(key.fieldId());
      return zone != null && key.readConstant(zone, new long[key.width()], 0);
    }

    private boolean covers(KeyReader key) {
      if (key instanceof TimeKey time) {
        return isOfZone(time.zone()) && isWithin(groups.timeBucket(), time.bucket());
      }
      return blocks.hasKey(key.fieldId());
    }

    private boolean isOfZone(ZoneId zone) {
      try {
        return !groups.timeBucket().isEmpty()
            && ZoneId.of(groups.timeZone()).normalized().equals(zone.normalized());
      } catch (DateTimeException unknown) {
        return false; // a zone of another release of the JDK
      }
    }

    /** Returns whether each span of one kind lies in one span of another. */
    private static boolean isWithin(String inner, TimeBucket outer) {
      int from = Projection.TIME_BUCKETS.indexOf(inner);
      int to = Projection.TIME_BUCKETS.indexOf(outer.name().toLowerCase(Locale.ROOT));
      return from >= 0 && from <= to && !(inner.equals("week") && outer == TimeBucket.MONTH);
    }

    /** Returns whether a condition looks at keys only, or is decided for the whole source. */
    private boolean covers(FilterNode node) throws IOException {
      Set<Integer> open = new TreeSet<>();
      node.collectOpen(whole, open);
      return open.stream().allMatch(blocks::hasKey);
    }

    private boolean covers(AccumulatorPlan.Group part) throws IOException {
      for (AccumulatorPlan.Slot slot : part.slots()) {
        if (!slot.accumulator().takesGroups(blocks, slot.fieldId())) {
          return false;
        }
      }
      return true;
    }

    private @Nullable PreaggregationPlan withRange(FilterNode.TimeSplit split, boolean byTime)
        throws IOException {
      if (!covers(split.rest())) {
        return null;
      }
      ZoneMap zone = source.zoneMap(timeFieldId);
      if (!(zone instanceof ZoneMap.OfLong times) || times.nulls() != 0) {
        return null;
      }
      long first = Math.max(split.first(), times.min());
      long last = Math.min(split.last(), times.max());
      if (first > last) {
        return null; // nothing is wanted; blocks say so for nothing
      }
      if (first == times.min() && last == times.max()) {
        return new PreaggregationPlan(
            blocks, split.rest(), byTime, Long.MIN_VALUE, Long.MAX_VALUE, null);
      }
      return cut(split, byTime, first, last, times);
    }

    /** Finds the spans that lie in the range as a whole. */
    private @Nullable PreaggregationPlan cut(
        FilterNode.TimeSplit split, boolean byTime, long first, long last, ZoneMap.OfLong times) {
      if (groups.timeBucket().isEmpty() || !groups.has(Role.KEY, timeFieldId)) {
        return null;
      }
      ZoneId zone = ZoneId.of(groups.timeZone());
      if (!zone.getRules().isFixedOffset()) {
        return null; // where clocks are set back over midnight, a day is not one range
      }
      TimeBucket bucket = TimeBucket.valueOf(groups.timeBucket().toUpperCase(Locale.ROOT));
      TimeBucketCutter cutter = new TimeBucketCutter(bucket, zone);
      long firstSpan = Long.MIN_VALUE;
      if (first != times.min()) {
        cutter.startOf(first);
        if (cutter.runLast() == Long.MAX_VALUE) {
          return null;
        }
        firstSpan = cutter.runFirst() == first ? first : cutter.runLast() + 1;
      }
      long lastSpan = Long.MAX_VALUE;
      if (last != times.max()) {
        cutter.startOf(last);
        if (cutter.runFirst() == Long.MIN_VALUE) {
          return null;
        }
        lastSpan = cutter.runLast() == last ? last : cutter.runFirst() - 1;
      }
      if (firstSpan > lastSpan) {
        return null;
      }
      List<FilterNode> edges = new ArrayList<>();
      if (firstSpan > first) {
        edges.add(range(first, firstSpan - 1));
      }
      if (lastSpan < last) {
        edges.add(range(lastSpan + 1, last));
      }
      BoundFilter edgeFilter = null;
      if (!edges.isEmpty()) {
        FilterNode edge = FilterNode.of(edges, false);
        edgeFilter = BoundFilter.of(FilterNode.of(List.of(split.rest(), edge), true));
      }
      return new PreaggregationPlan(blocks, split.rest(), byTime, firstSpan, lastSpan, edgeFilter);
    }

    private FilterNode range(long first, long last) {
      return new FilterNode.Leaf(new LongTest.Range(timeFieldId, false, first, last));
    }
  }
}
