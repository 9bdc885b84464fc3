package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one partition in one tail file from when the partition begins to use it until they
 * are all sealed: what commits know as one tail. Confined to one thread.
 *
 * <pre>
 * start       handed      end        sealed | being sealed | to be sealed
 *   |  sealing  |  unsealed |        reported: shown by commits up to there
 * </pre>
 */
final class TailRun {

  private final TailFile file;
  private final String partition;
  private TailPosition start;
  private TailPosition handed;
  private TailPosition end;
  private @Nullable TailPosition reported;
  private long bytes;

  /** Begins where the file ends, so that nothing earlier of this partition is in the run. */
  TailRun(TailFile file, String partition) {
    this.file = file;
    this.partition = partition;
    this.start = new TailPosition(file.position(), 0);
    this.handed = start;
    this.end = start;
  }

  TailFile file() {
    return file;
  }

  /** Returns how many rows nobody is sealing. */
  long unsealedRows() {
    return end.rows() - handed.rows();
  }

  /** Returns how many bytes these rows take in memory. */
  long unsealedBytes() {
    return bytes;
  }

  void append(RowBatch rows, int firstRow, long rowBytes) throws IOException {
    end = file.append(rows, firstRow, partition, end);
    bytes += rowBytes;
  }

  /** Returns the rows that nobody is sealing yet, for somebody who now does. */
  TailRange handOver() {
    TailRange range = new TailRange(file.path(), handed, end);
    handed = end;
    bytes = 0;
    return range;
  }

  /** Returns whether there are frames behind a range that was handed over. */
  boolean goesOnAfter(TailRange range) {
    return end.offset() > range.end().offset();
  }

  /** Returns whether a commit can know of this run. */
  boolean isReported() {
    return reported != null;
  }

  /**
   * Says that a range is in a segment now.
   *
   * @return the range for the change that says so; null if no commit can know of it
   */
  @Nullable TailRange seal(TailRange range) {
    start = range.end();
    if (reported == null) {
      return null;
    }
    reported = reported.max(start);
    return range;
  }

  /** Returns what shows all durable frames; null if commits show them already. */
  Change.@Nullable Extend report() {
    TailPosition before = reported == null ? start : reported;
    if (end.offset() == before.offset()) {
      return null;
    }
    reported = end;
    return new Change.Extend(partition, file.path(), start, end);
  }
}
