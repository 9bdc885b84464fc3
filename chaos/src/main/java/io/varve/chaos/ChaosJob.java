package io.varve.chaos;

import com.fasterxml.jackson.core.JsonFactory;
import com.github.luben.zstd.Zstd;
import io.varve.flink.common.RowConverter;
import io.varve.flink.sink.VarveSink;
import io.varve.table.TableDirectory;
import io.varve.table.WriterOptions;
import io.varve.testkit.FaultInjectingFileStore;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job that suffers: ticks, made into rows of random keys that the ledger knows, into the table.
 * Immutable.
 *
 * @param sandbox where table and ledger are
 * @param keyed whether the table has a bucket key
 * @param rowsPerSecond of all subtasks
 * @param interval between two checkpoints
 */
record ChaosJob(Sandbox sandbox, boolean keyed, int rowsPerSecond, Duration interval) {

  private static final int KEYS = 64;
  private static final int ROWS_OF_A_SEGMENT = 1500;
  private static final long BUFFER_BYTES = 8L << 20;
  private static final int MAX_PARALLELISM = 32;

  /**
   * Submits the job.
   *
   * @param cluster where to
   * @param submission the job's name
   * @param savepoint to go on from; empty to start from nothing
   */
  JobClient submit(Configuration cluster, String submission, int parallelism, String savepoint)
      throws Exception {
    Configuration configuration = new Configuration(cluster);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    configuration.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, interval.dividedBy(5));
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofSeconds(20));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    if (!savepoint.isEmpty()) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    // The usual factory would run the job in this process, whatever the configuration says.
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.setMaxParallelism(MAX_PARALLELISM);
    GeneratorFunction<Long, Long> index = tick -> tick;
    env.fromSource(
            new DataGeneratorSource<>(
                index, Long.MAX_VALUE, RateLimiterStrategy.perSecond(rowsPerSecond), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "ticks")
        .setParallelism(1)
        .uid("ticks")
        .rebalance()
        .map(new LedgerEmitter(sandbox.ledger().toString(), submission, KEYS))
        .returns(ChaosRow.class)
        .uid("emitter")
        .sinkTo(
            VarveSink.<ChaosRow>builder()
                .path(sandbox.tablePath())
                .table(ChaosRow.table(keyed))
                .converter(RowConverter.ofRecord(ChaosRow.class))
                .writer(
                    WriterOptions.DEFAULTS
                        .withTargetRows(ROWS_OF_A_SEGMENT)
                        .withBufferBytes(BUFFER_BYTES))
                .build())
        .uid("varve");
    return env.executeAsync(submission);
  }

  /** Makes the cluster load the job's classes from where this process has them. */
  static void addClassPath(Configuration configuration) {
    List<String> classPath =
        Stream.of(
                ChaosJob.class,
                VarveSink.class,
                RowConverter.class,
                TableDirectory.class,
                FaultInjectingFileStore.class,
                Zstd.class,
                JsonFactory.class)
            .map(ChaosJob::source)
            .distinct()
            .toList();
    configuration.set(PipelineOptions.CLASSPATHS, classPath);
  }

  private static String source(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source.getLocation().toString();
  }
}
