package io.varve.flink.common;

import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.core.fs.FSDataInputStream;

/** Positioned reads of a stream of Flink's, one at a time. */
final class FlinkInputFile implements InputFile {

  private final String name;
  private final FSDataInputStream stream;
  private final long length;

  private FlinkInputFile(String name, FSDataInputStream stream, long length) {
    this.name = name;
    this.stream = stream;
    this.length = length;
  }

  /**
   * Takes a stream.
   *
   * @param closedLength what the file system says; of a file that is being written it may leave out
   *     the last block, of which the stream knows
   * @param tellsAll whether the stream says how many bytes there are up to the end, not only how
   *     many it has at hand. Then a file that has been replaced by a shorter one since its length
   *     was told is noticed: Flink's stream for HDFS would skip to a place behind its end for ever
   */
  static FlinkInputFile open(
      String name, FSDataInputStream stream, long closedLength, boolean tellsAll)
      throws IOException {
    try {
      int all = tellsAll ? stream.available() : Integer.MAX_VALUE; // the most that can be told
      if (all < closedLength && all < Integer.MAX_VALUE) {
        return new FlinkInputFile(name, stream, Math.max(0, all));
      }
      stream.seek(closedLength);
      return new FlinkInputFile(name, stream, closedLength + Math.max(0, stream.available()));
    } catch (IOException | RuntimeException failed) {
      stream.close();
      throw failed;
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** Returns the length that the file had when it was opened. */
  @Override
  public long length() {
    return length;
  }

  @Override
  public synchronized void read(long position, byte[] into, int offset, int count)
      throws IOException {
    Objects.checkFromIndexSize(offset, count, into.length);
    if (position + count > length) {
      throw new CorruptFileException(
          name
              + ": ends at byte "
              + length
              + " where bytes "
              + position
              + " to "
              + (position + count)
              + " were expected; restore the file from a backup");
    }
    UninterruptedCalls.call(
        () -> {
          readFully(position, into, offset, count);
          return true;
        });
  }

  private void readFully(long position, byte[] into, int offset, int count) throws IOException {
    stream.seek(position);
    int done = 0;
    while (done < count) {
      int read = stream.read(into, offset + done, count - done);
      if (read < 0) {
        throw new CorruptFileException(
            name
                + ": ended at byte "
                + (position + done)
                + " while it was read, though it had "
                + length
                + "; restore the file from a backup");
      }
      done += read;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    UninterruptedCalls.call(
        () -> {
          stream.close();
          return true;
        });
  }
}
