package io.varve.table;

import io.varve.column.RowBuffer;
import io.varve.schema.Schema;
import java.util.ArrayDeque;
import java.util.Deque;

/** Buffers for rows, used again where possible. Confined to one thread. */
final class WriterMemory {

  private static final int MAX_SPARE = 1;

  private final RowBuffer pattern;
  private final Deque<RowBuffer> spare = new ArrayDeque<>();
  private final Deque<Sealing> lent = new ArrayDeque<>();

  WriterMemory(Schema schema, long writer) {
    this.pattern = new RowBuffer(schema, writer, 0);
  }

  /** Returns an empty buffer. */
  RowBuffer take() {
    RowBuffer buffer = spare.poll();
    return buffer == null ? pattern.another() : buffer;
  }

  /** Remembers whose rows have to be in a segment before their buffer is used again. */
  void lend(Sealing sealing) {
    lent.add(sealing);
  }

  /** Returns whether there are rows in memory only that are on their way into a segment. */
  boolean hasLent() {
    reclaim();
    return !lent.isEmpty();
  }

  /** Takes back the buffers whose rows are in segments. */
  void reclaim() {
    while (!lent.isEmpty() && lent.element().segment() != null) {
      RowBuffer buffer = lent.remove().takeRows();
      if (buffer != null && spare.size() < MAX_SPARE) {
        buffer.clear();
        spare.add(buffer);
      }
    }
  }

  /** Returns how many bytes of memory the buffers take that nobody uses. */
  long spareBytes() {
    long bytes = 0;
    for (RowBuffer buffer : spare) {
      bytes += buffer.heldBytes();
    }
    return bytes;
  }

  /** Gives up the memory that nobody uses. */
  void release() {
    spare.clear();
  }
}
