package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.flink.common.RowConverter;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that could lose or repeat rows are refused while their graph is built. */
class SinkRequirementsTest {

  @TempDir Path directory;

  private final Configuration configuration = new Configuration();

  private void checkpoints() {
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
  }

  private void build(boolean bounded, boolean allowed) {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    DataStream<Long> ids =
        bounded
            ? env.fromSequence(1, 10)
            : env.socketTextStream("localhost", 1).map(Long::parseLong);
    VarveSinkBuilder<Event> sink =
        VarveSink.<Event>builder()
            .path(directory.toString())
            .table(Event.table())
            .converter(RowConverter.ofRecord(Event.class));
    ids.map(Event::of)
        .returns(Event.class)
        .sinkTo((allowed ? sink.allowWithoutCheckpointing() : sink).build());
    env.getStreamGraph();
  }

  @Test
  void refusesAnUnboundedStreamWithoutCheckpoints() {
    assertThatThrownBy(() -> build(false, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("no row would ever be committed")
        .hasMessageContaining("set execution.checkpointing.interval");
  }

  @Test
  void takesAnUnboundedStreamWithoutCheckpointsWhereTheUserSaysSo() {
    assertThatCode(() -> build(false, true)).doesNotThrowAnyException();
  }

  @Test
  void takesBoundedStreamsWithoutCheckpoints() {
    assertThatCode(() -> build(true, false)).doesNotThrowAnyException();
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    assertThatCode(() -> build(true, false)).doesNotThrowAnyException();
  }

  @Test
  void takesExactlyOnceCheckpoints() {
    checkpoints();
    assertThatCode(() -> build(false, false)).doesNotThrowAnyException();
    assertThatCode(() -> build(true, false)).doesNotThrowAnyException();
  }

  @Test
  void refusesCheckpointsThatAreNotExactlyOnce() {
    checkpoints();
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.AT_LEAST_ONCE);

    assertThatThrownBy(() -> build(false, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("set execution.checkpointing.mode to EXACTLY_ONCE");
  }

  @Test
  void refusesToLoseWhatComesAfterTheLastCheckpoint() {
    checkpoints();
    configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false);

    assertThatThrownBy(() -> build(true, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoints-after-tasks-finish");
  }

  @Test
  void needsPathTableAndConverter() {
    assertThatThrownBy(() -> VarveSink.<Event>builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a Varve sink needs a path");
  }

  private void addSequence(StreamExecutionEnvironment env, VarveSink<Event> sink) {
    env.fromSequence(1, 10).map(Event::of).returns(Event.class).sinkTo(sink);
  }

  private VarveSink<Event> sink() {
    return VarveSink.<Event>builder()
        .path(directory.toString())
        .table(Event.table())
        .converter(RowConverter.ofRecord(Event.class))
        .build();
  }

  /** They would fence one another at every checkpoint, or share one identity. */
  @Test
  void refusesTwoSinksIntoOneTable() {
    checkpoints();
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    VarveSink<Event> sink = sink();
    addSequence(env, sink);
    addSequence(env, sink);
    assertThatThrownBy(env::getStreamGraph)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("2 sinks of this job write into " + directory)
        .hasMessageContaining("Unite the streams");
  }

  /** Flink decides on batch or streaming for the whole job, not for what leads to the sink. */
  @Test
  void seesThatAnUnboundedStreamElsewhereMakesTheJobAStreamingOne() {
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.AUTOMATIC);
    checkpoints();
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.AT_LEAST_ONCE);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    addSequence(env, sink());
    assertThatCode(env::getStreamGraph).doesNotThrowAnyException();
    env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.socketTextStream("localhost", 1).sinkTo(new DiscardingSink<>());
    addSequence(env, sink());
    assertThatThrownBy(env::getStreamGraph).hasMessageContaining("EXACTLY_ONCE");
  }
}
