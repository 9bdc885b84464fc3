package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.schema.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one append while they are collected and checked, before they are the log's. Confined
 * to the appending thread.
 */
final class Staging {

  private final int idColumn;
  private final long[] idHashes = new long[BlockSource.MAX_BLOCK_ROWS];
  private RowBuffer buffer;

  /**
   * Creates an empty one.
   *
   * @param idColumn index of the id column, -1 for none
   */
  Staging(RowBuffer buffer, int idColumn) {
    this.buffer = buffer;
    this.idColumn = idColumn;
  }

  static RowBuffer newBuffer(Schema schema) {
    return new RowBuffer(schema, 0, 0);
  }

  RowBuffer buffer() {
    return buffer;
  }

  RowBatch batch() {
    return buffer.batch();
  }

  int rows() {
    return buffer.batch().rowCount();
  }

  long bytes() {
    return buffer.bytes();
  }

  /** Goes on with another buffer, since the log has kept this one. */
  void replaceBuffer(RowBuffer other) {
    buffer = other;
  }

  /** Finds the hashes of the ids; null if there is no id column. */
  long @Nullable [] hashIds() {
    if (idColumn < 0) {
      return null;
    }
    Column ids = batch().column(idColumn);
    for (int row = rows() - 1; row >= 0; row--) {
      idHashes[row] = ids.isNull(row) ? 0 : IdHash.of(ids, row);
    }
    return idHashes;
  }

  /** Returns whether a row has an id. */
  boolean hasId(int row) {
    return !batch().column(idColumn).isNull(row);
  }

  /** Checks that a batch is one frame. */
  void requireOneFrame() {
    int rows = rows();
    long last = rows == 0 ? 0 : Chunk.binaryBytes(batch(), rows - 1);
    if (rows > 1 && bytes() - last > EventLog.MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "a batch of "
              + rows
              + " events and "
              + bytes()
              + " bytes is larger than "
              + EventLog.MAX_BATCH_BYTES
              + "; append smaller batches");
    }
  }
}
