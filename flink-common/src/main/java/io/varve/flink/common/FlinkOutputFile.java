package io.varve.flink.common;

import io.varve.io.OutputFile;
import java.io.IOException;
import org.apache.flink.core.fs.FSDataOutputStream;

/**
 * Writes to a stream of Flink's and stays broken after the first failure. Where a file only appears
 * when it is closed, that is what makes it durable, and a sync does nothing.
 */
final class FlinkOutputFile implements OutputFile {

  private final FSDataOutputStream stream;
  private final boolean shows;
  private long position;
  private boolean broken;

  /**
   * Goes on with a stream.
   *
   * @param shows whether what is in the file shows before it is closed
   */
  FlinkOutputFile(FSDataOutputStream stream, boolean shows) {
    this.stream = stream;
    this.shows = shows;
  }

  /** Appends bytes and flushes them, so that a reader of the file finds them. */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    run(
        () -> {
          stream.write(bytes, offset, length);
          if (shows) {
            stream.flush();
          }
        });
    position += length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void sync() throws IOException {
    if (shows) {
      run(stream::sync);
    }
  }

  /** Does something with the stream. */
  private interface Work {
    void run() throws IOException;
  }

  private void run(Work work) throws IOException {
    if (broken) {
      throw new IOException("the file is unusable after an earlier write or sync failed");
    }
    broken = true; // until it has passed: a part of it may be in the file
    UninterruptedCalls.call(
        () -> {
          work.run();
          return true;
        });
    broken = false;
  }

  @Override
  public void close() throws IOException {
    UninterruptedCalls.call(
        () -> {
          stream.close();
          return true;
        });
  }
}
