package io.varve.table;

import io.varve.column.RowBuffer;
import io.varve.schema.Schema;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Buffers for rows, used again where possible. Confined to one thread. */
final class WriterMemory {

  private static final int MAX_INTERNING = 1 << 7;

  private RowBuffer pattern;
  private final Deque<Sealing> lent = new ArrayDeque<>();
  private @Nullable RowBuffer spare;

  WriterMemory(Schema schema, long writer) {
    this.pattern = new RowBuffer(schema, writer, 0);
  }

  /** Goes on with other columns; buffers that are lent are not used again. */
  void use(Schema schema, long writer) {
    pattern = new RowBuffer(schema, writer, 0);
    spare = null;
  }

  /**
   * Returns an empty buffer.
   *
   * @param partitions how many there are: the dictionaries of very many would take too much
   */
  RowBuffer take(int partitions) {
    RowBuffer buffer = spare;
    spare = null;
    return buffer == null ? pattern.another(partitions <= MAX_INTERNING) : buffer;
  }

  /** Remembers whose rows have to be in a segment before their buffer is used again. */
  void lend(Sealing sealing) {
    lent.add(sealing);
  }

  /** Returns whether there are rows in memory only that are on their way into a segment. */
  boolean hasAwaited() {
    reclaim();
    for (Sealing sealing : lent) {
      if (sealing.isAwaited() && sealing.segment() == null) {
        return true;
      }
    }
    return false;
  }

  /** Takes back the buffers whose rows are in segments. */
  void reclaim() {
    while (!lent.isEmpty() && lent.element().segment() != null) {
      RowBuffer buffer = lent.remove().takeRows();
      boolean fits = buffer != null && buffer.batch().schema().equals(pattern.batch().schema());
      if (buffer != null && fits && spare == null) {
        buffer.clear();
        spare = buffer;
      }
    }
  }

  /** Returns how many bytes of memory the buffers take that nobody uses. */
  long spareBytes() {
    return spare == null ? 0 : spare.heldBytes();
  }

  /** Gives up the memory that nobody uses. */
  void release() {
    spare = null;
  }
}
