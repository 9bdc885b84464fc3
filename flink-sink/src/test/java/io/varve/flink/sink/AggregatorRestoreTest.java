package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.flink.common.RowConverter;
import io.varve.io.FencedException;
import io.varve.io.LocalFileStore;
import io.varve.io.OutputFile;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.UpkeepOptions;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitOperation;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.CommitRequest;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.OnRewind;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Barriers, aborts and restores of the aggregator, without a cluster. */
class AggregatorRestoreTest {

  private static final SinkRun RUN = new SinkRun(1000, 1, "sink", true);

  @TempDir Path directory;

  /** The real operator under Flink's harness. */
  private final class Attempt implements AutoCloseable {

    private final OneInputStreamOperatorTestHarness<
            CommittableMessage<WriterResult>, CommittableMessage<SinkCommittable>>
        harness;

    private int seen;

    Attempt(SinkRun run) throws Exception {
      this(run, OnRewind.REWIND);
    }

    Attempt(SinkRun run, OnRewind onRewind) throws Exception {
      SinkSettings<Event> settings =
          new SinkSettings<>(
              directory.toString(),
              Event.table(),
              RowConverter.ofRecord(Event.class),
              WriterOptions.DEFAULTS,
              UpkeepOptions.DEFAULTS,
              onRewind,
              OnInvalidRow.FAIL,
              false);
      harness =
          new OneInputStreamOperatorTestHarness<>(new AggregatorFactory(settings, run), 1, 1, 0);
      harness.setup(
          CommittableMessageTypeInfo.of(SinkSerializers::committables)
              .createSerializer(new SerializerConfigImpl()));
    }

    Attempt fresh() throws Exception {
      harness.initializeEmptyState();
      harness.open();
      return this;
    }

    Attempt restored(long checkpoint, OperatorSubtaskState state) throws Exception {
      harness.setRestoredCheckpointId(checkpoint);
      harness.initializeState(state);
      harness.open();
      return this;
    }

    /** Sends what a writer made durable: a tail up to a position. */
    void send(long checkpoint, String writer, long rows) throws Exception {
      String file = "bucket-0000/tail/" + writer + "-0.vtail";
      LocalFileStore store = new LocalFileStore(directory);
      if (store.length(file).isEmpty()) {
        try (OutputFile created = store.create(file)) {
          created.sync();
        }
      }
      WriterChanges changes =
          new WriterChanges(
              writer,
              rows,
              List.of(new Change.Extend("bucket-0000", file, new TailPosition(100 * rows, rows))),
              0);
      harness.processElement(
          new StreamRecord<>(
              new CommittableWithLineage<>(new WriterResult(tableId(), changes), checkpoint, 0)));
    }

    OperatorSubtaskState barrier(long checkpoint) throws Exception {
      harness.prepareSnapshotPreBarrier(checkpoint);
      return harness.snapshot(checkpoint, checkpoint);
    }

    /** Returns what has been handed to the committer since the last call. */
    List<SinkCommittable> handedOver() {
      List<CommittableMessage<SinkCommittable>> all = harness.extractOutputValues();
      List<SinkCommittable> fresh = new ArrayList<>();
      for (CommittableMessage<SinkCommittable> message : all.subList(seen, all.size())) {
        if (message instanceof CommittableWithLineage<SinkCommittable> one) {
          fresh.add(one.getCommittable());
        }
      }
      seen = all.size();
      return fresh;
    }

    Committable one() {
      List<SinkCommittable> fresh = handedOver();
      assertThat(fresh).singleElement().isInstanceOf(SinkCommittable.Checkpoint.class);
      return ((SinkCommittable.Checkpoint) fresh.get(0)).committable();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }

  private String tableId() throws IOException {
    return TableDirectory.openOrCreate(new LocalFileStore(directory), Event.table()).id();
  }

  private CommitRecord head() throws IOException {
    FileCommitLog log = new FileCommitLog(new LocalFileStore(directory));
    return log.read(log.newest()).orElseThrow();
  }

  private static List<Long> rows(Committable committable) {
    return committable.folded().changes().stream()
        .map(change -> ((Change.Extend) change).visibleTo().rows())
        .toList();
  }

