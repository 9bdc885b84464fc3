package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.schema.HiddenField;
import java.io.IOException;

/**
 * The rows of a segment one after the other, in the order of rows: by time, then writer, layer and
 * sequence; without those that have been deleted. Compares by its current row. Confined to one
 * thread.
 */
final class SortedRows implements Comparable<SortedRows>, AutoCloseable {

  private final BlockSource source;
  private final RowBatch block;
  private final LongColumn time;
  private final LongColumn writer;
  private final LongColumn layer;
  private final LongColumn sequence;
  private int nextBlock;
  private int row = -1;

  /** Takes a source over, before its first row. */
  SortedRows(BlockSource source) {
    this.source = source;
    this.block = new RowBatch(source.schema());
    this.time = block.time();
    this.writer = block.hidden(HiddenField.WRITER);
    this.layer = block.hidden(HiddenField.LAYER);
    this.sequence = block.hidden(HiddenField.SEQUENCE);
  }

  /** Moves to the next row; returns whether there is one. */
  boolean advance() throws IOException {
    row++;
    while (row >= block.rowCount()) {
      if (nextBlock == source.blockCount()) {
        return false;
      }
      block.clear();
      block.rewriteFrom(source, nextBlock++);
      row = 0;
    }
    return true;
  }

  /** Adds the current row to a batch of the same schema. */
  void copyTo(RowBatch batch) {
    batch.appendFrom(block, row);
  }

  @Override
  public int compareTo(SortedRows other) {
    int order = Long.compare(time.get(row), other.time.get(other.row));
    if (order == 0) {
      order = Long.compare(writer.get(row), other.writer.get(other.row));
    }
    if (order == 0) {
      order = Long.compare(layer.get(row), other.layer.get(other.row));
    }
    return order != 0 ? order : Long.compare(sequence.get(row), other.sequence.get(other.row));
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
