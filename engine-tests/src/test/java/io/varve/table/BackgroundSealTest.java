package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.LocalFileStore;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.WriterChanges;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import io.varve.testkit.FaultInjectingFileStore.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tails that partitions share, and segments that are finished for a later barrier. */
class BackgroundSealTest {

  private static final WriterOptions OPTIONS = WriterOptions.DEFAULTS.withTargetAgeMillis(10);
  private static final String P = "p=a/bucket-0000";

  @TempDir Path directory;

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();
  private WrittenTable table;
  private long now;

  @BeforeEach
  void create() throws IOException {
    table =
        new WrittenTable(
            new FaultInjectingFileStore(
                new LocalFileStore(directory),
                (operation, path, moment) -> {
                  if (moment == Moment.AFTER && path.endsWith(".vtail")) {
                    calls.add(operation + " " + path);
                  }
                }));
  }

  private TableWriter writer(long number, WriterOptions options) {
    return new TableWriter(table.table(), number, options, () -> now, tasks::add);
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static String partition(int i) {
    return "p=" + i + "/bucket-0000";
  }

  private static void addToEach(TableWriter writer, int partitions, String text)
      throws IOException {
    for (int i = 0; i < partitions; i++) {
      WrittenTable.add(writer, partition(i), text);
    }
  }

  private Set<String> tailFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      Set<String> names = new TreeSet<>();
      files
          .filter(file -> file.toString().endsWith(".vtail"))
          .forEach(file -> names.add(directory.relativize(file).toString()));
      return names;
    }
  }

  @Test
  void manyPartitionsShareOneFileAndOneSync() throws IOException {
    try (TableWriter writer = writer(7, OPTIONS)) {
      for (int round = 0; round < 3; round++) {
        calls.clear();
        addToEach(writer, 200, "round " + round);
        table.commit(writer.barrier(false));
        assertThat(calls).filteredOn(call -> call.startsWith(Operation.SYNC.name())).hasSize(1);
      }
    }
    assertThat(tailFiles()).containsExactly("tail/0000000000000007-0.vtail");
    Map<String, List<String>> content = table.content();
    assertThat(content).hasSize(200);
    assertThat(content.values()).containsOnly(List.of("round 0", "round 1", "round 2"));
  }

  @Test
  void fewPartitionsHaveFilesOfTheirOwn() throws IOException {
    try (TableWriter writer = writer(7, OPTIONS)) {
      addToEach(writer, WriterTails.MAX_OWN, "a");
      table.commit(writer.barrier(false));
    }
    assertThat(tailFiles()).hasSize(WriterTails.MAX_OWN).allMatch(file -> file.startsWith("p="));
  }

  /**
   * A file that no commit shows any more may be cleaned up, and so it must not be gone on with;
   * rows of it that are sealed must not come back.
   */
  @Test
  void aSharedTailIsLeftWhenAllOfItIsSealed() throws IOException {
    try (TableWriter writer = writer(7, OPTIONS)) {
      addToEach(writer, 70, "old");
      table.commit(writer.barrier(false));
      now = 100;
      WriterChanges shown = writer.barrier(false);
      assertThat(shown.changes()).isEmpty();
      runTasks();
      WriterChanges sealed = writer.barrier(false);
      assertThat(sealed.changes())
          .hasSize(70)
          .allMatch(change -> change instanceof Change.Seal seal && seal.closesTail());
      table.commit(sealed);
      addToEach(writer, 70, "new");
      table.commit(writer.barrier(false));
    }
    assertThat(tailFiles()).hasSize(2);
    assertThat(table.content().values()).containsOnly(List.of("new", "old"));
  }

  /** Rows that come while earlier ones of the same shared tail are sealed. */
  @Test
  void aPartitionGoesOnInASharedTailThatIsBeingSealed() throws IOException {
    try (TableWriter writer = writer(7, OPTIONS)) {
      addToEach(writer, 70, "a");
      table.commit(writer.barrier(false));
      now = 100;
      addToEach(writer, 1, "b");
      table.commit(writer.barrier(false));
      addToEach(writer, 1, "c");
      table.commit(writer.barrier(false));
      runTasks();
      addToEach(writer, 1, "d");
      WriterChanges changes = writer.barrier(false);
      assertThat(changes.changes())
          .filteredOn(change -> change.partition().equals(partition(0)))
          .first()
          .isInstanceOfSatisfying(
              Change.Seal.class, seal -> assertThat(seal.closesTail()).isFalse());
      table.commit(changes);
      assertThat(table.content().get(partition(0))).containsExactly("a", "b", "c", "d");
      table.commit(writer.barrier(false));
      now = 200;
      writer.barrier(false);
      runTasks();
      table.commit(writer.barrier(false));
    }
    assertThat(table.content().get(partition(0))).containsExactly("a", "b", "c", "d");
    assertThat(TableSnapshot.latest(table.table()).units())
        .allMatch(unit -> unit instanceof ScanUnit.OfSegment);
  }

  @Test
  void rowsAreSeenWhileTheyAreSealedAndOnceAfterwards() throws IOException {
    try (TableWriter writer = writer(7, OPTIONS)) {
      WrittenTable.add(writer, P, "a");
      table.commit(writer.barrier(false));
      now = 100;
      WrittenTable.add(writer, P, "b");
      WriterChanges shown = writer.barrier(false);
      assertThat(shown.changes()).singleElement().isInstanceOf(Change.Extend.class);
      table.commit(shown);
      assertThat(table.content().get(P)).containsExactly("a", "b");
      WrittenTable.add(writer, P, "c");
      runTasks();
      table.commit(writer.barrier(false));
      assertThat(table.content().get(P)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void aSealThatFailsFailsTheNextBarrierByName() throws IOException {
    WrittenTable failing =
        new WrittenTable(
            new FaultInjectingFileStore(
                new LocalFileStore(directory),
                (operation, path, moment) -> {
                  if (operation == Operation.WRITE && path.endsWith(".vseg")) {
                    throw new IOException("no space left on device");
                  }
                }));
    try (TableWriter writer = new TableWriter(failing.table(), 7, OPTIONS, () -> now, tasks::add)) {
      WrittenTable.add(writer, P, "a");
      failing.commit(writer.barrier(false));
      now = 100;
      writer.barrier(false);
      runTasks();
      assertThatThrownBy(() -> writer.barrier(false))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("0000000000000007-1.vseg: the segment could not be written")
          .hasMessageContaining("no space left on device");
      assertThatThrownBy(() -> WrittenTable.add(writer, P, "b")).isInstanceOf(IOException.class);
    }
    assertThat(failing.content().get(P)).containsExactly("a");
  }

  @Test
  void adoptionGoesOnBesideTheWritingOfRows() throws IOException {
    try (TableWriter writer = writer(7, OPTIONS)) {
      addToEach(writer, 70, "a");
      table.commit(writer.barrier(false));
    }
    try (TableWriter heir = writer(8, OPTIONS)) {
      table.commit(heir.barrier(false));
      assertThat(heir.adopt(TableSnapshot.latest(table.table()).state(), path -> true))
          .isEqualTo(70);
      WrittenTable.add(heir, partition(0), "b");
      WriterChanges early = heir.barrier(false);
      assertThat(early.changes()).singleElement().isInstanceOf(Change.Extend.class);
      table.commit(early);
      runTasks();
      WriterChanges late = heir.barrier(false);
      assertThat(late.changes()).hasSize(70).allMatch(change -> change instanceof Change.Replace);
      table.commit(late);
    }
    assertThat(table.content().get(partition(0))).containsExactly("a", "b");
    assertThat(TableSnapshot.latest(table.table()).rowCount()).isEqualTo(71);
  }

  @Test
  void closeForgetsWhatNobodyHasSealed() throws IOException {
    TableWriter writer = writer(7, OPTIONS);
    WrittenTable.add(writer, P, "a");
    table.commit(writer.barrier(false));
    now = 100;
    writer.barrier(false);
    writer.close();
    runTasks();
    assertThat(table.content().get(P)).containsExactly("a");
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".vseg"));
    }
  }
}
