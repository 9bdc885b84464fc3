package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedInputFileTest {

  private static final byte[] CONTENT = new byte[100];

  static {
    new Random(3).nextBytes(CONTENT);
  }

  @TempDir Path directory;

  private Path file() throws IOException {
    return Files.write(directory.resolve("file"), CONTENT);
  }

  @Test
  void readsOverTheEdgesOfMaps() throws IOException {
    for (int partBytes : new int[] {1, 7, 50, 99, 100, 101}) {
      try (MappedInputFile file = MappedInputFile.open(file(), partBytes)) {
        for (int from = 0; from <= CONTENT.length; from += 3) {
          for (int to = from; to <= CONTENT.length; to += 11) {
            byte[] into = new byte[to - from + 2];
            file.read(from, into, 1, to - from);
            assertThat(Arrays.copyOfRange(into, 1, into.length - 1))
                .isEqualTo(Arrays.copyOfRange(CONTENT, from, to));
            assertThat(into[0]).isZero();
          }
        }
      }
    }
  }

  @Test
  void refusesWhatIsNotInTheFile() throws IOException {
    try (MappedInputFile file = MappedInputFile.open(file(), 64)) {
      assertThatThrownBy(() -> file.read(98, new byte[3], 0, 3))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("ends at byte 100 where bytes 98 to 101");
      assertThatThrownBy(() -> file.read(Long.MAX_VALUE, new byte[3], 0, 3))
          .isInstanceOf(CorruptFileException.class);
      assertThatThrownBy(() -> file.read(0, new byte[3], 1, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void anInterruptNeitherStopsItNorIsLost() throws IOException {
    Thread.currentThread().interrupt();
    try (MappedInputFile file = MappedInputFile.open(file(), 64)) {
      file.read(0, new byte[100], 0, 100);
      assertThat(file.length()).isEqualTo(100);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedFileSaysSo() throws IOException {
    MappedInputFile file = MappedInputFile.open(file(), 64);
    file.close();
    file.close();
    assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is closed");
  }
}
