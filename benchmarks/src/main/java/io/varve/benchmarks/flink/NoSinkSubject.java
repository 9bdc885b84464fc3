package io.varve.benchmarks.flink;

import java.nio.file.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Throws rows away: what a job costs that makes rows and does nothing with them. */
final class NoSinkSubject implements FlinkSubject {

  static final String NAME = "none";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String about() {
    return "discards every row";
  }

  @Override
  public void write(DataStream<UsageRow> rows, Path directory) {
    rows.sinkTo(new DiscardingSink<>()).uid("sink");
  }

  @Override
  public long rows(Path directory) {
    return -1;
  }

  @Override
  public boolean isDataFile(Path file) {
    return false;
  }

  @Override
  public void rollUp(StreamExecutionEnvironment env, UsageRollup rollup, Path directory) {
    throw new UnsupportedOperationException("nothing was kept");
  }
}
