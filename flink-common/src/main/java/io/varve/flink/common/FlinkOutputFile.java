package io.varve.flink.common;

import io.varve.io.OutputFile;
import java.io.IOException;
import org.apache.flink.core.fs.FSDataOutputStream;

/** Writes to a stream of Flink's and stays broken after the first failure. */
final class FlinkOutputFile implements OutputFile {

  private final FSDataOutputStream stream;
  private long position;
  private boolean broken;

  FlinkOutputFile(FSDataOutputStream stream) {
    this.stream = stream;
  }

  /** Appends bytes and flushes them, so that a reader of the file finds them. */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    run(
        () -> {
          stream.write(bytes, offset, length);
          stream.flush();
        });
    position += length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void sync() throws IOException {
    run(stream::sync);
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
