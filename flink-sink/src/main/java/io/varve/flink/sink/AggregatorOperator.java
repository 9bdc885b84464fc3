package io.varve.flink.sink;

import io.varve.flink.common.Failures;
import io.varve.flink.common.FlinkFileStore;
import io.varve.io.StoreUnsuitableException;
import io.varve.table.BackOff;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableUpkeep;
import io.varve.table.protocol.Aggregator;
import io.varve.table.protocol.AggregatorState;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.FoldedChanges;
import io.varve.table.protocol.HeadCheck;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.OpenOperation;
import io.varve.table.protocol.OpenRequest;
import io.varve.table.protocol.OpenResult;
import io.varve.table.protocol.WriterChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.util.SimpleVersionedListState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the table for this attempt and folds what the writers made durable into one committable for
 * each checkpoint (protocol.md, "Aggregator"). The only one of its job.
 *
 * <p>A job without checkpoints opens nothing and hands over all rows once, at end of input; unless
 * a savepoint is taken of it or it is restored from one: then it opens the table too, so that the
 * rows before the savepoint are committed with it.
 */
final class AggregatorOperator extends AbstractStreamOperator<CommittableMessage<SinkCommittable>>
    implements OneInputStreamOperator<
            CommittableMessage<WriterResult>, CommittableMessage<SinkCommittable>>,
        BoundedOneInput {

  private static final Logger LOG = LoggerFactory.getLogger(AggregatorOperator.class);

  private static final ListStateDescriptor<byte[]> STATE =
      new ListStateDescriptor<>("varve-aggregator", BytePrimitiveArraySerializer.INSTANCE);

  private final SinkSettings<?> settings;
  private final SinkRun run;
  private final List<WriterChanges> unopened = new ArrayList<>();
  private @Nullable ListState<AggregatorState> state;
  private @Nullable Checkpoints checkpoints;
  private @Nullable BackgroundUpkeep upkeep;
  private @Nullable String tableId;
  private long lastCheckpoint;
  private long watermark = Long.MIN_VALUE;

  AggregatorOperator(
      StreamOperatorParameters<CommittableMessage<SinkCommittable>> parameters,
      SinkSettings<?> settings,
      SinkRun run) {
    super(parameters);
    this.settings = settings;
    this.run = run;
  }

  /** What an attempt with checkpoints holds. */
  private record Checkpoints(
      Aggregator aggregator, OpenResult opened, FileCommitLog log, LogView view) {}

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        new SimpleVersionedListState<>(
            context.getOperatorStateStore().getListState(STATE), SinkSerializers.aggregatorState());
    warnIfUnproven();
    lastCheckpoint = context.getRestoredCheckpointId().orElse(0);
    if (run.checkpointed() || context.isRestored()) {
      checkpoints = Failures.guarded(() -> open(restored()));
    }
  }

  private void warnIfUnproven() throws IOException {
    if (settings.store() instanceof FlinkFileStore files && files.isDeclared()) {
      LOG.warn(
          "{} does not make files exclusively, and the job declares {} = {}: commits are made once"
              + " only as long as one attempt of this job, and no other job, writes there. An"
              + " attempt that Flink has given up and that still runs is not fenced: it can"
              + " overwrite a commit, so that rows are lost or there twice",
          settings.path(),
          VarveSinkOptions.COMMIT_EXCLUSIVE_BY.key(),
          settings.exclusiveBy());
    }
  }

  private @Nullable AggregatorState restored() throws IOException {
    try {
      Iterator<AggregatorState> states = Objects.requireNonNull(state).get().iterator();
      return states.hasNext() ? states.next() : null;
    } catch (IOException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IOException("the aggregator's state could not be read", failure);
    }
  }

  private Checkpoints open(@Nullable AggregatorState restored) throws IOException {
    TableDirectory table = settings.table(settings.store(), getRuntimeContext().getJobInfo());
    table.proveExclusiveCreate();
    FileCommitLog log = new FileCommitLog(table.store());
    LogView view = new LogView();
    OpenRequest request =
        new OpenRequest(
            table.id(),
            run.id(),
            run.sinkId(),
            restored == null ? 0 : lastCheckpoint,
            restored,
            settings.onRewind());
    String why = restored == null ? "fresh start" : "restored from checkpoint " + lastCheckpoint;
    OpenResult opened =
        new OpenOperation(request, SinkRun.author(getRuntimeContext().getJobInfo(), why), view)
            .run(log, System::currentTimeMillis, BackOff::await);
    LOG.info(
        "Opened table {} with record {}: epoch {} of lineage {}{}",
        settings.path(),
        opened.record(),
        opened.epoch(),
        opened.lineage(),
        opened.rewound() ? ", taken back to the restored checkpoint" : "");
    String who = SinkRun.who(getRuntimeContext().getJobInfo());
    upkeep =
        new BackgroundUpkeep(
            new TableUpkeep(table, who, System::currentTimeMillis),
            settings.upkeep(),
            getMetricGroup().addGroup(WriterMetrics.GROUP));
    return new Checkpoints(new Aggregator(table.id(), opened), opened, log, view);
  }

  @Override
  public void close() throws Exception {
    if (upkeep != null) {
      upkeep.close();
    }
    super.close();
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<WriterResult>> element)
      throws IOException {
    if (element.getValue() instanceof CommittableWithLineage<WriterResult> message) {
      WriterResult result = message.getCommittable();
      requireSharedTable(result);
      Checkpoints open = checkpoints;
      if (open == null) {
        unopened.add(result.changes());
      } else {
        open.aggregator().receive(message.getCheckpointIdOrEOI(), result.changes());
      }
    }
  }

  /** Tables on disks that are not shared have different ids, even under one path. */
  private void requireSharedTable(WriterResult result) throws IOException {
    if (!result.tableId().equals(tableId())) {
      throw Failures.fatal(
          new StoreUnsuitableException(
              settings.path()
                  + ": writer "
                  + result.changes().writerId()
                  + " sees another table there (id "
                  + result.tableId()
                  + ", here it is "
                  + tableId()
                  + "); put the table on a file system that all hosts share"));
    }
  }

  private String tableId() throws IOException {
    String id = tableId;
    if (id == null) {
      id = TableDirectory.open(settings.store()).id();
      tableId = id;
    }
    return id;
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    // The end of a bounded input is no time of an event: kept, it would outlast every later job.
    if (mark.getTimestamp() != Watermark.MAX_WATERMARK.getTimestamp()) {
      watermark = mark.getTimestamp();
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    Checkpoints open = Failures.guarded(this::reigning);
    lastCheckpoint = checkpointId;
    emit(open, checkpointId);
  }

  private Checkpoints reigning() throws IOException {
    Checkpoints open = checkpoints;
    if (open == null) {
      return openLate();
    }
    checkReign(open);
    return open;
  }

  /** Opens the table for a savepoint of a job without checkpoints. */
  private Checkpoints openLate() throws IOException {
    Checkpoints open = open(null);
    unopened.forEach(changes -> open.aggregator().receive(0, changes));
    unopened.clear();
    checkpoints = open;
    return open;
  }

  /** Fails if another attempt has taken over, even where this one has nothing to commit. */
  private void checkReign(Checkpoints open) throws IOException {
    HeadCheck check =
        new HeadCheck(open.opened().lineage(), open.opened().epoch(), run.id(), open.view());
    open.aggregator().forget(check.run(open.log(), System::currentTimeMillis, BackOff::await));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    Checkpoints open = checkpoints;
    if (open != null) {
      Objects.requireNonNull(state).update(List.of(open.aggregator().snapshot()));
    }
  }

  @Override
  public void endInput() throws IOException {
    Checkpoints open = checkpoints;
    if (open == null && Failures.guarded(this::hasOpenedBefore)) {
      open = Failures.guarded(this::openLate);
    }
    if (open != null) {
      emit(open, lastCheckpoint + 1);
      return;
    }
    Fold wholeJob = new Fold();
    unopened.forEach(wholeJob::add);
    FoldedChanges folded = wholeJob.take();
    if (!folded.isEmpty() || settings.overwritesWithoutRows()) {
      send(1, new SinkCommittable.WholeJob(run.guest(), folded));
    }
  }

  /**
   * Returns whether an earlier attempt has opened the table for a savepoint. What that savepoint
   * committed must not be committed again as part of the whole job; the open sees to it.
   */
  private boolean hasOpenedBefore() throws IOException {
    FileCommitLog log = new FileCommitLog(settings.store());
    LogView view = new LogView();
    while (!view.advance(log)) {
      // one access to the log at a time
    }
    return view.head().record().reign().run().equals(run.id());
  }

  private void emit(Checkpoints open, long checkpointId) {
    Committable committable = open.aggregator().emit(checkpointId, watermark);
    if (committable != null) {
      send(checkpointId, new SinkCommittable.Checkpoint(committable));
    }
  }

  private void send(long checkpointId, SinkCommittable committable) {
    output.collect(new StreamRecord<>(new CommittableSummary<>(0, 1, checkpointId, 1, 0)));
    output.collect(new StreamRecord<>(new CommittableWithLineage<>(committable, checkpointId, 0)));
  }
}
