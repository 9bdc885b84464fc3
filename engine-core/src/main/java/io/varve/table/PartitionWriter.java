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
 * sealed ones in segments. Confined to one thread.
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

  PartitionWriter(WriterMemory memory, String partition, long nowMillis) {
    this.memory = memory;
    this.partition = partition;
    this.oldestRowMillis = nowMillis;
  }

  String partition() {
    return partition;
  }

  RowBuffer rows(long sequence, long layer) {
    RowBuffer buffer = rows;
    if (buffer == null) {
      buffer = memory.take();
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
    return (current == null ? 0 : current.unsealedBytes()) + (rows == null ? 0 : rows.bytes());
  }

  int bufferedRows() {
    return rows == null ? 0 : rows.batch().rowCount();
  }

  /** Returns how many bytes of memory the buffer takes. */
  long heldBytes() {
    return rows == null ? 0 : rows.heldBytes();
  }

  boolean isIdle() {
    return runs.isEmpty() && sealings.isEmpty() && bufferedRows() == 0;
  }

  /** Gives back the buffer if there is no row in it. */
  void releaseMemory() {
    if (rows != null && bufferedRows() == 0) {
      rows = null;
    }
  }

  /** Writes the rows in memory to a tail, where they wait for the barrier. */
  void spill(WriterTails tails, int partitions) throws IOException {
    RowBuffer buffer = rows;
    if (buffer == null || bufferedRows() == 0) {
      return;
    }
    TailRun run = current;
    if (run == null) {
      run = tails.begin(partition, partitions);
      current = run;
      runs.add(run);
    }
    run.append(buffer.batch(), buffer.bytes());
    buffer.clear();
  }

  /**
   * Lets all rows that are in no segment become one.
   *
   * @param fromMemory whether rows of which none is in a tail may go on from memory
   */
  void seal(WriterFiles files, WriterTails tails, SealQueue queue, boolean fromMemory, int count)
      throws IOException {
    RowBuffer buffer = rows;
    if (unsealedRows() == 0) {
      return;
    }
    Sealing sealing;
    boolean inTail = current != null && current.unsealedRows() > 0;
    if (fromMemory && buffer != null && !inTail) {
      sealing = Sealing.of(files, partition, buffer);
      memory.lend(sealing);
      rows = null;
    } else {
      spill(tails, count);
      TailRun run = java.util.Objects.requireNonNull(current);
      sealing = Sealing.of(files, partition, run);
      if (!tails.goesOn(run)) {
        current = null;
      }
    }
    sealings.add(sealing);
    queue.seal(sealing);
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
