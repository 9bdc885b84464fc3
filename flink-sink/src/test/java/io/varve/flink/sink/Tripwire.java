package io.varve.flink.sink;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of ids, passes the sites of an operator that is no part of the sink, and enters into
 * the {@link Ledger} what it has emitted up to each barrier.
 */
final class Tripwire extends RichMapFunction<Long, Event>
    implements CheckpointedFunction, CheckpointListener {

  private static final long serialVersionUID = 1L;

  /** So many that each subtask gets one, whatever the parallelism that comes next. */
  private static final int COPIES = 16;

  private final String directory;
  private transient @Nullable ListState<Long> state;
  private transient @Nullable ListState<String> place;
  private transient @Nullable List<Long> emitted;
  private transient @Nullable String origin;

  Tripwire(String directory) {
    this.directory = directory;
  }

  private Faults faults() {
    return Faults.of(directory);
  }

  @Override
  public Event map(Long id) throws Exception {
    faults().pass("ROW " + id);
    requireNonNull(emitted).add(id);
    return Event.of(id);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    faults().pass("BEFORE SNAPSHOT " + context.getCheckpointId());
    requireNonNull(state).update(List.of(context.getCheckpointId()));
    String job = getRuntimeContext().getJobInfo().getJobId().toString();
    String key = Ledger.key(job, context.getCheckpointId());
    requireNonNull(place).update(Collections.nCopies(COPIES, key));
    Ledger.of(directory)
        .enter(
            job,
            getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
            getRuntimeContext().getTaskInfo().getAttemptNumber(),
            context.getCheckpointId(),
            requireNonNull(origin),
            requireNonNull(emitted));
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    // An attempt that is started again may be left without a row: others have taken its splits.
    faults().pass("INITIALIZE");
    TypeSerializer<Long> tripping = new TrippingSerializer(directory);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("tripwire", tripping));
    ListState<String> places =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("place", StringSerializer.INSTANCE));
    place = places;
    Iterator<String> restored = places.get().iterator();
    origin = restored.hasNext() ? restored.next() : "";
    emitted = new ArrayList<>();
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    faults().pass("NOTIFY " + checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    faults().pass("ABORTED " + checkpointId);
  }
}
