package io.varve.flink.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.varve.column.RecordMapping;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.LocalFileStore;
import io.varve.io.StoreUnsuitableException;
import io.varve.io.VarveException;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables on an object store are read and never written. HDFS is tested by the profile hdfs. */
class FlinkFileStoreTest {

  @TempDir Path directory;

  /** A row of the table. */
  record Event(Instant time, long id) {}

  private FileStore objects() throws IOException {
    return TablePaths.open("s3://bucket" + directory);
  }

  @Test
  void readsWhatIsThere() throws IOException {
    FileStore local = new LocalFileStore(directory);
    local.publish("a/file", new byte[] {1, 2, 3});
    local.publish("a/b/c", new byte[1]);
    FileStore store = objects();

    assertThat(store.length("a/file")).hasValue(3);
    assertThat(store.length("a/none")).isEmpty();
    assertThat(store.readAll("a/file", 10)).containsExactly(1, 2, 3);
    assertThat(store.list("a")).extracting(FileEntry::name).containsExactly("b", "file");
    assertThat(store.list("a")).extracting(FileEntry::directory).containsExactly(true, false);
    assertThat(store.list("none")).isEmpty();
    assertThat(store.list("a/file")).isEmpty();
    assertThatThrownBy(() -> store.open("none")).isInstanceOf(NoSuchFileException.class);
    try (InputFile file = store.open("a/file")) {
      assertThat(file.length()).isEqualTo(3);
      assertThatThrownBy(() -> file.read(2, new byte[2], 0, 2))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("ends at byte 3 where bytes 2 to 4");
    }
    assertThat(store.describe("a/file")).isEqualTo("s3://bucket" + directory + "/a/file");
  }

  @Test
  void readsATableThatWasCopiedThere() throws IOException {
    TableDefinition definition =
        TableDefinition.builder(RecordMapping.schemaOf(Event.class, "time")).build();
    TableDirectory written = TableDirectory.openOrCreate(new LocalFileStore(directory), definition);
    assertThat(TableSnapshot.latest(TableDirectory.open(objects())).rowCount()).isZero();
    assertThat(TableDirectory.openOrCreate(objects(), definition).id()).isEqualTo(written.id());
    requireRefused(() -> TableDirectory.open(objects()).proveExclusiveCreate());
  }

  private static void requireRefused(ThrowingCallable write) {
    assertThatThrownBy(write)
        .isInstanceOf(StoreUnsuitableException.class)
        .hasMessageContaining("s3://bucket/")
        .hasMessageContaining("can be read but not written")
        .hasMessageContaining("Put the table on HDFS")
        .asInstanceOf(type(VarveException.class))
        .extracting(VarveException::code)
        .isEqualTo("VARVE-STORE-UNSUITABLE");
  }

  @Test
  void refusesEveryWrite() throws IOException {
    FileStore store = objects();
    requireRefused(() -> store.create("file"));
    requireRefused(() -> store.publish("file", new byte[1]));
    requireRefused(() -> store.replace("file", new byte[1]));
    requireRefused(() -> store.delete("file"));
    requireRefused(() -> store.syncDirectory(""));
    assertThat(store.list("")).isEmpty();
  }

  /** Flink interrupts the threads of tasks that it cancels. */
  @Test
  void readsForAnInterruptedThread() throws IOException {
    new LocalFileStore(directory).publish("file", new byte[] {7});
    Thread.currentThread().interrupt();
    try {
      assertThat(objects().readAll("file", 10)).containsExactly(7);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void namesASchemeThatFlinkDoesNotKnow() {
    assertThatThrownBy(() -> TablePaths.open("nosuch://bucket/events"))
        .isInstanceOf(StoreUnsuitableException.class)
        .hasMessageContaining("nosuch://bucket/events: tables lie on POSIX file systems");
  }

  @Test
  void refusesAPathThatCouldLeaveTheRoot() throws IOException {
    FileStore store = objects();
    assertThatThrownBy(() -> store.open("../x")).isInstanceOf(IllegalArgumentException.class);
  }
}
