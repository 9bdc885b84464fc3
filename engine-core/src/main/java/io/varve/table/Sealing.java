package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.segment.Replaced;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailRange;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a partition on their way into a segment: those of a range of a tail, which is read back,
 * or rows that are in memory. One thread does it, another asks for the result.
 */
final class Sealing implements SealQueue.Job {

  private final WriterFiles files;
  private final String partition;
  private final @Nullable TailRun run;
  private final @Nullable TailRange range;
  private final boolean held;
  private final long bytes;
  private @Nullable RowBuffer rows;
  private volatile @Nullable SegmentRef segment;

  private Sealing(
      WriterFiles files,
      String partition,
      @Nullable TailRun run,
      @Nullable TailRange range,
      @Nullable RowBuffer rows,
      long bytes) {
    this.files = files;
    this.partition = partition;
    this.run = run;
    this.range = range;
    this.rows = rows;
    this.held = rows != null;
    this.bytes = bytes;
  }

  /** Seals rows that are in no file; the buffer must not change until they are. */
  static Sealing of(WriterFiles files, String partition, RowBuffer rows) {
    return new Sealing(files, partition, null, null, rows, rows.heldBytes());
  }

  /** Seals the frames of a run that nobody is sealing yet. */
  static Sealing of(WriterFiles files, String partition, TailRun run) {
    long bytes = run.unsealedBytes();
    return new Sealing(files, partition, run, run.handOver(), null, bytes);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean isHeld() {
    return held;
  }

  /** Returns the run whose frames these are; null if the rows were in memory. */
  @Nullable TailRun run() {
    return run;
  }

  /** Returns the frames; null if the rows were in memory. */
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
    WriterFiles.Form form = files.form();
    if (frames != null) {
      form = files.live();
      RowBatch read = new RowBatch(form.table().storedSchema());
      form.table().readStored(partition, frames, read);
      if (read.rowCount() == 0) {
        // All of it has been deleted; a seal has a segment, which a merge drops.
        form.table().readTail(partition, frames, read);
      }
      Replaced replaced =
          new Replaced.TailRange(frames.file(), frames.start().offset(), frames.end().offset());
      segment = files.writeSegment(form, partition, read, List.of(replaced), cancelled);
    } else if (buffer != null) {
      segment = files.writeSegment(form, partition, buffer.batch(), List.of(), cancelled);
    }
  }
}
