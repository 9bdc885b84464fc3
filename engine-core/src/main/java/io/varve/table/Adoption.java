package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the visible rows of earlier attempts' tails of one partition as segments of this
 * attempt, each of at most the target size and without what has been deleted, so that memory is
 * bounded whatever was left behind. One thread does it, another asks for the result.
 */
final class Adoption implements SealQueue.Job {

  private final WriterFiles files;
  private final WriterOptions options;
  private final String partition;
  private final List<TailRange> inputs = new ArrayList<>();
  private final List<Replaced> replaces = new ArrayList<>();
  private final List<SegmentRef> outputs = new ArrayList<>();
  private volatile Change.@Nullable Replace change;

  Adoption(WriterFiles files, WriterOptions options, String partition, List<TailState> tails) {
    this.files = files;
    this.options = options;
    this.partition = partition;
    for (TailState tail : tails) {
      TailRange range = tail.visible();
      inputs.add(range);
      replaces.add(
          new Replaced.TailRange(range.file(), range.start().offset(), range.end().offset()));
    }
  }

  @Override
  public long bytes() {
    return options.segmentBytes() / 2;
  }

  @Override
  public boolean isHeld() {
    return false;
  }

  /** Returns what swaps the tails for segments; null until that is done. */
  Change.@Nullable Replace change() {
    return change;
  }

  @Override
  public void run(BooleanSupplier cancelled) throws IOException {
    WriterFiles.Form form = files.live();
    RowBatch rows = new RowBatch(form.table().storedSchema());
    for (TailRange input : inputs) {
      read(form, input, rows, cancelled);
    }
    write(form, rows, cancelled);
    change = new Change.Replace(partition, List.of(), inputs, outputs, true);
  }

  private void read(
      WriterFiles.Form form, TailRange input, RowBatch rows, BooleanSupplier cancelled)
      throws IOException {
    if (input.start().offset() == input.end().offset()) {
      return;
    }
    try (BlockSource reader = form.table().openStored(partition, input)) {
      for (int block = 0; block < reader.blockCount(); block++) {
        int next = reader.rowCount(block);
        if (rows.rowCount() + next > options.targetRows() || rows.memoryBytes() >= bytes()) {
          write(form, rows, cancelled);
        }
        rows.rewriteFrom(reader, block);
      }
    }
  }

  private void write(WriterFiles.Form form, RowBatch rows, BooleanSupplier cancelled)
      throws IOException {
    if (rows.rowCount() > 0) {
      outputs.add(files.writeSegment(form, partition, rows, replaces, cancelled));
      rows.clear();
    }
  }
}
