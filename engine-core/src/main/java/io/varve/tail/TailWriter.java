package io.varve.tail;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.ZoneMap;
import io.varve.encoding.BlockEncoder;
import io.varve.encoding.BlockOptions;
import io.varve.encoding.ZoneMaps;
import io.varve.io.BytesWriter;
import io.varve.io.OutputFile;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends rows to a tail as frames, in light encodings. docs/format.md gives the bytes. Confined to
 * one thread.
 */
public final class TailWriter implements AutoCloseable {

  private static final int FLUSH_BYTES = 1 << 20;

  private final OutputFile file;
  private final TailHeader header;
  private final BlockEncoder encoder = new BlockEncoder(BlockOptions.LIGHT);
  private final BytesWriter frames = new BytesWriter(1 << 12);
  private final BytesWriter blocks = new BytesWriter(1 << 12);

  private TailWriter(OutputFile file, TailHeader header) {
    this.file = file;
    this.header = header;
  }

  /** Begins a tail: writes its header into an empty file, which belongs to the writer from now. */
  public static TailWriter create(OutputFile file, TailHeader header) throws IOException {
    if (file.position() != 0) {
      throw new IllegalArgumentException("a tail begins its file; it has bytes already");
    }
    TailWriter writer = new TailWriter(file, header);
    header.write(writer.frames);
    writer.flush();
    return writer;
  }

  /** Goes on with a tail of the same writer that has been closed after its last frame. */
  public static TailWriter resume(OutputFile file, TailHeader header) {
    if (file.position() == 0) {
      throw new IllegalArgumentException("an empty file is no tail to go on with");
    }
    return new TailWriter(file, header);
  }

  /**
   * Appends rows as one frame, or as several when they are many, large or of several layers. The
   * bytes have reached the operating system when this returns; {@link #sync} makes them durable.
   *
   * @param rows all of this file's writer; none is fine
   * @param partition path of the engine directory whose rows these are
   * @return the end of the last frame
   * @throws IOException if the write fails; the tail must then not be appended to any more
   */
  public long append(RowBatch rows, String partition) throws IOException {
    requireOwn(rows.hidden(HiddenField.WRITER), rows.rowCount());
    int row = 0;
    while (row < rows.rowCount()) {
      int count = frameRows(rows, row);
      writeFrame(rows, row, count, partition);
      row += count;
      if (frames.size() >= FLUSH_BYTES) {
        flush();
      }
    }
    flush();
    return file.position();
  }

  private void requireOwn(LongColumn writers, int rows) {
    for (int row = 0; row < rows; row++) {
      if (writers.get(row) != header.writer()) {
        throw new IllegalArgumentException(
            "row "
                + row
                + " is of writer "
                + writers.get(row)
                + ", the tail is of writer "
                + header.writer());
      }
    }
  }

  private static int frameRows(RowBatch rows, int from) {
    LongColumn layers = rows.hidden(HiddenField.LAYER);
    int limit = Math.min(rows.rowCount(), from + BlockSource.MAX_BLOCK_ROWS);
    long bytes = 0;
    int to = from;
    while (to < limit
        && bytes < TailFormat.TARGET_FRAME_BYTES
        && layers.get(to) == layers.get(from)) {
      for (int i = 0; i < rows.schema().size(); i++) {
        if (rows.column(i) instanceof BinaryColumn values) {
          bytes += values.length(to);
        }
      }
      to++;
    }
    return to - from;
  }

  private void writeFrame(RowBatch rows, int from, int count, String partition) {
    Schema schema = rows.schema();
    blocks.clear();
    List<FrameHead.FrameColumn> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      int fieldId = schema.field(i).id();
      columns.add(encode(fieldId, schema.storage(i), rows.column(i), from, count));
    }
    LongColumn sequences = rows.hidden(HiddenField.SEQUENCE);
    columns.add(encode(HiddenField.SEQUENCE.id(), Storage.LONG, sequences, from, count));
    TailFrame frame =
        new TailFrame(
            0,
            0,
            header.writer(),
            rows.hidden(HiddenField.LAYER).get(from),
            sequences.get(from),
            count,
            schema.version(),
            partition);
    int start = frames.size();
    frames.writeInt(0).writeInt(0);
    new FrameHead(frame, columns).write(frames);
    frames.writeBytes(blocks.array(), 0, blocks.size());
    int length = frames.size() - start;
    frames.setInt(start, length);
    frames.setInt(start + 4, FrameScanner.checksum(frames.array(), start, length));
  }

  private FrameHead.FrameColumn encode(
      int fieldId, Storage storage, Column column, int from, int count) {
    int start = blocks.size();
    encoder.encode(column, from, count, blocks);
    boolean mapped = count >= TailFormat.MIN_ZONE_MAP_ROWS;
    ZoneMap zoneMap = mapped ? ZoneMaps.of(column, from, count) : null;
    return new FrameHead.FrameColumn(fieldId, storage, 0, blocks.size() - start, zoneMap);
  }

  private void flush() throws IOException {
    if (frames.size() > 0) {
      file.write(frames.array(), 0, frames.size());
      frames.clear();
    }
  }

  /** Returns the end of the last frame, or of the header. */
  public long position() {
    return file.position();
  }

  /** Makes all frames durable; the file's name needs its directory's sync as well. */
  public void sync() throws IOException {
    file.sync();
  }

  /** Closes the file without making it durable. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
