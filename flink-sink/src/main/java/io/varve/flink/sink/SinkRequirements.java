package io.varve.flink.sink;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SinkTransformation;
import org.apache.flink.streaming.api.transformations.WithBoundedness;

/** Refuses jobs that could lose rows, while their graph is built. */
final class SinkRequirements {

  private SinkRequirements() {}

  /**
   * Checks a job's settings.
   *
   * @throws IllegalStateException if the job could lose rows; the message says what to set
   */
  static void check(DataStream<?> input, SinkSettings<?> settings, boolean batch) {
    requireOnlySink(input.getExecutionEnvironment(), settings);
    if (batch) {
      return;
    }
    CheckpointConfig checkpoints = input.getExecutionEnvironment().getCheckpointConfig();
    boolean bounded = isBounded(input.getTransformation());
    if (settings.overwrite() != null && (!bounded || checkpoints.isCheckpointingEnabled())) {
      throw new IllegalStateException(
          "a job that overwrites partitions of "
              + settings.path()
              + " replaces them at its end; set execution.runtime-mode to BATCH");
    }
    if (!checkpoints.isCheckpointingEnabled()) {
      if (!bounded && !settings.allowWithoutCheckpointing()) {
        throw new IllegalStateException(
            "the stream into "
                + settings.path()
                + " is unbounded and checkpointing is off, so that no row would ever be committed;"
                + " set execution.checkpointing.interval");
      }
      return;
    }
    if (checkpoints.getCheckpointingConsistencyMode() != CheckpointingMode.EXACTLY_ONCE) {
      throw new IllegalStateException(
          "checkpoints that are not exactly once would write rows into "
              + settings.path()
              + " twice; set execution.checkpointing.mode to EXACTLY_ONCE");
    }
    ReadableConfig configuration = input.getExecutionEnvironment().getConfiguration();
    if (!configuration.get(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH)) {
      throw new IllegalStateException(
          "without a checkpoint after tasks finish the last rows into "
              + settings.path()
              + " would be lost; set execution.checkpointing.checkpoints-after-tasks-finish to"
              + " true");
    }
  }

  /** Two sinks of one job would fence each other, checkpoint by checkpoint. */
  private static void requireOnlySink(StreamExecutionEnvironment job, SinkSettings<?> settings) {
    long sinks =
        job.getTransformations().stream()
            .filter(
                transformation ->
                    transformation instanceof SinkTransformation<?, ?> end
                        && end.getSink() instanceof VarveSink<?> sink
                        && sink.path().equals(settings.path()))
            .count();
    if (sinks > 1) {
      throw new IllegalStateException(
          sinks
              + " sinks of this job write into "
              + settings.path()
              + ", which only one may. Unite the streams before one sink");
    }
  }

  /**
   * Returns whether Flink will run the job in batch mode: it decides for the job as a whole,
   * whatever leads to this sink.
   */
  static boolean isBatch(StreamExecutionEnvironment job) {
    RuntimeExecutionMode mode = job.getConfiguration().get(ExecutionOptions.RUNTIME_MODE);
    return mode == RuntimeExecutionMode.BATCH
        || (mode == RuntimeExecutionMode.AUTOMATIC
            && job.getTransformations().stream().allMatch(SinkRequirements::isBounded));
  }

  private static boolean isBounded(Transformation<?> end) {
    for (Transformation<?> transformation : end.getTransitivePredecessors()) {
      if (transformation instanceof WithBoundedness source
          && source.getBoundedness() != Boundedness.BOUNDED) {
        return false;
      }
    }
    return true;
  }
}
