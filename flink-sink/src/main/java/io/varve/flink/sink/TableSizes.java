package io.varve.flink.sink;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.table.protocol.TableState;
import org.jspecify.annotations.Nullable;

/** How large a table is, added up only when somebody asks, and once for each state. Thread-safe. */
final class TableSizes {

  private volatile Shown shown = new Shown(TableState.EMPTY);

  /**
   * Sums over a state.
   *
   * @param partitions engine directories that hold rows
   * @param rows all that it shows
   * @param bytes of the files that hold them, of tails the part that is shown
   * @param files segments and tails
   * @param tailRows rows that are in no segment yet
   * @param tailBytes their bytes
   * @param largest rows of the largest partition
   */
  record Sizes(
      long partitions,
      long rows,
      long bytes,
      long files,
      long tailRows,
      long tailBytes,
      long largest) {

    /**
     * Returns how often the mean goes into the rows of the largest partition, 1 if all are alike.
     */
    double skew() {
      return rows == 0 ? 1 : (double) largest * partitions / rows;
    }
  }

  /** Takes a state to be shown from now on. */
  void show(TableState state) {
    shown = new Shown(state);
  }

  /** Returns the sizes of the state that is shown. */
  Sizes now() {
    return shown.sizes();
  }

  /** A state, and its sizes once they are known. */
  private static final class Shown {

    private final TableState state;

    @GuardedBy("this")
    private @Nullable Sizes sizes;

    Shown(TableState state) {
      this.state = state;
    }

    synchronized Sizes sizes() {
      Sizes known = sizes;
      if (known == null) {
        known = new Sum().of(state);
        sizes = known;
      }
      return known;
    }
  }

  /** Adds up. */
  private static final class Sum {
    private long partitions;
    private long rows;
    private long bytes;
    private long files;
    private long tailRows;
    private long tailBytes;
    private long largest;
    private long partitionRows;

    Sizes of(TableState state) {
      state
          .partitions()
          .forEach(
              (path, partition) -> {
                partitionRows = 0;
                partition
                    .segments()
                    .forEach((file, segment) -> addSegment(segment.rows(), segment.bytes()));
                partition
                    .tails()
                    .forEach((file, tail) -> addTail(tail.rowCount(), tail.byteCount()));
                partitions += partitionRows > 0 ? 1 : 0;
                rows += partitionRows;
                largest = Math.max(largest, partitionRows);
              });
      bytes += tailBytes;
      return new Sizes(partitions, rows, bytes, files, tailRows, tailBytes, largest);
    }

    private void addSegment(long segmentRows, long segmentBytes) {
      partitionRows += segmentRows;
      bytes += segmentBytes;
      files++;
    }

    private void addTail(long count, long size) {
      if (count > 0) {
        partitionRows += count;
        tailRows += count;
        tailBytes += size;
        files++;
      }
    }
  }
}
