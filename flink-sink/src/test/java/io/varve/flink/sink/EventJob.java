package io.varve.flink.sink;

import io.varve.schema.TableDefinition;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.OnRewind;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A streaming job that writes the events 1 to {@code rows} into a table, so many between two
 * checkpoints. Immutable.
 *
 * @param directory the table's
 * @param table the table
 * @param rows how many
 * @param rowsPerCheckpoint how many between two checkpoints; {@link #STEADY} for a slow source that
 *     does not wait for them, 0 for such a source and no checkpoints
 * @param parallelism of everything but the aggregator
 * @param writer when writers seal
 * @param onRewind what the sink does when it is taken back
 * @param shape of the job graph
 * @param flink settings of Flink besides the usual ones
 */
record EventJob(
    Path directory,
    TableDefinition table,
    long rows,
    int rowsPerCheckpoint,
    int parallelism,
    WriterOptions writer,
    OnRewind onRewind,
    Shape shape,
    Configuration flink) {

  /** As many rows a second as make a short test, whatever happens to checkpoints. */
  static final int STEADY = -1;

  /** How the graph is built. */
  enum Shape {
    /** Every operator with state has a uid. */
    WITH_UIDS,
    /** As before, and another operator at the start of the sink's chain. */
    WITH_UIDS_CHANGED,
    /** Flink makes the uids up. */
    WITHOUT_UIDS,
    /** As before, and another operator at the start of the sink's chain. */
    WITHOUT_UIDS_CHANGED;

    private boolean named() {
      return this == WITH_UIDS || this == WITH_UIDS_CHANGED;
    }

    private boolean changed() {
      return this == WITH_UIDS_CHANGED || this == WITHOUT_UIDS_CHANGED;
    }
  }

  static EventJob of(Path directory, boolean keyed, long rows, int rowsPerCheckpoint) {
    TableDefinition table = keyed ? Event.bucketedTable(3) : Event.table();
    return new EventJob(
        directory,
        table,
        rows,
        rowsPerCheckpoint,
        2,
        seals(150),
        OnRewind.REWIND,
        Shape.WITH_UIDS,
        new Configuration());
  }

  EventJob withParallelism(int subtasks) {
    return new EventJob(
        directory, table, rows, rowsPerCheckpoint, subtasks, writer, onRewind, shape, flink);
  }

  EventJob withTargetRows(int target) {
    return new EventJob(
        directory,
        table,
        rows,
        rowsPerCheckpoint,
        parallelism,
        seals(target),
        onRewind,
        shape,
        flink);
  }

  EventJob withWriter(WriterOptions options) {
    return new EventJob(
        directory, table, rows, rowsPerCheckpoint, parallelism, options, onRewind, shape, flink);
  }

  EventJob withTable(TableDefinition definition) {
    return new EventJob(
        directory,
        definition,
        rows,
        rowsPerCheckpoint,
        parallelism,
        writer,
        onRewind,
        shape,
        flink);
  }

  private static WriterOptions seals(int targetRows) {
    return WriterOptions.DEFAULTS.withTargetRows(targetRows);
  }

  EventJob withOnRewind(OnRewind action) {
    return new EventJob(
        directory, table, rows, rowsPerCheckpoint, parallelism, writer, action, shape, flink);
  }

  EventJob withShape(Shape graph) {
    return new EventJob(
        directory, table, rows, rowsPerCheckpoint, parallelism, writer, onRewind, graph, flink);
  }

  /** Sets one more of Flink's options. */
  <V> EventJob with(ConfigOption<V> option, V value) {
    Configuration settings = new Configuration(flink);
    settings.set(option, value);
    return new EventJob(
        directory, table, rows, rowsPerCheckpoint, parallelism, writer, onRewind, shape, settings);
  }

  /** Runs the job to its end. */
  void run() throws Exception {
    environment("").execute("events");
  }

  /** Submits the job. */
  JobClient start() throws Exception {
    return environment("").executeAsync("events");
  }

  /** Submits the job to go on from a savepoint. */
  JobClient startFrom(String savepoint) throws Exception {
    return environment(savepoint).executeAsync("events");
  }

  /** Builds the job's graph and submits it later. */
  Submission build() {
    StreamExecutionEnvironment env = environment("");
    StreamGraph graph = env.getStreamGraph();
    return () -> env.executeAsync(graph);
  }

  /** A job to be submitted. */
  interface Submission {
    JobClient submit() throws Exception;
  }

  /** Returns an environment in which the job is all there is as yet. */
  StreamExecutionEnvironment environment(String savepoint) {
    Configuration configuration = configuration(savepoint);
    configuration.addAll(flink);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    if (rowsPerCheckpoint == 0) {
      env.getCheckpointConfig().disableCheckpointing();
    }
    env.setParallelism(parallelism);
    env.setMaxParallelism(16);
    addTo(env);
    return env;
  }

  static Configuration configuration(String savepoint) {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(20));
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 1000);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 20);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    if (!savepoint.isEmpty()) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    return configuration;
  }

  private void addTo(StreamExecutionEnvironment env) {
    GeneratorFunction<Long, Long> ids = index -> index + 1;
    RateLimiterStrategy<?> rate =
        rowsPerCheckpoint <= 0
            ? RateLimiterStrategy.perSecond(2000)
            : RateLimiterStrategy.perCheckpoint(rowsPerCheckpoint);
    DataGeneratorSource<Long> source = new DataGeneratorSource<>(ids, rows, rate, Types.LONG);
    SingleOutputStreamOperator<Long> generated =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "ids");
    SingleOutputStreamOperator<Event> events =
        generated.map(new Tripwire(directory.toString())).returns(Event.class);
    if (shape.named()) {
      generated.uid("ids");
      events.uid("tripwire");
    }
    DataStream<Event> input = shape.changed() ? events.filter(any -> true) : events;
    DataStreamSink<Event> end = input.sinkTo(sink(FaultyStores.path(directory)));
    if (shape.named()) {
      end.uid("varve");
    }
  }

  VarveSink<Event> sink(String path) {
    return VarveSink.<Event>builder()
        .path(path)
        .table(table)
        .converter(new TrippingConverter(directory.toString()))
        .writer(writer)
        .onRewind(onRewind)
        .build();
  }
}
