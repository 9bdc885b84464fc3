package io.varve.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalFileStoreTest {

  @TempDir Path directory;

  private FileStore store() {
    return new LocalFileStore(directory.resolve("table"));
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    FileStore store = store();
    try (OutputFile out = store.create("a/b/file")) {
      out.write("..hello".getBytes(UTF_8), 2, 5);
      out.sync();
      assertThat(out.position()).isEqualTo(5);
    }
    byte[] middle = new byte[3];
    try (InputFile in = store.open("a/b/file")) {
      in.read(1, middle, 0, 3);
      assertThat(in.length()).isEqualTo(5);
    }
    assertThat(middle).isEqualTo("ell".getBytes(UTF_8));
    assertThat(store.length("a/b/file")).hasValue(5);
    assertThat(store.length("a/b/none")).isEmpty();
  }

  @Test
  void neverOpensAFileForWritingTwice() throws IOException {
    FileStore store = store();
    store.create("file").close();
    assertThatThrownBy(() -> store.create("file")).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void namesFileAndPlaceWhenAReadLeavesTheFile() throws IOException {
    FileStore store = store();
    store.publish("file", new byte[10]);
    try (InputFile in = store.open("file")) {
      assertThatThrownBy(() -> in.read(8, new byte[4], 0, 4))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("table/file: ends at byte 10 where bytes 8 to 12");
    }
  }

  @Test
  void publishesAFileOnlyOnceAndLeavesNoTemporaryFile() throws IOException {
    FileStore store = store();
    assertThat(store.publish("commits/1", "one".getBytes(UTF_8))).isTrue();
    assertThat(store.publish("commits/1", "two".getBytes(UTF_8))).isFalse();
    assertThat(store.readAll("commits/1", 100)).isEqualTo("one".getBytes(UTF_8));
    assertThat(store.list("commits")).extracting(FileEntry::name).containsExactly("1");
  }

  @Test
  void letsOneOfManyThreadsPublishAName() throws Exception {
    FileStore store = store();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 50; round++) {
        String path = "commits/" + round;
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          byte[] content = {(byte) i};
          calls.add(() -> store.publish(path, content));
        }
        int winners = 0;
        for (Future<Boolean> call : threads.invokeAll(calls)) {
          winners += call.get() ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void finishesEveryCallOfAnInterruptedThread() throws IOException {
    FileStore store = store();
    Thread.currentThread().interrupt();
    try {
      assertThat(store.publish("dir/file", new byte[] {7})).isTrue();
      try (OutputFile out = store.create("dir/other")) {
        out.write(new byte[] {1, 2}, 0, 2);
        out.sync();
      }
      store.syncDirectory("dir");
      assertThat(store.readAll("dir/file", 10)).containsExactly(7);
      assertThat(store.readAll("dir/other", 10)).containsExactly(1, 2);
      store.replace("HEAD", new byte[] {3});
      assertThat(store.list("dir")).hasSize(2);
      assertThat(store.delete("dir/file")).isTrue();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void replacesAHintInOneStep() throws IOException {
    FileStore store = store();
    store.replace("HEAD", "1".getBytes(UTF_8));
    store.replace("HEAD", "2".getBytes(UTF_8));
    assertThat(store.readAll("HEAD", 10)).isEqualTo("2".getBytes(UTF_8));
    assertThat(store.list("")).hasSize(1);
  }

  @Test
  void listsByNameAndTreatsAMissingDirectoryAsEmpty() throws IOException {
    FileStore store = store();
    store.publish("d/b", new byte[2]);
    store.publish("d/a", new byte[1]);
    store.publish("d/c/x", new byte[3]);
    assertThat(store.list("d")).extracting(FileEntry::name).containsExactly("a", "b", "c");
    assertThat(store.list("d").get(2).directory()).isTrue();
    assertThat(store.list("d").get(1).length()).isEqualTo(2);
    assertThat(store.list("nowhere")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../x", "a//b", "/a", "a/", "./a", "a\0b"})
  void refusesAPathThatCouldLeaveTheRoot(String path) {
    assertThatThrownBy(() -> store().create(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deletesQuietlyWhatIsNotThere() throws IOException {
    assertThat(store().delete("none")).isFalse();
    assertThatThrownBy(() -> store().open("none")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void refusesAFileThatIsLargerThanItMayBe() throws IOException {
    FileStore store = store();
    store.publish("big", new byte[11]);
    assertThatThrownBy(() -> store.readAll("big", 10))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("11 bytes long");
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
