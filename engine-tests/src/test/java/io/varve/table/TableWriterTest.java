package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.segment.SegmentReader;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.WriterChanges;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import io.varve.testkit.FaultInjectingFileStore.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables written attempt by attempt: sizes, memory, layers, and files that were mixed up. */
class TableWriterTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("text", DataType.string())
          .build();
  private static final WriterOptions OPTIONS = WriterOptions.DEFAULTS;

  @TempDir Path directory;
  private long commits;

  private TableDirectory table(FileStore store) throws IOException {
    return TableDirectory.openOrCreate(store, TableDefinition.builder(SCHEMA).build());
  }

  private TableDirectory table() throws IOException {
    return table(new LocalFileStore(directory));
  }

  private static void add(TableWriter writer, String partition, String text) throws IOException {
    RowBuffer rows = writer.rows(partition);
    rows.setTimestamp(0, 1_000, 0);
    rows.setString(1, text);
    rows.endRow();
    writer.rowAdded();
  }

  private static TableWriter writer(TableDirectory table, long number, WriterOptions options) {
    return new TableWriter(table, number, options, () -> 0);
  }

  private void commit(TableDirectory table, WriterChanges changes) throws IOException {
    Fold fold = new Fold();
    fold.add(changes);
    GuestId guest = new GuestId(new RunId(++commits, 1), "sink");
    Author author = new Author("author" + commits, "who", "why");
    new GuestOperation(new GuestRequest(guest, fold.take(), author), new LogView())
        .run(new FileCommitLog(table.store()), () -> 1, conflict -> {});
  }

  @Test
  void givesRowsTheLayerThatTheirBarrierReports() throws IOException {
    TableDirectory table = table();
    try (TableWriter writer = writer(table, 7, OPTIONS)) {
      writer.barrier(false);
      add(writer, "bucket-0000", "a");
      WriterChanges changes = writer.barrier(true);
      Change.Seal seal = (Change.Seal) changes.changes().get(0);
      try (SegmentReader reader = table.openSegment("bucket-0000", seal.segment())) {
        LongColumn layers = (LongColumn) reader.read(0, HiddenField.LAYER.id());
        assertThat(layers.get(0)).isEqualTo(changes.ordinal()).isEqualTo(2);
      }
    }
  }

  /** Few large rows between barriers must not pile up to a tail that no memory can hold. */
  @Test
  void sealsByBytesHoweverFewRowsComeBetweenBarriers() throws IOException {
    TableDirectory table = table();
    String text = "x".repeat(10_000);
    int seals = 0;
    try (TableWriter writer = writer(table, 7, OPTIONS.withTargetBytes(1 << 20))) {
      for (int checkpoint = 0; checkpoint < 10; checkpoint++) {
        for (int i = 0; i < 60; i++) {
          add(writer, "bucket-0000", text + i);
        }
        WriterChanges changes = writer.barrier(false);
        seals += (int) changes.changes().stream().filter(c -> c instanceof Change.Seal).count();
        commit(table, changes);
      }
    }
    assertThat(seals).isBetween(4, 6);
    assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(600);
  }

  /** Rows that a barrier wrote to the tail are sealed from memory, with those that came after. */
  @Test
  void sealsWhatIsInMemoryWithoutReadingTheTail() throws IOException {
    AtomicInteger opened = new AtomicInteger();
    FileStore store =
        new FaultInjectingFileStore(
            new LocalFileStore(directory),
            (operation, path, moment) -> {
              if (operation == Operation.OPEN && path.contains(".vtail")) {
                opened.incrementAndGet();
              }
            });
    TableDirectory table = table(store);
    List<Change> seals = new ArrayList<>();
    try (TableWriter writer = writer(table, 7, OPTIONS.withTargetRows(250))) {
      for (int row = 0; row < 1000; row++) {
        add(writer, "bucket-000" + row % 2, "row " + row % 7);
        if (row % 200 == 199) {
          WriterChanges changes = writer.barrier(false);
          changes.changes().stream().filter(c -> c instanceof Change.Seal).forEach(seals::add);
          commit(table, changes);
          assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(row + 1);
        }
      }
      commit(table, writer.barrier(true));
    }
    assertThat(opened).hasValue(0);
    assertThat(seals).hasSize(4).allMatch(seal -> ((Change.Seal) seal).tail() != null);
    assertThat(seals).allMatch(seal -> ((Change.Seal) seal).segment().rows() == 250);
    assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(1000);
    assertThat(new WrittenTable(store).content().values())
        .allSatisfy(rows -> assertThat(rows).hasSize(500));
  }

  /** Where memory runs out, rows leave it; what is sealed is then read back, and nothing twice. */
  @Test
  void readsTheTailBackWhereRowsHadToLeaveMemory() throws IOException {
    TableDirectory table = table();
    WriterOptions options = OPTIONS.withTargetRows(300).withTargetBytes(10_000);
    try (TableWriter writer = writer(table, 7, options.withBufferBytes(40_000))) {
      for (int row = 0; row < 3000; row++) {
        add(writer, "bucket-0000", "row " + row + "x".repeat(row % 50));
        if (row % 70 == 69) {
          commit(table, writer.barrier(false));
          assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(row + 1);
        }
      }
      commit(table, writer.barrier(true));
    }
    assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(3000);
  }

  /** A delete of what was visible says nothing of a writer that has not committed yet. */
  @Test
  void keepsRowsThatMeetADeleteFromBeforeItsFirstCommit() throws IOException {
    TableDirectory table = table();
    try (TableWriter writer = writer(table, 7, OPTIONS)) {
      add(writer, "bucket-0000", "a");
      commit(table, writer.barrier(true));
    }
    new TableMaintenance(table, "test", () -> 1).delete(Filter.eq("text", "a"), "test");
    // In so little memory rows of some partitions are spilled, and sealed from the tail.
    WriterOptions options = OPTIONS.withTargetRows(10).withBufferBytes(4_000);
    try (TableWriter writer = writer(table, 8, options)) {
      for (int row = 0; row < 250; row++) {
        add(writer, "bucket-000" + row % 5, row % 2 == 0 ? "a" : "b");
      }
      commit(table, writer.barrier(true));
    }
    TableSnapshot snapshot = TableSnapshot.latest(table);
    RowBatch rows = new RowBatch(SCHEMA);
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource source = unit.open(snapshot.table())) {
        for (int block = 0; block < source.blockCount(); block++) {
          rows.appendFrom(source, block);
        }
      }
    }
    assertThat(rows.rowCount()).isEqualTo(250);
  }

  @Test
  void adoptsInSegmentsOfTheTargetSize() throws IOException {
    TableDirectory table = table();
    WriterOptions options = OPTIONS.withTargetRows(100);
    for (int attempt = 0; attempt < 5; attempt++) {
      try (TableWriter writer = writer(table, attempt, options)) {
        for (int i = 0; i < 99; i++) {
          add(writer, "bucket-0000", "a" + i);
        }
        commit(table, writer.barrier(false));
      }
    }
    try (TableWriter writer = writer(table, 99, options)) {
      writer.barrier(false);
      assertThat(writer.adopt(TableSnapshot.latest(table).state(), path -> true)).isEqualTo(495);
      WriterChanges changes = writer.barrier(false);
      Change.Replace replace = (Change.Replace) changes.changes().get(0);
      assertThat(replace.outputs()).hasSize(5).allMatch(segment -> segment.rows() <= 100);
      commit(table, changes);
    }
    assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(495);
    assertThat(TableSnapshot.latest(table).units())
        .allMatch(unit -> unit instanceof ScanUnit.OfSegment);
  }

  /** Two thousand tenants in a process that may open a thousand files. */
  @Test
  void keepsFewFilesOpenHoweverManyPartitionsThereAre() throws IOException {
    Set<String> open = new HashSet<>();
    List<Integer> counts = new ArrayList<>();
    FileStore store =
        new FaultInjectingFileStore(
            new LocalFileStore(directory),
            (operation, path, moment) -> {
              if (path.endsWith(".vtail") && moment == Moment.AFTER) {
                if (operation == Operation.CREATE || operation == Operation.APPEND) {
                  open.add(path);
                } else if (operation == Operation.CLOSE) {
                  open.remove(path);
                }
                counts.add(open.size());
              }
            });
    TableDirectory table = table(store);
    try (TableWriter writer = writer(table, 7, OPTIONS)) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 200; i++) {
          add(writer, "p=" + i + "/bucket-0000", "round " + round);
        }
        commit(table, writer.barrier(false));
      }
    }
    assertThat(counts).isNotEmpty().allMatch(count -> count <= 64);
    assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(600);
    assertThat(TableSnapshot.latest(table).units()).hasSize(200);
  }

  /** A write that fails in the background is told to those who have the file open. */
  @Test
  void syncsATailBeforeItClosesIt() throws IOException {
    Set<String> unsynced = new HashSet<>();
    List<String> closedUnsynced = new ArrayList<>();
    FileStore store =
        new FaultInjectingFileStore(
            new LocalFileStore(directory),
            (operation, path, moment) -> {
              if (path.endsWith(".vtail") && moment == Moment.AFTER) {
                if (operation == Operation.WRITE) {
                  unsynced.add(path);
                } else if (operation == Operation.SYNC) {
                  unsynced.remove(path);
                } else if (operation == Operation.CLOSE && unsynced.contains(path)) {
                  closedUnsynced.add(path);
                }
              }
            });
    TableDirectory table = table(store);
    try (TableWriter writer = writer(table, 7, OPTIONS.withBufferBytes(1 << 16))) {
      for (int i = 0; i < 400; i++) {
        add(writer, "p=" + i % 100 + "/bucket-0000", "x".repeat(1 << 10));
      }
      commit(table, writer.barrier(false));
    }
    assertThat(closedUnsynced).isEmpty();
    assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(400);
  }

  @Test
  void neverHoldsMoreRowsInMemoryThanTheBuffer() throws IOException {
    TableDirectory table = table();
    String text = "x".repeat(1 << 20);
    try (TableWriter writer = writer(table, 7, OPTIONS.withBufferBytes(4 << 20))) {
      for (int i = 0; i < 40; i++) {
        add(writer, "p=" + i % 7 + "/bucket-0000", text);
        assertThat(writer.bufferedBytes()).isLessThan(5 << 20);
      }
      commit(table, writer.barrier(true));
    }
    assertThat(TableSnapshot.latest(table).rowCount()).isEqualTo(40);
  }

  /** A link that was made but perhaps not synced must be durable before the commit counts. */
  @Test
  void makesARecordOfUnknownOutcomeDurable() throws IOException {
    List<String> calls = new ArrayList<>();
    FileStore store =
        new FaultInjectingFileStore(
            new LocalFileStore(directory),
            (operation, path, moment) -> {
              if (path.startsWith("commits") && moment == Moment.AFTER) {
                calls.add(operation + " " + path);
                if (operation == Operation.PUBLISH) {
                  throw new IOException("the directory could not be synced");
                }
              }
            });
    TableDirectory table = table(store);
    try (TableWriter writer = writer(table, 7, OPTIONS)) {
      add(writer, "bucket-0000", "a");
      commit(table, writer.barrier(true));
    }
    assertThat(calls).contains(Operation.SYNC_DIRECTORY + " commits");
    assertThat(TableSnapshot.latest(table).number()).isEqualTo(1);
  }

  @Test
  void takesAnUnreadableRecordForNoEndOfTheLog() throws IOException {
    TableDirectory table = table();
    Path second = directory.resolve(TableLayout.commit(2));
    try (TableWriter writer = writer(table, 7, OPTIONS)) {
      add(writer, "bucket-0000", "a");
      commit(table, writer.barrier(true));
    }
    Files.createSymbolicLink(second, second); // a loop: looking at it fails
    assertThatThrownBy(() -> TableSnapshot.latest(table)).isInstanceOf(IOException.class);
  }

  @Test
  void refusesATableWhoseDescriptionWasLost() throws IOException {
    TableDirectory table = table();
    try (TableWriter writer = writer(table, 7, OPTIONS)) {
      add(writer, "bucket-0000", "a");
      commit(table, writer.barrier(true));
    }
    Files.delete(directory.resolve("table.json"));
    assertThatThrownBy(this::table)
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("table.json: is missing, though there are commits");
  }

  private List<ScanUnit> twoPartitions(TableDirectory table, boolean seal) throws IOException {
    try (TableWriter writer = writer(table, 7, OPTIONS)) {
      for (int i = 0; i < 100; i++) {
        add(writer, i < 10 ? "p=a/bucket-0000" : "p=b/bucket-0000", "row " + i);
      }
      commit(table, writer.barrier(seal));
    }
    return TableSnapshot.latest(table).units();
  }

  /** A file restored under the wrong name has right checksums and wrong rows. */
  @Test
  void refusesASegmentThatWasCopiedOverAnother() throws IOException {
    TableDirectory table = table();
    List<ScanUnit> units = twoPartitions(table, true);
    Files.copy(
        directory.resolve(units.get(0).file()),
        directory.resolve(units.get(1).file()),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> units.get(1).open(table))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("p=b/bucket-0000")
        .hasMessageContaining("backup");
  }

  @Test
  void refusesATailWithoutTheRowsThatTheCommitShows() throws IOException {
    TableDirectory table = table();
    ScanUnit.OfTail tail = (ScanUnit.OfTail) twoPartitions(table, false).get(0);
    ScanUnit other = new ScanUnit.OfTail("p=z/bucket-0000", tail.range(), 0);
    assertThatThrownBy(() -> other.open(table))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("expected a frame of p=z/bucket-0000, found one of p=a/bucket-0000");
  }
}
