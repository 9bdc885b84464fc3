package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All splits of one commit, by partition, file and block. A function of the commit and of {@code
 * blocksPerSplit} alone, so that a restored job makes the same plan. Immutable.
 *
 * <p>A segment is cut into ranges of nearly equal length. A tail is one split: whoever opens a tail
 * checks all of its frames, so cutting it would read it as often as it is cut.
 *
 * @param tableId the table that is read
 * @param commit the commit that is read
 * @param blocksPerSplit the most blocks of a segment's split
 * @param splits by number
 */
record ScanPlan(String tableId, long commit, int blocksPerSplit, List<VarveSplit> splits) {

  private static final int SPLITS_PER_READER = 8;
  private static final int LEAST_BLOCKS = 64;
  private static final int MOST_BLOCKS = 1024;

  ScanPlan {
    splits = List.copyOf(splits);
  }

  static ScanPlan of(TableSnapshot snapshot, int blocksPerSplit) {
    List<ScanUnit> units = new ArrayList<>(snapshot.units());
    units.sort(Comparator.comparing(ScanUnit::partition).thenComparing(ScanUnit::file));
    List<VarveSplit> splits = new ArrayList<>();
    for (ScanUnit unit : units) {
      add(unit, blocksPerSplit, splits);
    }
    return new ScanPlan(snapshot.table().id(), snapshot.number(), blocksPerSplit, splits);
  }

  private static void add(ScanUnit unit, int blocksPerSplit, List<VarveSplit> splits) {
    if (unit instanceof ScanUnit.OfTail) {
      splits.add(VarveSplit.fresh(splits.size(), unit, 0, VarveSplit.ALL_BLOCKS));
      return;
    }
    long blocks = ceilDiv(unit.rows(), BlockSource.MAX_BLOCK_ROWS);
    long parts = ceilDiv(blocks, blocksPerSplit);
    for (long part = 0; part < parts; part++) {
      int from = Math.toIntExact(blocks * part / parts);
      int to = Math.toIntExact(blocks * (part + 1) / parts);
      splits.add(VarveSplit.fresh(splits.size(), unit, from, to));
    }
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
