package io.varve.engine;

import io.varve.column.RowBuffer;
import io.varve.schema.Schema;
import java.util.concurrent.ArrayBlockingQueue;

/** Memory of chunks that is used again. Thread-safe. */
final class BufferPool {

  private static final int MAX_BUFFERS = 256;
  private static final long MAX_BUFFER_BYTES = 2 << 20;

  private final Schema schema;
  private final ArrayBlockingQueue<RowBuffer> free = new ArrayBlockingQueue<>(MAX_BUFFERS);

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

  /** Takes a buffer back that nobody uses any more. */
  void giveBack(RowBuffer buffer) {
    if (buffer.batch().memoryBytes() <= MAX_BUFFER_BYTES
        && buffer.batch().schema().equals(schema)) {
      buffer.clear();
      free.offer(buffer); // one too many is dropped
    }
  }
}
