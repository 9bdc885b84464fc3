package io.varve.table;

import io.varve.column.RowBuffer;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailRange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one writer attempt in one partition: new ones in memory, older ones in tails, and
 * sealed ones in segments. Rows in a tail may stay in memory too, so that sealing reads nothing
 * back. Confined to one thread.
 *
 * <pre>
 * of the buffer's rows:   kept: in the tail too | buffered: nowhere else
 * </pre>
 */
final class PartitionWriter {

  private final WriterMemory memory;
  private final String partition;

  /** In the order in which they began; the last one may be {@link #current}. */
  private final List<TailRun> runs = new ArrayList<>(1);

  /** In the order in which they began, which is that in which they end. */
  private final Deque<Sealing> sealings = new ArrayDeque<>(1);

  private @Nullable RowBuffer rows;
  private @Nullable TailRun current;
  private long oldestRowMillis;

  /** How many rows at the start of the buffer are in the current run: all of its unsealed, or 0. */
  private int kept;

  /** What they take in memory. */
  private long keptBytes;

  PartitionWriter(WriterMemory memory, String partition, long nowMillis) {
    this.memory = memory;
    this.partition = partition;
    this.oldestRowMillis = nowMillis;
  }

  String partition() {
    return partition;
  }

  RowBuffer rows(long sequence, long layer, int partitions) {
    RowBuffer buffer = rows;
    if (buffer == null) {
      buffer = memory.take(partitions);
      rows = buffer;
    }
    buffer.setNext(sequence, layer);
    return buffer;
  }

  /** Returns whether rows beyond these would be too many for a segment. */
  boolean isFull(WriterOptions options) {
    return unsealedRows() >= options.targetRows() || unsealedBytes() >= options.segmentBytes();
  }

  /** Returns whether rows have waited so long that they are to be sealed. */
  boolean isOld(WriterOptions options, long nowMillis) {
    return unsealedRows() > 0 && nowMillis - oldestRowMillis >= options.targetAgeMillis();
  }

  private long unsealedRows() {
    return (current == null ? 0 : current.unsealedRows()) + bufferedRows();
  }

  private long unsealedBytes() {
    return (current == null ? 0 : current.unsealedBytes())
        + (rows == null ? 0 : rows.bytes() - keptBytes);
  }

  /** Returns how many rows are in memory only. */
  int bufferedRows() {
    return rows == null ? 0 : rows.batch().rowCount() - kept;
  }

  /** Returns whether no row that is to be sealed is in a tail only. */
  private boolean isInMemory() {
    return rows != null && kept == (current == null ? 0 : current.unsealedRows());
  }

  /** Returns how many bytes of memory the buffer takes. */
  long heldBytes() {
    return rows == null ? 0 : rows.heldBytes();
  }

  boolean isIdle() {
    return runs.isEmpty() && sealings.isEmpty() && bufferedRows() == 0;
  }

  /** Gives back the buffer if there is no row in it that is nowhere else. */
  void releaseMemory() {
    if (rows != null && bufferedRows() == 0) {
      rows = null;
      forget();
    }
  }

  private void forget() {
    kept = 0;
    keptBytes = 0;
  }

  /**
   * Writes the rows in memory to a tail, where they wait for the barrier.
   *
   * @param keep whether they stay in memory, if all others of the tail are there
   */
  void spill(WriterTails tails, int partitions, boolean keep) throws IOException {
    RowBuffer buffer = rows;
    if (buffer == null) {
      return;
    }
    boolean stay = keep && isInMemory();
    if (bufferedRows() > 0) {
      append(buffer, tails, partitions);
    }
    if (stay) {
      kept = buffer.batch().rowCount();
      keptBytes = buffer.bytes();
    } else {
      buffer.clear();
      forget();
    }
  }

  private void append(RowBuffer buffer, WriterTails tails, int partitions) throws IOException {
    TailRun run = current;
    if (run == null) {
      run = tails.begin(partition, partitions);
      current = run;
      runs.add(run);
    }
    run.append(buffer.batch(), kept, buffer.bytes() - keptBytes);
  }

  /**
   * Lets all rows that are in no segment become one.
   *
   * @param keep whether rows that are written to a tail first may stay in memory until they are
   *     sealed
   * @param fromMemory whether rows that are nowhere else may go on from memory; the next barrier
   *     then waits for the segment
   */
  void seal(
      WriterFiles files,
      WriterTails tails,
      SealQueue queue,
      boolean keep,
      boolean fromMemory,
      int count)
      throws IOException {
    RowBuffer buffer = rows;
    if (unsealedRows() == 0) {
      return;
    }
    if (!fromMemory) {
      spill(tails, count, keep);
    }
    Sealing sealing;
    if (buffer != null && isInMemory() && buffer.batch().rowCount() > 0) {
      TailRun run = kept > 0 ? current : null;
      sealing = Sealing.of(files, partition, run, buffer, kept);
      memory.lend(sealing);
      rows = null;
      forget();
      leave(run, tails);
    } else {
      spill(tails, count, false);
      TailRun run = java.util.Objects.requireNonNull(current);
      sealing = Sealing.of(files, partition, run);
      leave(run, tails);
    }
    sealings.add(sealing);
    queue.seal(sealing);
  }

  private void leave(@Nullable TailRun run, WriterTails tails) {
    if (run != null && !tails.goesOn(run)) {
      current = null;
    }
  }

  /** Adds what the segments that are there now change. */
  void collect(WriterTails tails, List<Change.Files> changes) throws IOException {
    Sealing sealing;
    while ((sealing = sealings.peek()) != null) {
      SegmentRef segment = sealing.segment();
      if (segment == null) {
        return;
      }
      sealings.remove();
      TailRun run = sealing.run();
      TailRange range = sealing.range();
      if (run == null || range == null) {
        changes.add(new Change.Seal(partition, segment, null, false));
      } else {
        TailRange named = run.seal(range);
        boolean over = !run.goesOnAfter(range);
        changes.add(new Change.Seal(partition, segment, named, over && named != null));
        if (over) {
          end(run, tails);
        }
      }
    }
  }

  private void end(TailRun run, WriterTails tails) throws IOException {
    if (run == current) {
      current = null;
    }
    runs.remove(run);
    tails.end(run);
  }

  /** Adds what shows the durable rows that no commit shows. */
  void report(List<Change.Files> changes) {
    for (TailRun run : runs) {
      Change.Extend extend = run.report();
      if (extend != null) {
        changes.add(extend);
      }
    }
  }

  /** Counts the age of rows from now if there are none yet. */
  void restart(long nowMillis) {
    if (unsealedRows() == 0) {
      oldestRowMillis = nowMillis;
    }
  }
}
