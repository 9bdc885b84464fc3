package io.varve.flink.sink;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.jspecify.annotations.Nullable;

/** Makes events of ids, and passes the sites of an operator that is no part of the sink. */
final class Tripwire extends RichMapFunction<Long, Event>
    implements CheckpointedFunction, CheckpointListener {

  private static final long serialVersionUID = 1L;

  private final String directory;
  private transient @Nullable ListState<Long> state;

  Tripwire(String directory) {
    this.directory = directory;
  }

  private Faults faults() {
    return Faults.of(directory);
  }

  @Override
  public Event map(Long id) throws Exception {
    faults().pass("ROW " + id);
    return Event.of(id);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    faults().pass("BEFORE SNAPSHOT " + context.getCheckpointId());
    requireNonNull(state).update(List.of(context.getCheckpointId()));
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    TypeSerializer<Long> tripping = new TrippingSerializer(directory);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("tripwire", tripping));
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    faults().pass("NOTIFY " + checkpointId);
  }
}
