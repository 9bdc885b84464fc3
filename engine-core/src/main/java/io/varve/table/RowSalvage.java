package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.io.InputFile;
import io.varve.io.VarveException;
import io.varve.segment.Replaced;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import io.varve.tail.TailFrame;
import io.varve.tail.TailScan;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what is left of damaged files: the blocks of a segment in which every column is whole, the
 * frames of a tail before the first that is not. Confined to one thread.
 */
final class RowSalvage {

  private static final int SEGMENT_ROWS = WriterOptions.DEFAULTS.targetRows();

  private final TableDirectory table;
  private final WriterFiles files;

  /**
   * Prepares reading.
   *
   * @param table as the newest commit shows it: deleted rows are left out
   * @param files names the segments that are made
   */
  RowSalvage(TableDirectory table, WriterFiles files) {
    this.table = table;
    this.files = files;
  }

  /**
   * What was saved of a file in one partition.
   *
   * @param segments with the rows that are whole; not made in a dry run
   * @param rowsLost rows that are not, with those that had been deleted
   */
  record Saved(List<SegmentRef> segments, long rowsLost) {}

  Saved segment(String partition, SegmentRef segment, boolean dryRun) throws IOException {
    Rows rows = new Rows(partition, List.of(new Replaced.Segment(segment.file())), dryRun);
    long whole = 0;
    try (BlockSource source = table.openLive(partition, segment, table.rewrittenSchema())) {
      for (int block = 0; block < source.blockCount(); block++) {
        whole += rows.add(source, block);
      }
    } catch (VarveException | NoSuchFileException lost) {
      // What could be read has been.
    }
    return new Saved(rows.finish(), segment.rows() - whole);
  }

  Saved tail(String partition, TailState tail, boolean dryRun) throws IOException {
    Replaced replaced =
        new Replaced.TailRange(tail.file(), tail.sealedTo().offset(), tail.visibleTo().offset());
    Rows rows = new Rows(partition, List.of(replaced), dryRun);
    long whole = 0;
    try {
      for (TailFrame frame : frames(tail.file())) {
        boolean wanted =
            frame.partition().equals(partition)
                && frame.offset() >= tail.sealedTo().offset()
                && frame.end() <= tail.visibleTo().offset();
        if (wanted) {
          whole += rows.add(partition, tail.file(), frame);
        }
      }
    } catch (VarveException | NoSuchFileException lost) {
      // What could be read has been.
    }
    return new Saved(rows.finish(), tail.rowCount() - whole);
  }

  private List<TailFrame> frames(String file) throws IOException {
    try (InputFile input = table.store().open(file)) {
      return TailScan.scanFrames(input, 0).frames();
    }
  }

  /** Rows on their way into segments. */
  private final class Rows {

    private final String partition;
    private final List<Replaced> replaces;
    private final boolean dryRun;
    private final RowBatch rows = new RowBatch(table.rewrittenSchema());
    private final List<SegmentRef> segments = new ArrayList<>();

    Rows(String partition, List<Replaced> replaces, boolean dryRun) {
      this.partition = partition;
      this.replaces = replaces;
      this.dryRun = dryRun;
    }

    /** Returns how many rows the block has; 0 if one of its columns is damaged. */
    long add(BlockSource source, int block) throws IOException {
      RowBatch one = new RowBatch(rows.schema());
      try {
        one.appendFrom(source, block);
      } catch (VarveException damaged) {
        return 0;
      }
      rows.appendAll(one);
      if (rows.rowCount() >= SEGMENT_ROWS) {
        write();
      }
      return source.rowCount(block);
    }

    long add(String of, String file, TailFrame frame) throws IOException {
      TailRange range =
          new TailRange(
              file,
              new TailPosition(frame.offset(), 0),
              new TailPosition(frame.end(), frame.rows()));
      long whole = 0;
      try (BlockSource source = table.openLive(of, range, rows.schema())) {
        for (int block = 0; block < source.blockCount(); block++) {
          whole += add(source, block);
        }
      }
      return whole;
    }

    private void write() throws IOException {
      if (rows.rowCount() > 0 && !dryRun) {
        WriterFiles.Form form = WriterFiles.Form.of(table);
        SegmentRef segment = files.writeSegment(form, partition, rows, replaces, () -> false);
        segments.add(segment.withDeletesThrough(table.commit()));
      }
      rows.clear();
    }

    List<SegmentRef> finish() throws IOException {
      write();
      return segments;
    }
  }
}
