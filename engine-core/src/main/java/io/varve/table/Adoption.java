package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import io.varve.tail.TailReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites the visible rows of earlier attempts' tails as segments of this attempt, each of at most
 * the target size, so that memory is bounded whatever was left behind.
 */
final class Adoption {

  private final TableDirectory table;
  private final WriterFiles files;
  private final WriterOptions options;

  Adoption(TableDirectory table, WriterFiles files, WriterOptions options) {
    this.table = table;
    this.files = files;
    this.options = options;
  }

  /** Rewrites the tails of one partition; returns the number of rows. */
  long adopt(String partition, List<TailState> tails, List<Change.Files> changes)
      throws IOException {
    if (tails.isEmpty()) {
      return 0;
    }
    List<TailRange> inputs = new ArrayList<>();
    List<Replaced> replaces = new ArrayList<>();
    for (TailState tail : tails) {
      TailRange range = tail.visible();
      inputs.add(range);
      replaces.add(
          new Replaced.TailRange(range.file(), range.start().offset(), range.end().offset()));
    }
    List<SegmentRef> outputs = new ArrayList<>();
    RowBatch rows = new RowBatch(table.schema());
    long adopted = 0;
    for (TailRange input : inputs) {
      adopted += read(partition, input, rows, replaces, outputs);
    }
    write(partition, rows, replaces, outputs);
    changes.add(new Change.Replace(partition, List.of(), inputs, outputs, true));
    return adopted;
  }

  private long read(
      String partition,
      TailRange input,
      RowBatch rows,
      List<Replaced> replaces,
      List<SegmentRef> outputs)
      throws IOException {
    long read = 0;
    if (input.start().offset() == input.end().offset()) {
      return 0;
    }
    try (TailReader reader = table.openTail(partition, input)) {
      for (int block = 0; block < reader.blockCount(); block++) {
        int next = reader.rowCount(block);
        if (rows.rowCount() + next > options.targetRows()
            || rows.memoryBytes() >= options.targetBytes()) {
          write(partition, rows, replaces, outputs);
        }
        rows.appendFrom(reader, block);
        read += next;
      }
    }
    return read;
  }

  private void write(
      String partition, RowBatch rows, List<Replaced> replaces, List<SegmentRef> outputs)
      throws IOException {
    if (rows.rowCount() > 0) {
      outputs.add(files.writeSegment(partition, rows, replaces));
      rows.clear();
    }
  }
}
