package io.varve.engine;

import io.varve.column.BinaryColumn;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.column.ZoneMap;
import io.varve.encoding.ZoneMaps;
import io.varve.schema.HiddenField;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Up to 1,024 unsealed rows of one writer with sequences that follow each other. Immutable once it
 * is in a generation, but for what is found out about it.
 */
final class Chunk {

  private static final int HIDDEN = HiddenField.values().length;

  private final RowBuffer buffer; // used again when nobody reads the chunk any more
  private final int rows;
  private final long writer;
  private final long firstSequence;

  /** Computed when asked for; two who ask at once may both do it, of the same rows. */
  private @Nullable ZoneMap @Nullable [] zoneMaps;

  private Chunk(RowBuffer buffer, int rows, long writer, long firstSequence) {
    this.buffer = buffer;
    this.rows = rows;
    this.writer = writer;
    this.firstSequence = firstSequence;
  }

  /** Makes a chunk of the rows of a buffer, which is given away. */
  static Chunk of(RowBuffer buffer, long writer, long firstSequence) {
    RowBatch batch = buffer.batch();
    int rows = batch.rowCount();
    Arrays.fill(batch.hidden(HiddenField.WRITER).values(), 0, rows, writer);
    Arrays.fill(batch.hidden(HiddenField.LAYER).values(), 0, rows, 0);
    long[] sequences = batch.hidden(HiddenField.SEQUENCE).values();
    for (int row = 0; row < rows; row++) {
      sequences[row] = firstSequence + row;
    }
    return new Chunk(buffer, rows, writer, firstSequence);
  }

  RowBuffer buffer() {
    return buffer;
  }

  RowBatch batch() {
    return buffer.batch();
  }

  int rows() {
    return rows;
  }

  long writer() {
    return writer;
  }

  long firstSequence() {
    return firstSequence;
  }

  /** Returns what is known of a column; null for text and bytes, which are not worth it. */
  @Nullable ZoneMap zoneMap(int fieldId) {
    RowBatch batch = batch();
    int index = batch.schema().find(fieldId).orElse(-1);
    if (index < 0) {
      index = batch.schema().size() + fieldId - HiddenField.WRITER.id();
    } else if (batch.column(index) instanceof BinaryColumn) {
      return null;
    }
    @Nullable ZoneMap[] known = zoneMaps;
    if (known == null) {
      known = new @Nullable ZoneMap[batch.schema().size() + HIDDEN];
      zoneMaps = known;
    }
    ZoneMap map = known[index];
    if (map == null) {
      map = ZoneMaps.of(batch.byFieldId(fieldId), 0, rows);
      known[index] = map;
    }
    return map;
  }

  /** Returns the bytes of text and bytes of a row. */
  static long binaryBytes(RowBatch batch, int row) {
    long bytes = 0;
    for (int i = 0; i < batch.schema().size(); i++) {
      if (batch.column(i) instanceof BinaryColumn values) {
        bytes += values.length(row);
      }
    }
    return bytes;
  }
}