  @Test
  void aCutThatAnAbortLeftPartialIsFoldedIntoTheNext() throws Exception {
    try (Attempt attempt = new Attempt(RUN).fresh()) {
      attempt.send(1, "a", 10); // and no barrier 1: it was aborted before it came here
      attempt.send(2, "a", 15);
      attempt.send(2, "b", 20);
      attempt.barrier(2);

      Committable committable = attempt.one();
      assertThat(committable.checkpoint()).isEqualTo(2);
      assertThat(rows(committable)).containsExactly(10L, 15L, 20L);
    }
  }

  @Test
  void committablesFormAChainWhetherTheirCheckpointsCompleteOrNot() throws Exception {
    try (Attempt attempt = new Attempt(RUN).fresh()) {
      attempt.send(1, "a", 10);
      attempt.barrier(1);
      Committable first = attempt.one();
      attempt.barrier(2);
      assertThat(attempt.handedOver()).isEmpty();
      attempt.send(3, "a", 20);
      attempt.barrier(3);

      assertThat(attempt.one().previous()).isEqualTo(first.id());
    }
  }

  @Test
  void endOfInputTakesTheIdAfterTheLastBarrier() throws Exception {
    try (Attempt attempt = new Attempt(RUN).fresh()) {
      attempt.barrier(4);
      attempt.send(5, "a", 10);
      attempt.harness.endInput();

      assertThat(attempt.one().checkpoint()).isEqualTo(5);
      attempt.barrier(5);
      assertThat(attempt.handedOver()).isEmpty();
    }
  }

  @Test
  void committablesCarryTheWatermark() throws Exception {
    try (Attempt attempt = new Attempt(RUN).fresh()) {
      attempt.harness.processWatermark(new Watermark(77));
      attempt.send(1, "a", 10);
      attempt.barrier(1);

      assertThat(attempt.one().watermark()).isEqualTo(77);
    }
  }

  @Test
  void aRestoredAttemptOpensWithWhatTheLogDoesNotShow() throws Exception {
    OperatorSubtaskState state;
    try (Attempt attempt = new Attempt(RUN).fresh()) {
      attempt.send(1, "a", 10);
      attempt.barrier(1);
      attempt.send(2, "a", 20);
      state = attempt.barrier(2);
    }
    try (Attempt attempt = new Attempt(RUN).restored(2, state)) {
      CommitRecord open = head();
      assertThat(open.reign().epoch()).isEqualTo(2);
      assertThat(open.progress().checkpoint()).isEqualTo(2);
      assertThat(((CommitRecord.Open) open.body()).pending())
          .extracting(Committable::checkpoint)
          .containsExactly(1L, 2L);

      attempt.send(3, "b", 5);
      attempt.barrier(3);
      assertThat(attempt.one().previous()).isEqualTo(open.progress().last());
    }
  }

  /** Commits as the committer would, so that the table goes on from a savepoint. */
  private void commit(Committable committable) throws IOException {
    CommitRequest request =
        new CommitRequest(
            committable,
            OptionalLong.empty(),
            RUN.id(),
            new Author("c" + committable.checkpoint(), "committer", "test"));
    new CommitOperation(request, new LogView())
        .run(new FileCommitLog(new LocalFileStore(directory)), () -> 5000, lost -> {});
  }

  private long shownRows() throws IOException {
    TableDirectory table = TableDirectory.open(new LocalFileStore(directory));
    return TableSnapshot.latest(table).rowCount();
  }

  /** A savepoint with a committable that was committed after it, and the table went on. */
  private OperatorSubtaskState goOnAfterSavepoint() throws Exception {
    try (Attempt attempt = new Attempt(RUN).fresh()) {
      attempt.send(1, "a", 10);
      OperatorSubtaskState savepoint = attempt.barrier(1);
      commit(attempt.one());
      attempt.send(2, "a", 30);
      attempt.barrier(2);
      commit(attempt.one());
      assertThat(shownRows()).isEqualTo(30);
      return savepoint;
    }
  }

  private static SinkRun later() {
    return new SinkRun(2000, 1, "sink", true);
  }

  @Test
  void onRewindTheTableIsTakenBack() throws Exception {
    OperatorSubtaskState savepoint = goOnAfterSavepoint();
    try (Attempt attempt = new Attempt(later(), OnRewind.REWIND).restored(1, savepoint)) {
      assertThat(shownRows()).isEqualTo(10);
      assertThat(head().base()).isEqualTo(2);
      attempt.barrier(2);
    }
  }

