package io.varve.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.InputFile;
import io.varve.io.LocalFileStore;
import io.varve.io.OutputFile;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import io.varve.testkit.FaultInjectingFileStore.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultInjectingFileStoreTest {

  @TempDir Path directory;

  private final List<String> told = new ArrayList<>();

  private FaultInjectingFileStore store(FaultInjectingFileStore.Hook hook) {
    return new FaultInjectingFileStore(new LocalFileStore(directory), hook);
  }

  private FaultInjectingFileStore telling() {
    return store(
        (operation, path, moment) -> {
          if (moment == Moment.BEFORE) {
            told.add(operation + " " + path);
          }
        });
  }

  private FaultInjectingFileStore failing(Operation at, Moment when) {
    return store(
        (operation, path, moment) -> {
          if (operation == at && moment == when) {
            throw new IOException("injected");
          }
        });
  }

  @Test
  void tellsOfEveryCallWithItsPath() throws IOException {
    FaultInjectingFileStore store = telling();
    try (OutputFile file = store.create("a/file")) {
      file.write(new byte[] {1, 2, 3}, 0, 3);
      file.sync();
      assertThat(file.position()).isEqualTo(3);
    }
    try (OutputFile file = store.append("a/file", 3)) {
      assertThat(file.position()).isEqualTo(3);
    }
    store.syncDirectory("a");
    byte[] read = new byte[2];
    try (InputFile file = store.open("a/file")) {
      file.read(1, read, 0, 2);
      assertThat(file.length()).isEqualTo(3);
    }
    assertThat(read).containsExactly(2, 3);
    assertThat(store.publish("b", read)).isTrue();
    store.replace("b", read);
    assertThat(store.length("b")).hasValue(2);
    assertThat(store.list("a")).hasSize(1);
    assertThat(store.delete("b")).isTrue();
    store.truncate("a/file", 2);
    store.move("a/file", "a/moved");
    store.linkTo("a/moved", new LocalFileStore(directory.resolve("other")), "c");
    store.lock("lock").close();
    assertThat(store.length("a/moved")).hasValue(2);

    assertThat(told)
        .containsExactly(
            "CREATE a/file",
            "WRITE a/file",
            "SYNC a/file",
            "CLOSE a/file",
            "APPEND a/file",
            "CLOSE a/file",
            "SYNC_DIRECTORY a",
            "OPEN a/file",
            "READ a/file",
            "PUBLISH b",
            "REPLACE b",
            "LENGTH b",
            "LIST a",
            "DELETE b",
            "TRUNCATE a/file",
            "MOVE a/file",
            "LINK a/moved",
            "LOCK lock",
            "LENGTH a/moved");
  }

  @Test
  void failureBeforeACallLeavesNothingBehind() {
    FaultInjectingFileStore store = failing(Operation.PUBLISH, Moment.BEFORE);

    assertThatThrownBy(() -> store.publish("a", new byte[1])).hasMessage("injected");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void failureAfterACallLeavesItsWork() {
    FaultInjectingFileStore store = failing(Operation.PUBLISH, Moment.AFTER);

    assertThatThrownBy(() -> store.publish("a", new byte[1])).hasMessage("injected");
    assertThat(directory.resolve("a")).exists();
  }

  @Test
  void aNameThatWasTakenIsNoFailureAfter() throws IOException {
    new LocalFileStore(directory).publish("a", new byte[1]);

    assertThat(failing(Operation.PUBLISH, Moment.AFTER).publish("a", new byte[1])).isFalse();
  }
}
