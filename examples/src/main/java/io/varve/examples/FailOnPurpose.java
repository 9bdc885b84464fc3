package io.varve.examples;

import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.jspecify.annotations.Nullable;

/**
 * Fails its task at given rows, once at each. For a stream of one subtask. Confined to the task's
 * thread.
 */
final class FailOnPurpose extends RichMapFunction<Flight, Flight> implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;

  private final long[] rows;
  private transient @Nullable ListState<Long> seenState;
  private transient long seen;
  private transient long failAt;

  /**
   * Creates the function.
   *
   * @param rows the row of the stream, from 1, at which the first attempt fails, the second, …;
   *     further attempts don't, nor do those restored behind their row
   */
  FailOnPurpose(List<Long> rows) {
    this.rows = rows.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    ListState<Long> state =
        context.getOperatorStateStore().getListState(new ListStateDescriptor<>("seen", Types.LONG));
    for (long restored : state.get()) {
      seen += restored;
    }
    seenState = state;
  }

  @Override
  public void open(OpenContext context) {
    int attempt = getRuntimeContext().getTaskInfo().getAttemptNumber();
    failAt = attempt < rows.length ? rows[attempt] : 0;
  }

  @Override
  public Flight map(Flight flight) {
    seen++;
    if (seen == failAt) {
      throw new FailedOnPurposeException(seen);
    }
    return flight;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    if (seenState != null) {
      seenState.update(List.of(seen));
    }
  }
}
