package io.varve.tail;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.encoding.BlockEncoder;
import io.varve.encoding.LightZoneMaps;
import io.varve.io.BytesWriter;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;

/**
 * Turns rows into frames, in light encodings. Confined to one thread, all of whose tails may share
 * it: its buffers are larger than a frame.
 */
public final class FrameEncoder {

  private final BlockEncoder encoder = BlockEncoder.light();
  private final LightZoneMaps zoneMaps = new LightZoneMaps();
  private final BytesWriter frames = new BytesWriter(1 << 12);
  private final BytesWriter heads = new BytesWriter(1 << 10); // of the columns of a frame
  private final BytesWriter blocks = new BytesWriter(1 << 12);

  /** Creates an encoder. */
  public FrameEncoder() {}

  /** Returns the frames that are to be written. */
  BytesWriter frames() {
    return frames;
  }

  /** Returns how many rows from one on belong into one frame. */
  static int frameRows(RowBatch rows, int from, int end) {
    LongColumn layers = rows.hidden(HiddenField.LAYER);
    int limit = Math.min(end, from + BlockSource.MAX_BLOCK_ROWS);
    int to = from;
    while (to < limit && layers.get(to) == layers.get(from)) {
      to++;
    }
    while (to > from + 1 && bytes(rows, from, to - 1) >= TailFormat.TARGET_FRAME_BYTES) {
      to--;
    }
    return to - from;
  }

  /** Returns the bytes of text and bytes in rows. */
  private static long bytes(RowBatch rows, int from, int to) {
    long bytes = 0;
    for (int i = 0; i < rows.schema().size(); i++) {
      if (rows.column(i) instanceof BinaryColumn values) {
        bytes += values.start(to) - values.start(from);
      } else if (rows.column(i) instanceof DictionaryColumn codes) {
        BinaryColumn values = codes.dictionary();
        bytes += (long) values.byteCount() * (to - from) / Math.max(1, values.size());
      }
    }
    return bytes;
  }

  /**
   * Adds a frame to {@link #frames}.
   *
   * @param count how many rows, as of {@link #frameRows}
   * @param previous where the partition's frame before it ends
   */
  void encode(long writer, RowBatch rows, int from, int count, String partition, long previous) {
    Schema schema = rows.schema();
    blocks.clear();
    heads.clear();
    for (int i = 0; i < schema.size(); i++) {
      encode(schema.field(i).id(), schema.storage(i), rows.column(i), from, count);
    }
    LongColumn sequences = rows.hidden(HiddenField.SEQUENCE);
    encode(HiddenField.SEQUENCE.id(), Storage.LONG, sequences, from, count);
    TailFrame frame =
        new TailFrame(
            0,
            0,
            writer,
            rows.hidden(HiddenField.LAYER).get(from),
            sequences.get(from),
            count,
            schema.version(),
            previous,
            partition);
    int start = frames.size();
    frames.writeInt(0).writeInt(0);
    FrameHead.write(frame, schema.size() + 1, frames);
    frames.writeBytes(heads.array(), 0, heads.size());
    frames.writeBytes(blocks.array(), 0, blocks.size());
    int length = frames.size() - start + TailFormat.TRAILER_BYTES;
    frames.writeInt(length);
    frames.setInt(start, length);
    frames.setInt(start + 4, FrameScanner.checksum(frames.array(), start, length));
  }

  private void encode(int fieldId, Storage storage, Column column, int from, int count) {
    int start = blocks.size();
    encoder.encode(column, from, count, blocks);
    FrameHead.write(fieldId, storage, blocks.size() - start, heads);
    if (count >= TailFormat.MIN_ZONE_MAP_ROWS) {
      zoneMaps.write(column, from, count, heads);
    }
  }
}
