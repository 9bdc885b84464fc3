package io.varve.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes a row of each tick, of the keys that this subtask has, and writes down at every checkpoint
 * what it emitted. State is a history for each key, dealt out anew when the parallelism changes.
 *
 * <p>Each attempt goes on where its checkpoint stood but never emits the same row again: it marks
 * its rows with a number of its own.
 */
final class LedgerEmitter extends RichMapFunction<Long, ChaosRow> implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;
  private static final long ATTEMPT_BITS = 0xffff_ffffffL;

  private final String ledger;
  private final String submission;
  private final int keys;
  private transient @Nullable ListState<String> state;
  private transient List<KeyHistory> histories = List.of();
  private transient long[] next = {};
  private transient long attempt;

  /**
   * Creates an emitter.
   *
   * @param ledger the directory to write to
   * @param submission what the job is called
   * @param keys how many there are, 0 to {@code keys - 1}
   */
  LedgerEmitter(String ledger, String submission, int keys) {
    this.ledger = ledger;
    this.submission = submission;
    this.keys = keys;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    ListState<String> restored =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("histories", Types.STRING));
    TaskInfo task = getRuntimeContext().getTaskInfo();
    histories = new ArrayList<>();
    if (context.isRestored()) {
      for (String history : restored.get()) {
        histories.add(KeyHistory.parse(history));
      }
    } else {
      for (long key = task.getIndexOfThisSubtask();
          key < keys;
          key += task.getNumberOfParallelSubtasks()) {
        histories.add(KeyHistory.empty(key));
      }
    }
    state = restored;
    next = histories.stream().mapToLong(KeyHistory::rows).toArray();
    attempt = ThreadLocalRandom.current().nextLong() & ATTEMPT_BITS;
  }

  @Override
  public ChaosRow map(Long tick) {
    int index = ThreadLocalRandom.current().nextInt(next.length);
    return ChaosRow.of(histories.get(index).key(), next[index]++, attempt);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    List<KeyHistory> upToNow = new ArrayList<>();
    for (int i = 0; i < next.length; i++) {
      KeyHistory restored = histories.get(i);
      upToNow.add(
          next[i] == restored.rows()
              ? restored
              : restored.with(new Stretch(attempt, restored.rows(), next[i])));
    }
    TaskInfo task = getRuntimeContext().getTaskInfo();
    new Ledger(Path.of(ledger))
        .write(
            submission,
            context.getCheckpointId(),
            task.getIndexOfThisSubtask(),
            task.getNumberOfParallelSubtasks(),
            upToNow);
    Objects.requireNonNull(state).update(upToNow.stream().map(KeyHistory::toString).toList());
  }
}
