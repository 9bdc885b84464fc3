package io.varve.flink.source;

import io.varve.query.PartialRow;
import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;

/**
 * Merges the partial rows of one group. Immutable.
 *
 * <pre>{@code
 * DataStream<PartialRow> groups = RollupMerge.byGroup(partials).reduce(new RollupMerge());
 * }</pre>
 *
 * <p>A batch job gets each group once. A streaming job gets every step of merging; {@link
 * RollupSource#toStream} gives each group once in either.
 */
public final class RollupMerge implements ReduceFunction<PartialRow> {

  private static final long serialVersionUID = 1L;

  /** Returns a stream keyed by group. */
  public static KeyedStream<PartialRow, RollupKey> byGroup(DataStream<PartialRow> partials) {
    return partials.keyBy(RollupKey::of, RollupType.KEY);
  }

  @Override
  public PartialRow reduce(PartialRow one, PartialRow other) {
    return one.merge(other);
  }
}
