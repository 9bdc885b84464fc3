package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one writer attempt in one partition: those of this barrier in memory, older ones in a
 * tail file, and sealed ones in segments. Confined to one thread.
 */
final class PartitionWriter implements AutoCloseable {

  private final WriterFiles files;
  private final String partition;
  private final WriterOptions options;
  private final List<Change.Files> changes = new ArrayList<>();
  private @Nullable RowBuffer rows;
  private @Nullable OwnTail tail;
  private TailPosition reported = TailPosition.START;
  private long tailRowBytes;
  private long oldestRowMillis;

  PartitionWriter(WriterFiles files, String partition, WriterOptions options, long nowMillis) {
    this.files = files;
    this.partition = partition;
    this.options = options;
    this.oldestRowMillis = nowMillis;
  }

  RowBuffer rows(long sequence, long layer) {
    RowBuffer buffer = rows;
    if (buffer == null) {
      buffer = new RowBuffer(files.table().schema(), files.writer(), sequence);
      rows = buffer;
    }
    buffer.setNext(sequence, layer);
    return buffer;
  }

  /** Returns whether there are enough unsealed rows for a segment. */
  boolean isFull() {
    return unsealedRows() >= options.targetRows()
        || tailRowBytes + bufferedBytes() >= options.targetBytes();
  }

  private long unsealedRows() {
    return (tail == null ? 0 : tail.end().rows()) + bufferedRows();
  }

  private int bufferedRows() {
    return rows == null ? 0 : rows.batch().rowCount();
  }

  long bufferedBytes() {
    return rows == null ? 0 : rows.bytes();
  }

  boolean isIdle() {
    return tail == null && bufferedRows() == 0;
  }

  /**
   * Writes the rows in memory to the tail, where they wait for the barrier.
   *
   * @param keepMemory whether the buffer is kept for the next rows
   */
  void spill(boolean keepMemory) throws IOException {
    RowBuffer buffer = rows;
    if (buffer == null) {
      return;
    }
    if (buffer.batch().rowCount() > 0) {
      OwnTail file = tail;
      if (file == null) {
        file = new OwnTail(files, partition);
        tail = file;
        reported = TailPosition.START;
      }
      file.append(buffer.batch());
      tailRowBytes += buffer.bytes();
    }
    forgetRows(keepMemory);
  }

  private void forgetRows(boolean keepMemory) {
    if (rows != null && keepMemory) {
      rows.clear();
    } else {
      rows = null;
    }
  }

  /** Gives the tail's file handle back to the system until it is needed again. */
  void releaseFile() throws IOException {
    if (tail != null) {
      tail.park();
    }
  }

  /**
   * Makes a segment of all rows that are in none, those in the tail first. A tail that no commit
   * can have named is deleted; another stays for the commits that show it.
   */
  void seal(boolean keepMemory) throws IOException {
    if (unsealedRows() == 0) {
      return;
    }
    RowBatch unsealed = new RowBatch(files.table().schema());
    OwnTail file = tail;
    TailRange named = null;
    if (file != null) {
      TailRange range = new TailRange(file.path(), TailPosition.START, file.end());
      files.table().readTail(partition, range, unsealed);
      named = reported.offset() > 0 ? range : null;
    }
    if (rows != null) {
      unsealed.appendAll(rows.batch());
    }
    List<Replaced> replaces =
        named == null
            ? List.of()
            : List.of(new Replaced.TailRange(named.file(), 0, named.end().offset()));
    SegmentRef segment = files.writeSegment(partition, unsealed, replaces);
    changes.add(new Change.Seal(partition, segment, named, named != null));
    forgetRows(keepMemory);
    closeTail();
    if (file != null && named == null) {
      files.table().store().delete(file.path());
    }
  }

  /** Makes the rows so far durable and adds what changed. */
  void barrier(long nowMillis, boolean last, boolean keepMemory, List<Change.Files> allChanges)
      throws IOException {
    boolean old = nowMillis - oldestRowMillis >= options.targetAgeMillis();
    if (last || old || isFull()) {
      seal(keepMemory);
    } else {
      spill(keepMemory);
    }
    if (tail != null && reported.offset() < tail.end().offset()) {
      tail.sync();
      changes.add(new Change.Extend(partition, tail.path(), tail.end()));
      reported = tail.end();
    }
    if (tail == null) {
      oldestRowMillis = nowMillis;
    }
    allChanges.addAll(changes);
    changes.clear();
  }

  private void closeTail() throws IOException {
    OwnTail file = tail;
    tail = null;
    tailRowBytes = 0;
    reported = TailPosition.START;
    if (file != null) {
      file.release();
    }
  }

  @Override
  public void close() throws IOException {
    closeTail();
  }
}
