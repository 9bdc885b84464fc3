package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.segment.Replaced;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailRange;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a partition on their way into a segment: those of a range of a tail, which is read back,
 * or rows that are in memory, maybe in a tail as well. One thread does it, another asks for the
 * result.
 */
final class Sealing implements SealQueue.Job {

  private final WriterFiles files;
  private final WriterFiles.Form form; // of the rows in memory; others may be written meanwhile
  private final String partition;
  private final @Nullable TailRun run;
  private final @Nullable TailRange range;
  private final int inFrames;
  private final boolean held;
  private final boolean awaited;
  private final long bytes;
  private @Nullable RowBuffer rows;
  private volatile @Nullable SegmentRef segment;

  private Sealing(
      WriterFiles files,
      String partition,
      @Nullable TailRun run,
      @Nullable RowBuffer rows,
      int inFrames) {
    this.files = files;
    this.form = files.form();
    this.partition = partition;
    this.run = run;
    this.rows = rows;
    this.held = rows != null;
    this.inFrames = inFrames;
    this.awaited = rows != null && rows.batch().rowCount() > inFrames;
    this.bytes = rows != null ? rows.heldBytes() : Objects.requireNonNull(run).unsealedBytes();
    this.range = run == null ? null : run.handOver();
  }

  /**
   * Seals rows that are in memory; the buffer must not change until they are.
   *
   * @param run whose unsealed frames are the first of the rows; null if none is in a tail
   * @param inFrames how many of the rows these are; the others are in no file
   */
  static Sealing of(
      WriterFiles files, String partition, @Nullable TailRun run, RowBuffer rows, int inFrames) {
    return new Sealing(files, partition, run, rows, inFrames);
  }

  /** Seals the frames of a run that nobody is sealing yet. */
  static Sealing of(WriterFiles files, String partition, TailRun run) {
    return new Sealing(files, partition, run, null, 0);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean isHeld() {
    return held;
  }

  /** Returns whether a barrier has to wait for the segment: rows of it are in no file. */
  boolean isAwaited() {
    return awaited;
  }

  /** Returns the run whose frames these are; null if no row was in a tail. */
  @Nullable TailRun run() {
    return run;
  }

  /** Returns the frames; null if no row was in a tail. */
  @Nullable TailRange range() {
    return range;
  }

  /** Returns, once, the buffer that the rows were in until they were in a segment. */
  @Nullable RowBuffer takeRows() {
    RowBuffer buffer = rows;
    rows = null;
    return buffer;
  }

  /** Returns the durable segment; null until there is one. */
  @Nullable SegmentRef segment() {
    return segment;
  }

  @Override
  public void run(BooleanSupplier cancelled) throws IOException {
    TailRange frames = range;
    RowBuffer buffer = rows;
    List<Replaced> replaced =
        frames == null
            ? List.of()
            : List.of(
                new Replaced.TailRange(
                    frames.file(), frames.start().offset(), frames.end().offset()));
    if (buffer == null) {
      WriterFiles.Form now = files.live();
      RowBatch read = live(now.table(), Objects.requireNonNull(frames), null);
      segment = files.writeSegment(now, partition, read, replaced, cancelled);
      return;
    }
    RowBatch batch = buffer.batch();
    if (frames != null) {
      TableDirectory live = files.live(form).table();
      batch = live.deletes().concern(partition, 0) ? live(live, frames, batch) : batch;
    }
    segment = files.writeSegment(form, partition, batch, replaced, cancelled);
  }

  /**
   * Returns the rows of the frames that have not been deleted, and those that are only in memory.
   *
   * @param table knows what has been deleted
   * @param memory the rows of the frames and then those of no frame; null if none is in memory
   */
  private RowBatch live(TableDirectory table, TailRange frames, @Nullable RowBatch memory)
      throws IOException {
    RowBatch live = new RowBatch(memory == null ? table.storedSchema() : memory.schema());
    table.readStored(partition, frames, live);
    if (memory != null) {
      for (int row = inFrames; row < memory.rowCount(); row++) {
        live.appendFrom(memory, row);
      }
    }
    if (live.rowCount() == 0) {
      // All of it has been deleted; a seal has a segment, which a merge drops.
      table.readTail(partition, frames, live);
    }
    return live;
  }
}
