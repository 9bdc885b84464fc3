package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.table.HistoryOptions;
import io.varve.table.ReadLease;
import io.varve.table.TableUpkeep;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SupportsBatchSnapshot;
import org.apache.flink.api.connector.source.mocks.MockSplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSplitEnumeratorMetricGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VarveEnumeratorTest {

  @TempDir Path directory;

  private final MockSplitEnumeratorContext<VarveSplit> context =
      new MockSplitEnumeratorContext<>(2);

  @AfterEach
  void close() throws Exception {
    context.close();
  }

  private VarveSource<Usage> source() {
    return VarveSource.ofRecords(Usage.class).path(directory.toString()).splitRows(1024).build();
  }

  /** Writes a table of five blocks. */
  private void write() throws IOException {
    Usage.table(directory, Usage.random(new Random(1), 0, 5000)).close();
  }

  private void register(int... subtasks) {
    for (int subtask : subtasks) {
      context.registerReader(new ReaderInfo(subtask, "host"));
    }
  }

  /** Returns what has been handed out so far, in order. */
  private List<VarveSplit> assigned() {
    List<VarveSplit> splits = new ArrayList<>();
    context
        .getSplitsAssignmentSequence()
        .forEach(one -> one.assignment().values().forEach(splits::addAll));
    return splits;
  }

  private List<Integer> numbers() {
    return assigned().stream().map(VarveSplit::number).toList();
  }

  private SplitEnumerator<VarveSplit, ScanCheckpoint> started(ScanCheckpoint checkpoint)
      throws Throwable {
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator =
        source().restoreEnumerator(context, checkpoint);
    enumerator.start();
    context.runNextOneTimeCallable();
    return enumerator;
  }

  @Test
  void givesSplitsInOrderToWhoAsks() throws Throwable {
    write();
    register(0, 1);
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = started(ScanCheckpoint.UNPLANNED);

    for (int subtask : new int[] {1, 0, 0, 1, 1}) {
      enumerator.handleSplitRequest(subtask, null);
    }

    assertThat(numbers()).containsExactly(0, 1, 2, 3, 4);
    assertThat(context.hasNoMoreSplits(0)).isFalse();
    enumerator.handleSplitRequest(0, null);
    enumerator.handleSplitRequest(1, null);
    assertThat(context.hasNoMoreSplits(0)).isTrue();
    assertThat(context.hasNoMoreSplits(1)).isTrue();
  }

  /** Readers ask as soon as they run, while the plan is still being made. */
  @Test
  void answersWhoAskedBeforeThePlanWasMade() throws Throwable {
    Usage.table(directory, Usage.random(new Random(1), 0, 10)).close();
    register(0, 1);
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = source().createEnumerator(context);
    enumerator.start();
    enumerator.handleSplitRequest(1, null);
    enumerator.handleSplitRequest(0, null);
    assertThat(enumerator.snapshotState(1)).isEqualTo(ScanCheckpoint.UNPLANNED);

    context.runNextOneTimeCallable();

    assertThat(numbers()).containsExactly(0);
    assertThat(context.hasNoMoreSplits(0)).isFalse();
    assertThat(context.hasNoMoreSplits(1)).as("idle reader").isTrue();
  }

  @Test
  void anEmptyTableHasNoSplits() throws Throwable {
    TestTable.create(directory, Usage.TABLE).close();
    register(0);
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = started(ScanCheckpoint.UNPLANNED);

    enumerator.handleSplitRequest(0, null);

    assertThat(numbers()).isEmpty();
    assertThat(context.hasNoMoreSplits(0)).isTrue();
  }

  /** A reader that fails gives its split back with what it had of it when it was handed out. */
  @Test
  void givesReturnedSplitsFirst() throws Throwable {
    write();
    register(0, 1);
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = started(ScanCheckpoint.UNPLANNED);
    enumerator.handleSplitRequest(0, null);
    enumerator.handleSplitRequest(1, null);
    VarveSplit read = assigned().get(0).at(0, 17);

    enumerator.addSplitsBack(List.of(read), 0);
    assertThat(enumerator.snapshotState(1).returned()).containsExactly(read);
    enumerator.handleSplitRequest(1, null);
    enumerator.handleSplitRequest(1, null);

    assertThat(numbers()).containsExactly(0, 1, 0, 2);
    assertThat(assigned().get(2)).isEqualTo(read);
  }

  @Test
  void givesNothingToAReaderThatIsGone() throws Throwable {
    write();
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = started(ScanCheckpoint.UNPLANNED);

    enumerator.handleSplitRequest(0, null);

    assertThat(numbers()).isEmpty();
  }

  /** A restored job must see neither rows committed since, nor a plan cut in another way. */
  @Test
  void restoresTheSamePlanOfTheSameCommit() throws Throwable {
    write();
    register(0, 1);
    SplitEnumerator<VarveSplit, ScanCheckpoint> first = started(ScanCheckpoint.UNPLANNED);
    first.handleSplitRequest(0, null);
    ScanCheckpoint checkpoint = first.snapshotState(1);
    VarveSplit before = assigned().get(0);
    try (TestTable table = TestTable.create(directory, Usage.TABLE)) {
      Usage.addAll(table, Usage.random(new Random(2), 5000, 5000));
      table.commit(true);
    }

    SplitEnumerator<VarveSplit, ScanCheckpoint> second =
        VarveSource.ofRecords(Usage.class)
            .path(directory.toString())
            .splitRows(100_000)
            .build()
            .restoreEnumerator(context, checkpoint);
    second.start();
    context.runNextOneTimeCallable();
    for (int i = 0; i < 10; i++) {
      second.handleSplitRequest(0, null);
    }

    assertThat(numbers()).containsExactly(0, 1, 2, 3, 4);
    assertThat(assigned()).extracting(VarveSplit::unit).containsOnly(before.unit());
    assertThat(second.snapshotState(2).span()).isEqualTo(checkpoint.span());
  }

  /** As a batch job's JobManager that was replaced: readers give back all that was not finished. */
  @Test
  void goesOnFromABatchSnapshot() throws Throwable {
    write();
    register(0, 1);
    SplitEnumerator<VarveSplit, ScanCheckpoint> first = started(ScanCheckpoint.UNPLANNED);
    first.handleSplitRequest(0, null);
    first.handleSplitRequest(1, null);
    first.handleSplitRequest(1, null);
    assertThat(first).isInstanceOf(SupportsBatchSnapshot.class);
    ScanCheckpoint snapshot = first.snapshotState(-1);
    first.close();
    VarveSplit lost = assigned().get(0);
    SimpleVersionedSerializer<ScanCheckpoint> serializer = ScanCheckpoint.serializer();

    SplitEnumerator<VarveSplit, ScanCheckpoint> second =
        started(serializer.deserialize(serializer.getVersion(), serializer.serialize(snapshot)));
    second.addSplitsBack(List.of(lost), 0);
    for (int i = 0; i < 5; i++) {
      second.handleSplitRequest(0, null);
    }

    assertThat(numbers()).containsExactly(0, 1, 2, 0, 3, 4);
    assertThat(context.hasNoMoreSplits(0)).isTrue();
    second.close();
  }

  /** Commits since the one that is read, and splits that nobody has yet. */
  @Test
  void tellsItsLagAndWhatIsLeft() throws Throwable {
    write();
    MetricListener metrics = new MetricListener();
    MockSplitEnumeratorContext<VarveSplit> told =
        new MockSplitEnumeratorContext<>(2) {
          @Override
          public SplitEnumeratorMetricGroup metricGroup() {
            return new InternalSplitEnumeratorMetricGroup(metrics.getMetricGroup());
          }
        };
    told.registerReader(new ReaderInfo(0, "host"));
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = source().createEnumerator(told);
    enumerator.start();
    told.runNextOneTimeCallable();
    assertThat(gauge(metrics, "enumerator", "unassignedSplits")).isEqualTo(5);
    enumerator.handleSplitRequest(0, null);
    enumerator.handleSplitRequest(0, null);
    assertThat(gauge(metrics, "enumerator", "unassignedSplits")).isEqualTo(3);
    assertThat(gauge(metrics, "enumerator", "varve", "commitLag")).isZero();
    try (TestTable table = TestTable.create(directory, Usage.TABLE)) {
      for (int i = 0; i < 3; i++) {
        Usage.addAll(table, Usage.random(new Random(2), 5000, 10));
        table.commit(true);
      }
    }
    told.runPeriodicCallable(0);
    assertThat(gauge(metrics, "enumerator", "varve", "commitLag")).isEqualTo(3);
    enumerator.close();
    told.close();
  }

  private static long gauge(MetricListener metrics, String... name) {
    return (Long) metrics.getGauge(name).orElseThrow().getValue();
  }

  private List<String> leases() {
    try (Stream<Path> files = Files.list(directory.resolve("leases"))) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    } catch (IOException none) {
      return List.of();
    }
  }

  /** While it reads, and a little longer for a restart, nobody may remove what it reads. */
  @Test
  void holdsALeaseOnTheCommitThatItReads() throws Throwable {
    write();
    TestTable table = TestTable.create(directory, Usage.TABLE);
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = started(ScanCheckpoint.UNPLANNED);
    ScanCheckpoint checkpoint = enumerator.snapshotState(1);
    assertThat(leases()).singleElement().asString().startsWith("00000000000000000001-");
    Usage.addAll(table, Usage.random(new Random(2), 5000, 10));
    table.commit(true);
    Usage.addAll(table, Usage.random(new Random(3), 6000, 10));
    table.commit(true);
    long[] now = {System.currentTimeMillis()};
    TableUpkeep upkeep = new TableUpkeep(table.table(), "a test", () -> now[0]);
    HistoryOptions anInstant = new HistoryOptions(1, 1);

    assertThat(upkeep.expire(anInstant, false).isEmpty()).isTrue();
    context.runPeriodicCallable(0);
    enumerator.close();
    assertThat(upkeep.expire(anInstant, false).isEmpty()).as("within the grace").isTrue();

    SplitEnumerator<VarveSplit, ScanCheckpoint> restored = started(checkpoint);
    now[0] += CommitLease.GRACE_MILLIS + 60_000;
    assertThat(upkeep.expire(anInstant, false).isEmpty()).as("a new lease").isTrue();
    restored.close();
    now[0] += CommitLease.GRACE_MILLIS;
    assertThat(upkeep.expire(anInstant, false).expiredThrough()).isEqualTo(2);
    assertThatThrownBy(() -> started(checkpoint)).hasMessageContaining("there is no commit 1");
    table.close();
  }

  @Test
  void failsOnceItsCommitHasExpired() throws Throwable {
    write();
    TestTable table = TestTable.create(directory, Usage.TABLE);
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = started(ScanCheckpoint.UNPLANNED);
    Usage.addAll(table, Usage.random(new Random(2), 5000, 10));
    table.commit(true);
    long late = System.currentTimeMillis() + 2 * ReadLease.DEFAULT_MILLIS;
    new TableUpkeep(table.table(), "a test", () -> late).expire(new HistoryOptions(1, 1), false);

    assertThatThrownBy(() -> context.runPeriodicCallable(0))
        .hasMessageContaining("commit 1 has expired");
    assertThat(leases()).isEmpty();
    enumerator.close();
    table.close();
  }

  /** A source may read from where it may not write. */
  @Test
  void readsWithoutALeaseWhereItCannotWrite() throws Throwable {
    write();
    Files.write(directory.resolve("leases"), new byte[0]); // no directory can be made there
    register(0);
    SplitEnumerator<VarveSplit, ScanCheckpoint> enumerator = started(ScanCheckpoint.UNPLANNED);
    enumerator.handleSplitRequest(0, null);
    context.runPeriodicCallable(0);
    enumerator.close();
    assertThat(numbers()).containsExactly(0);
  }

  @Test
  void refusesACheckpointOfAnotherTable() throws Throwable {
    write();

    assertThatThrownBy(
            () ->
                started(
                    new ScanCheckpoint(
                        new ScanSpan("other", ScanSpan.WHOLE, 1, Long.MAX_VALUE),
                        1,
                        0,
                        0,
                        1,
                        List.of())))
        .rootCause()
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("the checkpoint was reading table other");
  }

  @Test
  void aMissingTableIsNamed() {
    assertThatThrownBy(() -> started(ScanCheckpoint.UNPLANNED))
        .rootCause()
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("there is no table here");
  }

  @Test
  void aMissingCommitIsNamed() throws Throwable {
    write();
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(directory.toString()).commit(7).build();

    assertThatThrownBy(
            () -> {
              source.createEnumerator(context).start();
              context.runNextOneTimeCallable();
            })
        .hasMessageContaining("there is no commit 7");
  }

  @Test
  void wrongColumnsAreNamedBeforeAnythingIsRead() throws Throwable {
    write();
    String path = directory.toString();
    RowReader<String> reader = row -> "";
    VarveSource.Builder<String> rows =
        VarveSource.<String>builder().path(path).converter(reader, Types.STRING);

    assertFails(rows.columns("id", "nope").build(), "no column is named 'nope'");
    assertFails(rows.columns("id").filter(Filter.eq("never", 1)).build(), "never");
    RollupSource.Builder rollup = RollupSource.builder().path(path);
    assertFails(rollup.aggregate(Measure.sum("user")).build(), "'user' (string) holds no numbers");
    assertFails(rollup.groupBy("absent").build(), "absent");
    assertFails(
        VarveSource.ofRecords(Misfit.class).path(path).build(),
        "component 'id' of type int can't hold column type int64");
  }

  record Misfit(int id) {}

  private void assertFails(Source<?, VarveSplit, ScanCheckpoint> source, String message)
      throws Exception {
    try (MockSplitEnumeratorContext<VarveSplit> fresh = new MockSplitEnumeratorContext<>(1)) {
      source.createEnumerator(fresh).start();
      assertThatThrownBy(fresh::runNextOneTimeCallable)
          .rootCause()
          .hasMessageContaining(directory.toString())
          .hasMessageContaining(message);
    }
  }
}
