package io.varve.flink.common;

import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import io.varve.io.VarveException;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * Positioned reads of a stream of Flink's, one at a time. A read that fails is tried again on a new
 * stream: HDFS refuses one whose file has been overwritten, as HEAD and leases are. What is read
 * then may be of another file, which the checksums of all files tell.
 */
final class FlinkInputFile implements InputFile {

  private static final int MAX_ATTEMPTS = 3;

  private final String name;
  private final Opener opener;
  private final long length;
  private FSDataInputStream stream;

  private FlinkInputFile(String name, Opener opener, FSDataInputStream stream, long length) {
    this.name = name;
    this.opener = opener;
    this.stream = stream;
    this.length = length;
  }

  /** Opens the file. */
  @FunctionalInterface
  interface Opener {

    /** Returns a stream at the file's begin. */
    FSDataInputStream open() throws IOException;
  }

  /**
   * Opens a file.
   *
   * @param closedLength what the file system says; of a file that is being written it may leave out
   *     the last block, of which the stream knows
   * @param tellsAll whether the stream says how many bytes there are up to the end, not only how
   *     many it has at hand. Then a file that has been replaced by a shorter one since its length
   *     was told is noticed: Flink's stream for HDFS would skip to a place behind its end for ever
   */
  static FlinkInputFile open(String name, Opener opener, long closedLength, boolean tellsAll)
      throws IOException {
    FSDataInputStream stream = opener.open();
    try {
      int all = tellsAll ? stream.available() : Integer.MAX_VALUE; // the most that can be told
      if (all < closedLength && all < Integer.MAX_VALUE) {
        return new FlinkInputFile(name, opener, stream, Math.max(0, all));
      }
      stream.seek(closedLength);
      long length = closedLength + Math.max(0, stream.available());
      return new FlinkInputFile(name, opener, stream, length);
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
          readPatiently(position, into, offset, count);
          return true;
        });
  }

  private void readPatiently(long position, byte[] into, int offset, int count) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        readFully(position, into, offset, count);
        return;
      } catch (VarveException damaged) {
        throw damaged;
      } catch (IOException failed) {
        if (attempt == MAX_ATTEMPTS) {
          throw failed;
        }
        FSDataInputStream old = stream;
        stream = opener.open();
        closeUnread(old);
      }
    }
  }

  private static void closeUnread(FSDataInputStream old) {
    try {
      old.close();
    } catch (IOException failed) {
      // it had failed before
    }
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
