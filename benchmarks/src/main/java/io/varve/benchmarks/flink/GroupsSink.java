package io.varve.benchmarks.flink;

import io.varve.benchmarks.GroupsChecksum;
import java.io.Serializable;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * The end of a rollup: looks at every group and adds it to a checksum, so that all groups were made
 * and all subjects can be compared.
 *
 * @param <T> what a subject has groups as
 */
public final class GroupsSink<T> extends RichFlatMapFunction<T, Long> {

  private static final long serialVersionUID = 1L;
  private static final String GROUPS = "groups";
  private static final String SUM = "sum";

  private final Reader<T> reader;
  private final LongCounter groups = new LongCounter();
  private final LongCounter sum = new LongCounter();

  private GroupsSink(Reader<T> reader) {
    this.reader = reader;
  }

  /** Reads a group. */
  @FunctionalInterface
  public interface Reader<T> extends Serializable {

    /** Returns {@link GroupsChecksum#mix} of a group. */
    long mix(T group);
  }

  /** Adds the end to a stream of groups. */
  public static <T> void add(DataStream<T> stream, Reader<T> reader) {
    stream.flatMap(new GroupsSink<>(reader)).returns(Long.class).sinkTo(new DiscardingSink<>());
  }

  /** Returns the checksum of a job that has ended. */
  static String answer(JobExecutionResult result) {
    Long groups = result.getAccumulatorResult(GROUPS);
    Long sum = result.getAccumulatorResult(SUM);
    return groups + " groups, " + Long.toHexString(sum);
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(GROUPS, groups);
    getRuntimeContext().addAccumulator(SUM, sum);
  }

  @Override
  public void flatMap(T group, Collector<Long> out) {
    groups.add(1L);
    sum.add(reader.mix(group));
  }
}
