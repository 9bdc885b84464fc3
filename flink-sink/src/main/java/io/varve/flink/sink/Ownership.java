package io.varve.flink.sink;

import io.varve.schema.TableDefinition;
import io.varve.table.PartitionPath;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Which writer subtask keeps a partition: the one function by which rows are routed and tails are
 * adopted. Immutable.
 *
 * <p>With a bucket key it is the subtask to which Flink's {@code keyBy} sends the partition's path;
 * without one every subtask fills the bucket of its own index, and buckets of subtasks that are no
 * more fall to the others in turn.
 *
 * @param keyed whether rows are routed by the partition's path
 * @param maxParallelism the writer's maximum parallelism, which decides Flink's key groups
 * @param parallelism the writer's parallelism
 */
record Ownership(boolean keyed, int maxParallelism, int parallelism) {

  static boolean isKeyed(TableDefinition definition) {
    return !definition.bucketKey().isEmpty();
  }

  int owner(String partition) {
    return keyed
        ? KeyGroupRangeAssignment.assignKeyToParallelOperator(
            partition, maxParallelism, parallelism)
        : PartitionPath.bucketOf(partition) % parallelism;
  }
}
