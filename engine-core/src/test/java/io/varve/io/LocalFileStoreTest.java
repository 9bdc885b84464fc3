package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
