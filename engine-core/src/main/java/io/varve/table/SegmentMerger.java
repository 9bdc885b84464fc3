package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Writes the rows of several segments of a partition anew, as segments of the target size, in the
 * order of rows and without those that have been deleted. Holds one block of each input and the
 * rows of one output, however large the inputs are. Confined to one thread.
 *
 * <p>What it returns shows the outputs in the place of the inputs, once it is committed; committed
 * after an input has gone, it changes nothing.
 */
public final class SegmentMerger {

  private static final int ROWS_BETWEEN_CHECKS = 1024;

  private final TableSnapshot snapshot;
  private final WriterOptions options;
  private final WriterFiles files;
  private final WriterFiles.Form form;
  private final BooleanSupplier cancelled;

  /**
   * Prepares merges of what a commit shows.
   *
   * @param snapshot by whose columns and deletes the rows are written anew
   * @param writer the number of this attempt to write files, drawn at random: no other may have it
   * @param cancelled asked now and then; once it is true the merge gives up
   */
  public SegmentMerger(
      TableSnapshot snapshot, WriterOptions options, long writer, BooleanSupplier cancelled) {
    this(snapshot, options, new WriterFiles(snapshot.table(), writer), cancelled);
  }

  SegmentMerger(
      TableSnapshot snapshot, WriterOptions options, WriterFiles files, BooleanSupplier cancelled) {
    this.snapshot = snapshot.withTruncated();
    this.options = options;
    this.files = files;
    this.form = WriterFiles.Form.of(snapshot.table(), options);
    this.cancelled = cancelled;
  }

  /**
   * Merges segments.
   *
   * @param inputs segments of the partition that the snapshot shows; at least one
   * @return what to commit; without outputs if every row has been deleted
   * @throws IOException if a file can't be read or written; what was written is then an orphan
   * @throws CancellationException if it was cancelled
   */
  public Change.Replace merge(String partition, List<SegmentRef> inputs) throws IOException {
    List<Replaced> replaces = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (SegmentRef input : inputs) {
      replaces.add(new Replaced.Segment(input.file()));
      names.add(input.file());
    }
    List<SegmentRef> outputs = new ArrayList<>();
    List<SortedRows> opened = new ArrayList<>();
    try {
      for (SegmentRef input : inputs) {
        opened.add(new SortedRows(snapshot.openToRewrite(partition, input)));
      }
      PriorityQueue<SortedRows> queue = new PriorityQueue<>(inputs.size());
      for (SortedRows input : opened) {
        if (input.advance()) {
          queue.add(input);
        }
      }
      merge(partition, queue, replaces, outputs);
    } finally {
      closeAll(opened);
    }
    return new Change.Replace(partition, names, List.of(), outputs, false);
  }

  private void merge(
      String partition,
      PriorityQueue<SortedRows> queue,
      List<Replaced> replaces,
      List<SegmentRef> outputs)
      throws IOException {
    RowBatch rows = new RowBatch(snapshot.table().rewrittenSchema());
    SortedRows first;
    while ((first = queue.poll()) != null) {
      SortedRows second = queue.peek();
      boolean more = true;
      while (more && (second == null || first.compareTo(second) <= 0)) {
        first.copyTo(rows);
        more = first.advance();
        if (isFull(rows)) {
          outputs.add(write(partition, rows, replaces));
        }
      }
      if (more) {
        queue.add(first);
      }
    }
    if (rows.rowCount() > 0) {
      outputs.add(write(partition, rows, replaces));
    }
  }

  private boolean isFull(RowBatch rows) {
    int count = rows.rowCount();
    if (count % ROWS_BETWEEN_CHECKS != 0) {
      return count >= options.targetRows();
    }
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the merge was given up");
    }
    return count >= options.targetRows() || rows.memoryBytes() >= options.segmentBytes();
  }

  private SegmentRef write(String partition, RowBatch rows, List<Replaced> replaces)
      throws IOException {
    SegmentRef segment = files.writeSegment(form, partition, rows, replaces, cancelled);
    rows.clear();
    return segment.withDeletesThrough(snapshot.number());
  }

  private static void closeAll(List<SortedRows> opened) throws IOException {
    IOException failure = null;
    for (SortedRows input : opened) {
      try {
        input.close();
      } catch (IOException failed) {
        failure = failure == null ? failed : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
