package io.varve.flink.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.Filter;
import io.varve.table.CommitChoice;
import io.varve.table.FileCommitLog;
import io.varve.table.HistoryOptions;
import io.varve.table.SegmentMerger;
import io.varve.table.TableErasure;
import io.varve.table.TableMaintenance;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.SegmentRef;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.mocks.MockSplitEnumeratorContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * I2 and I6 seen by a reader: between any two splits the table is written, merged, expired and
 * erased. A file that is gone, or rows of two commits at once, are what could break.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadBesideUpkeepTest {

  private static final int BATCH = 1500;

  @TempDir Path directory;

  private TestTable table;
  private long nextId;
  private long nextMerge;

  @BeforeEach
  void create() throws IOException {
    table = TestTable.create(directory, Usage.TABLE);
  }

  @SeededTest(runs = 2)
  void aReadGivesWhatItsCommitShows(Random random) throws Exception {
    for (int i = 0; i < 4; i++) {
      write(random);
    }
    for (int read = 0; read < 3; read++) {
      long pinned = TableSnapshot.latest(table.table()).number();
      Map<Long, Usage> expected = all(source(CommitChoice.number(pinned)), random, false);
      // The same read again, while everything goes on.
      assertThat(all(source(CommitChoice.LATEST), random, true)).isEqualTo(expected);
      for (int i = random.nextInt(4); i >= 0; i--) {
        change(random);
      }
    }
    table.close();
  }

  private VarveSource<Usage> source(CommitChoice commit) {
    return VarveSource.ofRecords(Usage.class)
        .path(directory.toString())
        .commit(commit)
        .splitRows(1024)
        .build();
  }

  private void write(Random random) throws IOException {
    Usage.addAll(table, Usage.random(random, nextId, BATCH));
    nextId += BATCH;
    table.commit(random.nextBoolean());
  }

  private void change(Random random) throws IOException {
    long now = System.currentTimeMillis();
    Filter some = Filter.between("id", random.nextLong(nextId), nextId);
    switch (random.nextInt(5)) {
      case 0 -> write(random);
      case 1 -> new TableMaintenance(table.table(), "a test", () -> now).delete(some, "a test");
      case 2 -> new TableErasure(table.table(), "a test", () -> now).erase(some, "a test");
      case 3 ->
          new TableUpkeep(table.table(), "a test", () -> now)
              .expire(new HistoryOptions(1, 1), false);
      default -> merge();
    }
  }

  private void merge() throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(table.table());
    Map<String, List<SegmentRef>> byPartition = new TreeMap<>();
    snapshot
        .state()
        .partitions()
        .forEach(
            (path, partition) ->
                byPartition.put(
                    path, new ArrayList<>(partition.segments().toSortedMap().values())));
    List<Change> changes = new ArrayList<>();
    for (Map.Entry<String, List<SegmentRef>> entry : byPartition.entrySet()) {
      if (entry.getValue().size() > 1) {
        changes.add(
            new SegmentMerger(snapshot, WriterOptions.DEFAULTS, -1 - nextMerge++, () -> false)
                .merge(entry.getKey(), entry.getValue()));
      }
    }
    Author author = new Author("merge-" + nextMerge, "a test", "a merge");
    new MaintenanceOperation(head -> changes, author, new LogView())
        .run(new FileCommitLog(table.table().store()), () -> nextMerge, lost -> {});
  }

  /** Reads with one reader, split by split, and changes the table in between. */
  private Map<Long, Usage> all(VarveSource<Usage> source, Random random, boolean changing)
      throws Exception {
    TestingReaderOutput<Usage> output = new TestingReaderOutput<>();
    try (MockSplitEnumeratorContext<VarveSplit> context = new MockSplitEnumeratorContext<>(1);
        SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = source.createEnumerator(context)) {
      context.registerReader(new ReaderInfo(0, "host"));
      enumerator.start();
      try {
        context.runNextOneTimeCallable();
      } catch (Throwable failed) {
        throw new IllegalStateException(failed);
      }
      int handedOut = 0;
      while (!context.hasNoMoreSplits(0)) {
        enumerator.handleSplitRequest(0, null);
        var assigned = context.getSplitsAssignmentSequence();
        if (assigned.size() > handedOut) {
          read(source, requireNonNull(assigned.get(handedOut++).assignment().get(0)), output);
        }
        if (changing) {
          change(random);
        }
      }
    }
    return output.getEmittedRecords().stream()
        .collect(
            Collectors.toMap(
                Usage::id,
                row -> row,
                (one, other) -> {
                  throw new AssertionError("twice: " + one);
                },
                TreeMap::new));
  }

  private static void read(
      VarveSource<Usage> source, List<VarveSplit> splits, TestingReaderOutput<Usage> output)
      throws Exception {
    try (SourceReader<Usage, VarveSplit> reader = source.createReader(new TestingReaderContext())) {
      reader.addSplits(splits);
      reader.notifyNoMoreSplits();
      while (reader.pollNext(output) != InputStatus.END_OF_INPUT) {
        reader.isAvailable().get();
      }
    }
  }
}
