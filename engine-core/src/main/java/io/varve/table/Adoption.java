package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rewrites the visible rows of earlier attempts' tails as segments of this attempt. */
final class Adoption {

  private final TableDirectory table;
  private final WriterFiles files;

  Adoption(TableDirectory table, WriterFiles files) {
    this.table = table;
    this.files = files;
  }

  /** Rewrites the tails of one partition as one segment; returns the number of rows. */
  long adopt(String partition, List<TailState> tails, List<Change.Files> changes)
      throws IOException {
    if (tails.isEmpty()) {
      return 0;
    }
    RowBatch rows = new RowBatch(table.schema());
    List<TailRange> inputs = new ArrayList<>();
    List<Replaced> replaces = new ArrayList<>();
    for (TailState tail : tails) {
      TailRange range = tail.visible();
      inputs.add(range);
      replaces.add(
          new Replaced.TailRange(tail.file(), range.start().offset(), range.end().offset()));
      table.readTail(partition, range, rows);
    }
    List<SegmentRef> outputs =
        rows.rowCount() == 0 ? List.of() : List.of(files.writeSegment(partition, rows, replaces));
    changes.add(new Change.Replace(partition, List.of(), inputs, outputs, true));
    return rows.rowCount();
  }
}
