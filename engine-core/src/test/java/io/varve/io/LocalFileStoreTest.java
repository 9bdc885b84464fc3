package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest {

  @TempDir Path directory;

  private FileStore store() {
    return new LocalFileStore(directory.resolve("table"));
  }

  @Test
  void saysSoWhenAFileStandsWhereADirectoryIsNeeded() throws IOException {
    Files.createDirectories(directory.resolve("table"));
    Files.writeString(directory.resolve("table/commits"), "");
    assertThatThrownBy(() -> store().publish("commits/1", new byte[1]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("commits");
  }

  /**
   * A log has zeros ahead while it is written: never over its bytes, and none when it is closed.
   */
  @Test
  void makesRoomAheadOfALogAndTakesItBack() throws IOException {
    FileStore store = store();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    int[] lengths = {1, 70, 20_000, 0, 5, 200_000, 3, 128 << 10, 9, 9, 9, 9, 9, 1 << 17, 40};
    long mostAhead = 0;
    try (OutputFile out = store.create("log")) {
      for (int round = 0; round < 200; round++) {
        byte[] bytes = new byte[lengths[round % lengths.length] + round % 7];
        Arrays.fill(bytes, (byte) (round + 1));
        int half = bytes.length / 2;
        out.write(bytes, 0, half);
        out.write(bytes, half, bytes.length - half);
        out.sync();
        expected.write(bytes);
        assertThat(out.position()).isEqualTo(expected.size());
        byte[] found = Files.readAllBytes(directory.resolve("table/log"));
        assertThat(
                Arrays.equals(
                    found, 0, expected.size(), expected.toByteArray(), 0, expected.size()))
            .as("after sync %s", round)
            .isTrue();
        byte[] ahead = Arrays.copyOfRange(found, expected.size(), found.length);
        assertThat(Arrays.equals(ahead, new byte[ahead.length])).as("only zeros ahead").isTrue();
        mostAhead = Math.max(mostAhead, found.length - expected.size());
      }
    }
    assertThat(mostAhead).isBetween(1L, (long) LocalOutputFile.STEP_BYTES);
    assertThat(store.readAll("log", 1 << 26)).isEqualTo(expected.toByteArray());
  }

  @Test
  void doesNotWriteALogToAFileThatTookItsPlace() throws IOException {
    FileStore store = store();
    try (OutputFile out = store.create("log")) {
      for (int i = 0; i < LocalOutputFile.LOG_SYNCS; i++) {
        out.write(new byte[] {1}, 0, 1);
        out.sync();
      }
      Files.delete(directory.resolve("table/log"));
      out.write(new byte[] {1}, 0, 1);
      assertThatThrownBy(out::sync).hasMessageContaining("in its place");
      assertThatThrownBy(out::sync).hasMessageContaining("unusable");
    }
  }

  @Test
  void goesOnWithAFileOnlyWhereItWasLeft() throws IOException {
    FileStore store = store();
    try (OutputFile out = store.create("tail")) {
      out.write(new byte[] {1, 2}, 0, 2);
    }
    try (OutputFile out = store.append("tail", 2)) {
      out.write(new byte[] {3}, 0, 1);
      assertThat(out.position()).isEqualTo(3);
    }
    assertThat(store.readAll("tail", 10)).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> store.append("tail", 2))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("is 3 bytes long where its writer left it at 2");
    assertThatThrownBy(() -> store.append("none", 0)).isInstanceOf(NoSuchFileException.class);
    assertThat(store.length("none")).isEmpty();
  }
}
