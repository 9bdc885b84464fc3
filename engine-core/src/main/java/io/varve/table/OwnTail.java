package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.io.OutputFile;
import io.varve.table.protocol.TailPosition;
import io.varve.tail.TailHeader;
import io.varve.tail.TailWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A tail of this writer attempt in one partition; its file is open only while it is written, if the
 * owner {@linkplain #park parks} it. Confined to one thread.
 */
final class OwnTail {

  private final WriterFiles files;
  private final String partition;
  private final String path;
  private @Nullable TailWriter writer;
  private boolean unsynced;
  private TailPosition end = TailPosition.START;

  OwnTail(WriterFiles files, String partition) {
    this.files = files;
    this.partition = partition;
    this.path = files.nextTail(partition);
  }

  String path() {
    return path;
  }

  /** Returns the end of the last frame. */
  TailPosition end() {
    return end;
  }

  void append(RowBatch rows) throws IOException {
    unsynced = true;
    long offset = open().append(rows, partition);
    end = new TailPosition(offset, end.rows() + rows.rowCount());
  }

  void sync() throws IOException {
    if (unsynced) {
      open().sync();
      unsynced = false;
    }
  }

  /**
   * Closes the file until the next append. Synced first: a write that fails in the background is
   * told to those who have the file open, and may be told to nobody else.
   */
  void park() throws IOException {
    sync();
    release();
  }

  private TailWriter open() throws IOException {
    TailWriter opened = writer;
    if (opened == null) {
      TailHeader header = new TailHeader(files.tableId(), files.writer());
      boolean fresh = end.offset() == 0;
      OutputFile file =
          fresh ? files.create(path) : files.table().store().append(path, end.offset());
      try {
        opened = fresh ? TailWriter.create(file, header) : TailWriter.resume(file, header);
      } catch (IOException | RuntimeException failed) {
        file.close();
        throw failed;
      }
      writer = opened;
    }
    return opened;
  }

  /** Closes the file as it is. */
  void release() throws IOException {
    TailWriter opened = writer;
    writer = null;
    if (opened != null) {
      opened.close();
    }
  }
}
