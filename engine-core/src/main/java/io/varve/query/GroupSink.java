package io.varve.query;

/** Takes the groups that an {@link Aggregator} hands over. */
@FunctionalInterface
interface GroupSink {

  /** Takes all groups of a table; they are forgotten afterwards. */
  void take(GroupKeys keys, AccumulatorPlan accumulators);
}
