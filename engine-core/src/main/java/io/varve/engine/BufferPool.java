package io.varve.engine;

import io.varve.column.RowBuffer;
import io.varve.schema.Schema;
import java.util.concurrent.ArrayBlockingQueue;

/** Memory of generations that is used again when they have been sealed. Thread-safe. */
final class BufferPool {

  private static final int MAX_BUFFERS = 256;
  private static final long MAX_BUFFER_BYTES = 2 << 20;

  /** One is filled, one sealed, and one may be waiting for that. */
  private static final int MAX_GENERATIONS = 3;

  private final Schema schema;
  private final ArrayBlockingQueue<RowBuffer> free = new ArrayBlockingQueue<>(MAX_BUFFERS);
  private final ArrayBlockingQueue<PartialBlock> freePartials =
      new ArrayBlockingQueue<>(MAX_GENERATIONS);
  private final ArrayBlockingQueue<IdTable> freeIds = new ArrayBlockingQueue<>(MAX_GENERATIONS);

  BufferPool(Schema schema) {
    this.schema = schema;
  }

  Schema schema() {
    return schema;
  }

  /** Returns an empty buffer. */
  RowBuffer take() {
    RowBuffer buffer = free.poll();
    return buffer == null ? Staging.newBuffer(schema) : buffer;
  }

  /**
   * Returns an empty buffer in the place of one that was just filled: the next is often alike,
   * unless it was one of very many bytes.
   */
  RowBuffer takeAfter(RowBuffer filled) {
    RowBuffer buffer = free.poll();
    if (buffer == null) {
      buffer = Staging.newBuffer(schema);
      if (isUsual(filled)) {
        buffer.reserveAs(filled);
      }
    }
    return buffer;
  }

  /** Returns an empty partial block. */
  PartialBlock takePartial() {
    PartialBlock partial = freePartials.poll();
    return partial == null ? new PartialBlock(schema) : partial;
  }

  /** Returns an empty table of ids. */
  IdTable takeIds() {
    IdTable ids = freeIds.poll();
    return ids == null ? new IdTable() : ids;
  }

  /** Takes the memory of a generation back that nobody can see any more. */
  void giveBack(Generation generation) {
    if (!generation.schema().equals(schema)) {
      return;
    }
    for (Chunk chunk : generation.closedChunks()) {
      giveBack(chunk.buffer());
    }
    // One too many of any kind is dropped.
    PartialBlock partial = generation.partial();
    partial.clear();
    freePartials.offer(partial);
    IdTable ids = generation.ids();
    ids.clear();
    freeIds.offer(ids);
  }

  private void giveBack(RowBuffer buffer) {
    if (isUsual(buffer)) {
      buffer.clear();
      free.offer(buffer);
    }
  }

  private static boolean isUsual(RowBuffer filled) {
    return filled.batch().memoryBytes() <= MAX_BUFFER_BYTES;
  }
}
