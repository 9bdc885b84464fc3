package io.varve.flink.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.InputFile;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.fs.FSDataInputStream;
import org.junit.jupiter.api.Test;

/** Lengths that the file system and a stream tell of one path. */
class FlinkInputFileTest {

  /** Bytes of a file; to go behind their end never ends, as in Flink's stream for HDFS. */
  private static final class Stream extends FSDataInputStream {

    private final byte[] bytes;
    private int position;

    Stream(int length) {
      bytes = new byte[length];
      Arrays.fill(bytes, (byte) 7);
    }

    @Override
    public void seek(long to) {
      assertThat(to).as("would never return").isBetween(0L, (long) bytes.length);
      position = (int) to;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public int available() {
      return bytes.length - position;
    }

    @Override
    public int read() {
      return position == bytes.length ? -1 : bytes[position++];
    }
  }

  private static void requireLength(int told, int of, int expected) throws IOException {
    try (InputFile file = FlinkInputFile.open("HEAD", new Stream(of), told, true)) {
      assertThat(file.length()).isEqualTo(expected);
      byte[] read = new byte[expected];
      file.read(0, read, 0, expected);
      assertThat(read).containsOnly(expected == 0 ? new byte[0] : new byte[] {7});
    }
  }

  @Test
  void aFileThatGrowsIsAsLongAsItsStreamSays() throws IOException {
    requireLength(20, 20, 20);
    requireLength(20, 33, 33);
    requireLength(0, 5, 5);
    requireLength(0, 0, 0);
  }

  /** Its length was told, then it was overwritten, and then it was opened. */
  @Test
  void aFileThatWasReplacedByAShorterOneIsThatOne() throws IOException {
    requireLength(20, 0, 0);
    requireLength(20, 19, 19);
  }
}
