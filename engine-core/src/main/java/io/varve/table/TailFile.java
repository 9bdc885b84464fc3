package io.varve.table;

import io.varve.column.RowBatch;
import io.varve.table.protocol.TailPosition;
import io.varve.tail.FrameEncoder;
import io.varve.tail.TailHeader;
import io.varve.tail.TailWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A tail file of this writer attempt, of one partition or of many. Confined to one thread. */
final class TailFile implements AutoCloseable {

  private final WriterFiles files;
  private final FrameEncoder encoder;
  private final String path;
  private final boolean shared;
  private @Nullable TailWriter writer;
  private boolean unsynced;
  private boolean closed;
  private int runs;

  TailFile(WriterFiles files, FrameEncoder encoder, String path, boolean shared) {
    this.files = files;
    this.encoder = encoder;
    this.path = path;
    this.shared = shared;
  }

  String path() {
    return path;
  }

  /** Returns whether frames of several partitions may be in it. */
  boolean isShared() {
    return shared;
  }

  /** Returns where the next frame begins; zero if there is none yet. */
  long position() {
    return writer == null ? 0 : writer.position();
  }

  /** Counts the runs of frames that are still written or read. */
  int addRuns(int change) {
    runs += change;
    return runs;
  }

  /** Appends rows, from one on, behind a partition's earlier ones; returns their end. */
  TailPosition append(RowBatch rows, int firstRow, String partition, TailPosition before)
      throws IOException {
    if (closed) {
      throw new IllegalStateException(path + " is closed");
    }
    TailWriter opened = writer;
    if (opened == null) {
      TailHeader header = new TailHeader(files.tableId(), files.writer());
      opened = TailWriter.create(files.create(path), header, encoder);
      writer = opened;
    }
    unsynced = true;
    long offset = opened.append(rows, firstRow, partition, before.offset());
    return new TailPosition(offset, before.rows() + rows.rowCount() - firstRow);
  }

  void sync() throws IOException {
    if (unsynced && writer != null) {
      writer.sync();
      unsynced = false;
    }
  }

  /** Closes the file as it is. */
  @Override
  public void close() throws IOException {
    closed = true;
    if (writer != null) {
      writer.close();
    }
  }
}
