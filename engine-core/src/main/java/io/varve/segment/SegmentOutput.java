package io.varve.segment;

import io.varve.io.BytesWriter;
import io.varve.io.OutputFile;
import java.io.IOException;

/** Collects small writes into large ones and knows where in the file they go. Confined. */
final class SegmentOutput {

  private static final int FLUSH_BYTES = 1 << 20;

  private final OutputFile file;
  private final BytesWriter buffer = new BytesWriter(FLUSH_BYTES + (FLUSH_BYTES >> 2));
  private long flushed;

  SegmentOutput(OutputFile file) {
    this.file = file;
  }

  /** Returns where to append bytes; what is in it is written by the next flush. */
  BytesWriter buffer() {
    return buffer;
  }

  /** Returns the offset in the file of the next byte. */
  long position() {
    return flushed + buffer.size();
  }

  /** Appends bytes and returns where they lie. */
  ColumnEntry.Extent append(byte[] bytes) throws IOException {
    long offset = position();
    buffer.writeBytes(bytes);
    flushIfLarge();
    return new ColumnEntry.Extent(offset, bytes.length);
  }

  void flushIfLarge() throws IOException {
    if (buffer.size() >= FLUSH_BYTES) {
      flush();
    }
  }

  void flush() throws IOException {
    file.write(buffer.array(), 0, buffer.size());
    flushed += buffer.size();
    buffer.clear();
  }
}
