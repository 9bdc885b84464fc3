package io.varve.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every file store that tables are written to must do. Extend it with a test of a store; going
 * on with a closed file is left out, since not every store can.
 */
public abstract class FileStoreContract {

  /** Makes a contract to be run by JUnit. */
  protected FileStoreContract() {}

  /** Returns the store: the same directory for all calls in one test, empty at its start. */
  protected abstract FileStore store() throws IOException;

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
  void readsASealedFileFromAnyPlace() throws IOException {
    FileStore store = store();
    byte[] content = new byte[70_000];
    new Random(5).nextBytes(content);
    store.publish("a/sealed", content);
    try (InputFile in = store.openSealed("a/sealed")) {
      assertThat(in.length()).isEqualTo(content.length);
      byte[] part = new byte[5000];
      for (int from : new int[] {0, 1, 4095, 65_000}) {
        in.read(from, part, 1000, 4000);
        assertThat(Arrays.copyOfRange(part, 1000, 5000))
            .isEqualTo(Arrays.copyOfRange(content, from, from + 4000));
      }
      assertThatThrownBy(() -> in.read(69_999, part, 0, 2))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("a/sealed: ends at byte 70000 where bytes 69999 to 70001");
    }
    assertThatThrownBy(() -> store.openSealed("a/none")).isInstanceOf(NoSuchFileException.class);
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
  void refusesAPathThatCouldLeaveTheRoot(String path) throws IOException {
    FileStore store = store();
    assertThatThrownBy(() -> store.create(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deletesQuietlyWhatIsNotThere() throws IOException {
    FileStore store = store();
    assertThat(store.delete("none")).isFalse();
    assertThatThrownBy(() -> store.open("none")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void refusesAFileThatIsLargerThanItMayBe() throws IOException {
    FileStore store = store();
    store.publish("big", new byte[11]);
    assertThatThrownBy(() -> store.readAll("big", 10))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("11 bytes long");
  }

  /** A tail is read while its writer holds it open, by the same process and by others. */
  @Test
  void showsWhatWasFlushedOfAFileThatIsBeingWritten() throws IOException {
    FileStore store = store();
    try (OutputFile out = store.create("tail/1.vtail")) {
      out.write(new byte[] {1, 2, 3}, 0, 3);
      out.sync();
      assertThat(store.length("tail/1.vtail")).isPresent();
      try (InputFile in = store.open("tail/1.vtail")) {
        assertThat(in.length()).isEqualTo(3);
        byte[] read = new byte[2];
        in.read(1, read, 0, 2);
        assertThat(read).containsExactly(2, 3);
      }
      out.write(new byte[] {4}, 0, 1);
      assertThat(store.readAll("tail/1.vtail", 10)).containsExactly(1, 2, 3, 4);
    }
    assertThat(store.length("tail/1.vtail")).hasValue(4);
  }
}
