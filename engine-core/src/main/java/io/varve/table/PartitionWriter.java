package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import io.varve.tail.TailHeader;
import io.varve.tail.TailWriter;
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
  private RowBuffer rows;
  private long oldestRowMillis;
  private long unsealedBytes;

  private @Nullable TailWriter tail;
  private String tailPath = "";
  private TailPosition end = TailPosition.START;
  private TailPosition reported = TailPosition.START;

  PartitionWriter(WriterFiles files, String partition, WriterOptions options, long nowMillis) {
    this.files = files;
    this.partition = partition;
    this.options = options;
    this.oldestRowMillis = nowMillis;
    this.rows = new RowBuffer(files.table().schema(), files.writer(), 0);
  }

  RowBuffer rows(long sequence, long layer) {
    rows.setNext(sequence, layer);
    return rows;
  }

  /** Counts a row; returns whether it is time to seal. */
  boolean countRow() {
    long unsealed = end.rows() + rows.batch().rowCount();
    return unsealed >= options.targetRows()
        || ((rows.batch().rowCount() & 0x3ff) == 0
            && unsealedBytes + bufferedBytes() >= options.targetBytes());
  }

  long bufferedBytes() {
    return rows.batch().memoryBytes();
  }

  boolean isIdle() {
    return tail == null && rows.batch().rowCount() == 0;
  }

  /** Writes the rows in memory to the tail, where they wait for the barrier. */
  void spill() throws IOException {
    RowBatch batch = rows.batch();
    if (batch.rowCount() == 0) {
      return;
    }
    if (tail == null) {
      tailPath = files.nextTail(partition);
      tail =
          TailWriter.create(
              files.create(tailPath), new TailHeader(files.tableId(), files.writer()));
      end = TailPosition.START;
      reported = TailPosition.START;
    }
    unsealedBytes += batch.memoryBytes();
    long offset = tail.append(batch, partition);
    end = new TailPosition(offset, end.rows() + batch.rowCount());
    batch.clear();
  }

  /**
   * Makes a segment of all rows that are in none, those in the tail first. A tail that no commit
   * can have named is deleted; another stays for the commits that show it.
   */
  void sealNow() throws IOException {
    TailRange range = null;
    RowBatch unsealed = rows.batch();
    List<Replaced> replaces = List.of();
    if (tail != null) {
      if (reported.offset() > 0) {
        range = new TailRange(tailPath, TailPosition.START, end);
        replaces = List.of(new Replaced.TailRange(tailPath, 0, end.offset()));
      }
      unsealed = new RowBatch(files.table().schema());
      files.table().readTail(partition, new TailRange(tailPath, TailPosition.START, end), unsealed);
      unsealed.appendAll(rows.batch());
    }
    if (unsealed.rowCount() == 0) {
      return;
    }
    SegmentRef segment = files.writeSegment(partition, unsealed, replaces);
    changes.add(new Change.Seal(partition, segment, range, range != null));
    rows.batch().clear();
    unsealedBytes = 0;
    String sealed = tailPath;
    boolean neverNamed = tail != null && range == null;
    closeTail();
    if (neverNamed) {
      files.table().store().delete(sealed);
    }
  }

  /** Makes the rows so far durable and adds what changed. */
  void barrier(long nowMillis, boolean last, List<Change.Files> allChanges) throws IOException {
    boolean old = nowMillis - oldestRowMillis >= options.targetAgeMillis();
    if (last || old) {
      sealNow();
    } else {
      spill();
    }
    if (tail != null && reported.offset() < end.offset()) {
      tail.sync();
      changes.add(new Change.Extend(partition, tailPath, end));
      reported = end;
    }
    if (tail == null) {
      oldestRowMillis = nowMillis;
    }
    allChanges.addAll(changes);
    changes.clear();
  }

  private void closeTail() throws IOException {
    TailWriter file = tail;
    tail = null;
    end = TailPosition.START;
    reported = TailPosition.START;
    if (file != null) {
      file.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeTail();
  }
}
