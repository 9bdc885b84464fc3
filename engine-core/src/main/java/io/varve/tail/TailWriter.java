package io.varve.tail;

import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.io.BytesWriter;
import io.varve.io.OutputFile;
import io.varve.schema.HiddenField;
import java.io.IOException;

/** Appends rows to a tail as frames. docs/format.md gives the bytes. Confined to one thread. */
public final class TailWriter implements AutoCloseable {

  private static final int FLUSH_BYTES = 1 << 20;

  private final OutputFile file;
  private final TailHeader header;
  private final FrameEncoder encoder;

  private TailWriter(OutputFile file, TailHeader header, FrameEncoder encoder) {
    this.file = file;
    this.header = header;
    this.encoder = encoder;
  }

  /** Begins a tail: writes its header into an empty file, which belongs to the writer from now. */
  public static TailWriter create(OutputFile file, TailHeader header) throws IOException {
    return create(file, header, new FrameEncoder());
  }

  /** Begins a tail with an encoder that other tails of this thread use too. */
  public static TailWriter create(OutputFile file, TailHeader header, FrameEncoder encoder)
      throws IOException {
    if (file.position() != 0) {
      throw new IllegalArgumentException("a tail begins its file; it has bytes already");
    }
    TailWriter writer = new TailWriter(file, header, encoder);
    header.write(encoder.frames());
    writer.flush();
    return writer;
  }

  /** Goes on with a tail of the same writer that has been closed after its last frame. */
  public static TailWriter resume(OutputFile file, TailHeader header) {
    if (file.position() == 0) {
      throw new IllegalArgumentException("an empty file is no tail to go on with");
    }
    return new TailWriter(file, header, new FrameEncoder());
  }

  /**
   * Appends rows to a tail that no other partition shares.
   *
   * @see #append(RowBatch, String, long)
   */
  public long append(RowBatch rows, String partition) throws IOException {
    return append(rows, partition, file.position());
  }

  /**
   * Appends rows as one frame, or as several when they are many, large or of several layers. The
   * bytes have reached the operating system when this returns; {@link #sync} makes them durable.
   *
   * @param rows all of this file's writer; none is fine
   * @param partition path of the engine directory whose rows these are
   * @param previous where the partition's frame before these ends in this file; the end of any
   *     frame, or zero, if it has none that is still to be read
   * @return the end of the last frame
   * @throws IOException if the write fails; the tail must then not be appended to any more
   */
  public long append(RowBatch rows, String partition, long previous) throws IOException {
    return append(rows, 0, partition, previous);
  }

  /**
   * Appends the rows of a batch from one on.
   *
   * @param firstRow the rows before it are left out
   * @see #append(RowBatch, String, long)
   */
  public long append(RowBatch rows, int firstRow, String partition, long previous)
      throws IOException {
    requireOwn(rows.hidden(HiddenField.WRITER), firstRow, rows.rowCount());
    BytesWriter frames = encoder.frames();
    long before = previous;
    int row = firstRow;
    while (row < rows.rowCount()) {
      int count = FrameEncoder.frameRows(rows, row, rows.rowCount());
      encoder.encode(header.writer(), rows, row, count, partition, before);
      before = file.position() + frames.size();
      row += count;
      if (frames.size() >= FLUSH_BYTES) {
        flush();
      }
    }
    flush();
    return file.position();
  }

  private void requireOwn(LongColumn writers, int from, int to) {
    for (int row = from; row < to; row++) {
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

  private void flush() throws IOException {
    BytesWriter frames = encoder.frames();
    int bytes = frames.size();
    if (bytes > 0) {
      frames.clear();
      file.write(frames.array(), 0, bytes);
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