  @Test
  void onRewindTheJobFailsForGood() throws Exception {
    OperatorSubtaskState savepoint = goOnAfterSavepoint();
    try (Attempt attempt = new Attempt(later(), OnRewind.FAIL)) {
      assertThatThrownBy(() -> attempt.restored(1, savepoint))
          .isInstanceOf(SuppressRestartsException.class)
          .hasStackTraceContaining("Set sink.on-rewind to rewind");
    }
    assertThat(shownRows()).isEqualTo(30);
  }

  @Test
  void onRewindTheTableKeepsItsRows() throws Exception {
    OperatorSubtaskState savepoint = goOnAfterSavepoint();
    try (Attempt attempt = new Attempt(later(), OnRewind.APPEND).restored(1, savepoint)) {
      assertThat(shownRows()).isEqualTo(30);
      assertThat(head().base()).isEqualTo(head().number() - 1);
      attempt.barrier(2);
    }
  }

  /** Rows of a savepoint that nobody committed lie before the place the source goes on from. */
  @Test
  void appendAddsRestoredRowsThatWereNeverCommittedOnce() throws Exception {
    OperatorSubtaskState savepoint;
    try (Attempt attempt = new Attempt(RUN).fresh()) {
      attempt.send(1, "a", 10);
      savepoint = attempt.barrier(1);
    }
    new Attempt(new SinkRun(1500, 1, "sink", true)).fresh().close();
    for (int attempts = 0; attempts < 2; attempts++) {
      try (Attempt attempt = new Attempt(later(), OnRewind.APPEND).restored(1, savepoint)) {
        assertThat(shownRows()).isEqualTo(10);
        attempt.barrier(2);
      }
    }
  }

  @Test
  void aBarrierTellsThatAnotherRunHasTakenOver() throws Exception {
    try (Attempt attempt = new Attempt(RUN).fresh();
        Attempt other = new Attempt(new SinkRun(2000, 1, "sink", true)).fresh()) {
      assertThatThrownBy(() -> attempt.barrier(1))
          .isInstanceOf(SuppressRestartsException.class)
          .hasCauseInstanceOf(FencedException.class);
      other.barrier(1);
    }
  }

  @Test
  void aBarrierTellsThatAnotherAttemptHasTakenOverAndLetsTheJobRestart() throws Exception {
    try (Attempt attempt = new Attempt(RUN).fresh();
        Attempt other = new Attempt(RUN).fresh()) {
      assertThatThrownBy(() -> attempt.barrier(1))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("It was an attempt of this same run");
      other.barrier(1);
    }
  }

  @Test
  void withoutCheckpointsAllRowsAreHandedOverOnceAtTheEnd() throws Exception {
    SinkRun run = new SinkRun(1000, 1, "sink", false);
    try (Attempt attempt = new Attempt(run).fresh()) {
      attempt.send(1, "a", 10);
      attempt.send(1, "b", 10);
      attempt.harness.endInput();

      assertThat(attempt.handedOver())
          .singleElement()
          .isInstanceOfSatisfying(
              SinkCommittable.WholeJob.class, job -> assertThat(job.folded().changes()).hasSize(2));
      assertThat(new FileCommitLog(new LocalFileStore(directory)).newest()).isZero();
    }
  }

  @Test
  void aSavepointOfAJobWithoutCheckpointsOpensTheTable() throws Exception {
    SinkRun run = new SinkRun(1000, 1, "sink", false);
    OperatorSubtaskState state;
    try (Attempt attempt = new Attempt(run).fresh()) {
      attempt.send(1, "a", 10);
      state = attempt.barrier(1);
      assertThat(rows(attempt.one())).containsExactly(10L);
      attempt.send(2, "a", 30);
      attempt.harness.endInput();
      assertThat(attempt.one().checkpoint()).isEqualTo(2);
    }
    try (Attempt attempt = new Attempt(run).restored(1, state)) {
      assertThat(((CommitRecord.Open) head().body()).pending()).hasSize(1);
      attempt.harness.endInput();
      assertThat(attempt.handedOver()).isEmpty();
    }
  }

  @Test
  void anAttemptAfterASavepointThatFailedDoesNotCommitTheWholeJob() throws Exception {
    SinkRun run = new SinkRun(1000, 1, "sink", false);
    try (Attempt attempt = new Attempt(run).fresh()) {
      attempt.barrier(1);
    }
    try (Attempt attempt = new Attempt(run).fresh()) {
      attempt.send(1, "b", 10);
      attempt.harness.endInput();
      Committable committable = attempt.one();
      assertThat(committable.epoch()).isEqualTo(2);
      assertThat(rows(committable)).containsExactly(10L);
    }
  }
}
