package io.varve.flink.source;

import static java.util.Objects.requireNonNull;

import io.varve.column.BlockSource;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * All splits of what one commit shows, or of what the commits after one show for the first time. A
 * function of the span and of the cut alone, so that a restored job makes the same plan: what a
 * filter leaves out keeps its number. Immutable.
 *
 * <p>A segment is cut into ranges of nearly equal length. A tail is one split: whoever opens a tail
 * checks all of its frames, so cutting it would read it as often as it is cut.
 *
 * @param span what it reads
 * @param blocksPerSplit the most blocks of a segment's split
 * @param splits by number
 * @param unwanted the numbers of splits that can't hold a row that is wanted; not to be changed
 * @param hosts by number where the split's bytes are near; empty if that is not known
 */
record ScanPlan(
    ScanSpan span,
    int blocksPerSplit,
    List<VarveSplit> splits,
    BitSet unwanted,
    List<List<String>> hosts) {

  private static final int SPLITS_PER_READER = 8;
  private static final int LEAST_BLOCKS = 64;
  private static final int MOST_BLOCKS = 1024;

  ScanPlan {
    requireNonNull(span);
    splits = List.copyOf(splits);
    unwanted = (BitSet) unwanted.clone();
    hosts = List.copyOf(hosts);
  }

  /** Returns the plan of all that a commit shows. */
  static ScanPlan of(TableSnapshot snapshot, int blocksPerSplit) {
    ScanSpan span =
        new ScanSpan(snapshot.table().id(), ScanSpan.WHOLE, snapshot.number(), Long.MAX_VALUE);
    List<VarveSplit> splits = splits(span, snapshot.units(), blocksPerSplit);
    return new ScanPlan(span, blocksPerSplit, splits, new BitSet(), List.of());
  }

  static List<VarveSplit> splits(ScanSpan span, List<ScanUnit> units, int blocksPerSplit) {
    List<ScanUnit> sorted = new ArrayList<>(units);
    if (!span.isIncrement()) {
      sorted.sort(Comparator.comparing(ScanUnit::partition).thenComparing(ScanUnit::file));
    }
    List<VarveSplit> splits = new ArrayList<>();
    for (ScanUnit unit : sorted) {
      add(span, unit, blocksPerSplit, splits);
    }
    return splits;
  }

  private static void add(
      ScanSpan span, ScanUnit unit, int blocksPerSplit, List<VarveSplit> splits) {
    if (unit instanceof ScanUnit.OfTail) {
      splits.add(split(span, splits.size(), unit, 0, VarveSplit.ALL_BLOCKS));
      return;
    }
    long blocks = ceilDiv(unit.rows(), BlockSource.MAX_BLOCK_ROWS);
    long parts = ceilDiv(blocks, blocksPerSplit);
    for (long part = 0; part < parts; part++) {
      int from = Math.toIntExact(blocks * part / parts);
      int to = Math.toIntExact(blocks * (part + 1) / parts);
      splits.add(split(span, splits.size(), unit, from, to));
    }
  }

  private static VarveSplit split(ScanSpan span, int number, ScanUnit unit, int from, int to) {
    return new VarveSplit(span.first(), number, span.before(), unit, from, to, from, 0);
  }

  /**
   * Returns how many blocks a split should have.
   *
   * @param splitRows as asked for, or {@link ScanTarget#BALANCED}
   * @param rowCount rows of the table
   */
  static int blocksPerSplit(int splitRows, long rowCount, int parallelism) {
    if (splitRows != ScanTarget.BALANCED) {
      return Math.toIntExact(ceilDiv(splitRows, BlockSource.MAX_BLOCK_ROWS));
    }
    long share = rowCount / ((long) SPLITS_PER_READER * Math.max(1, parallelism));
    long blocks = ceilDiv(share, BlockSource.MAX_BLOCK_ROWS);
    return (int) Math.max(LEAST_BLOCKS, Math.min(MOST_BLOCKS, blocks));
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
