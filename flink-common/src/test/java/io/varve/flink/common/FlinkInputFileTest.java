package io.varve.flink.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.junit.jupiter.api.Test;

/** Lengths that the file system and a stream tell of one path. */
class FlinkInputFileTest {

  /** Bytes of a file; to go behind their end never ends, as in Flink's stream for HDFS. */
  private static final class Stream extends FSDataInputStream {

    private final byte[] bytes;
    private int position;
    private boolean refuses;

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
    public int read() throws IOException {
      if (refuses) {
        throw new IOException("Blocklist for HEAD has changed!");
      }
      return position == bytes.length ? -1 : bytes[position++];
    }
  }

  private static void requireLength(int told, int of, int expected) throws IOException {
    try (InputFile file = FlinkInputFile.open("HEAD", () -> new Stream(of), told, true)) {
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

  /** HDFS refuses a stream whose file has been overwritten. */
  @Test
  void aReadThatFailsIsTriedOnANewStream() throws IOException {
    for (int length : new int[] {20, 25}) {
      List<Stream> opened = new ArrayList<>();
      FlinkInputFile.Opener opener =
          () -> {
            Stream stream = new Stream(opened.isEmpty() ? 20 : length);
            stream.refuses = opened.isEmpty();
            opened.add(stream);
            return stream;
          };
      try (InputFile file = FlinkInputFile.open("HEAD", opener, 20, true)) {
        byte[] read = new byte[20];
        file.read(0, read, 0, 20);
        assertThat(read).containsOnly(7);
        assertThat(opened).hasSize(2);
      }
    }
  }

  @Test
  void aReadThatFailsAgainAndAgainFails() throws IOException {
    FlinkInputFile.Opener opener =
        () -> {
          Stream stream = new Stream(20);
          stream.refuses = true;
          return stream;
        };
    try (InputFile file = FlinkInputFile.open("HEAD", opener, 20, true)) {
      assertThatThrownBy(() -> file.read(0, new byte[20], 0, 20)).hasMessageContaining("Blocklist");
    }
  }

  /** Whoever reads HEAD or a lease takes that for damage, which it can be, and goes on without. */
  @Test
  void whatIsShorterOnTheNewStreamIsToldAsDamage() throws IOException {
    List<Stream> opened = new ArrayList<>();
    FlinkInputFile.Opener opener =
        () -> {
          Stream stream = new Stream(opened.isEmpty() ? 20 : 3);
          stream.refuses = opened.isEmpty();
          opened.add(stream);
          return stream;
        };
    try (InputFile file = FlinkInputFile.open("HEAD", opener, 20, true)) {
      assertThatThrownBy(() -> file.read(0, new byte[20], 0, 20))
          .isInstanceOf(CorruptFileException.class);
    }
  }

  /** Its length was told, then it was overwritten, and then it was opened. */
  @Test
  void aFileThatWasReplacedByAShorterOneIsThatOne() throws IOException {
    requireLength(20, 0, 0);
    requireLength(20, 19, 19);
  }
}
