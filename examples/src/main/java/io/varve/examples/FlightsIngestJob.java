package io.varve.examples;

import io.varve.flink.common.RowConverter;
import io.varve.flink.common.TablePaths;
import io.varve.flink.sink.VarveSink;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A streaming job that reads flights from CSV and writes them into a Varve table, exactly once.
 * Started as a plain program it runs in its own process.
 */
@Command(
    name = "flights-ingest",
    mixinStandardHelpOptions = true,
    version = "varve 0.1.0-SNAPSHOT",
    sortOptions = false,
    description = "Reads flights from CSV and writes them into a Varve table, exactly once.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong options"})
public final class FlightsIngestJob implements Callable<Integer> {

  /** Rows of a segment. */
  static final int DEFAULT_TARGET_ROWS = 1 << 15;

  /** How often a failed task is restarted, besides the failures asked for. */
  private static final int RESTARTS = 3;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      required = true,
      description = "CSV of flights, plain or .gz.")
  private String input = "";

  @Option(
      names = "--table",
      paramLabel = "DIR",
      required = true,
      description = "The table; created if there is none.")
  private String table = "";

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Writers (default: ${DEFAULT-VALUE}).")
  private int parallelism = 2;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Time between commits, such as 500ms or 1min (default: 1s).")
  private Duration checkpointInterval = Duration.ofSeconds(1);

  @Option(
      names = "--rate",
      paramLabel = "ROWS",
      description = "Rows a second; 0 for as many as possible (default: ${DEFAULT-VALUE}).")
  private long rate;

  @Option(
      names = "--target-rows",
      paramLabel = "ROWS",
      description = "Rows after which a segment is sealed (default: ${DEFAULT-VALUE}).")
  private int targetRows = DEFAULT_TARGET_ROWS;

  @Option(
      names = "--bucket-key",
      paramLabel = "COLUMN",
      description = "Route rows by this column instead of one bucket for each writer.")
  private String bucketKey = "";

  @Option(
      names = "--buckets",
      paramLabel = "N",
      description = "Buckets, with --bucket-key (default: ${DEFAULT-VALUE}).")
  private int buckets = 4;

  @Option(
      names = "--fail-after",
      paramLabel = "ROW",
      split = ",",
      description =
          "Fail a task on purpose at this row; several, by comma, fail one after another.")
  private List<Long> failAfter = List.of();

  private FlightsIngestJob() {}

  /** Runs the job. */
  public static void main(String[] args) {
    System.exit(Cli.run(new FlightsIngestJob(), args));
  }

  static FlightsIngestJob command() {
    return new FlightsIngestJob();
  }

  @Override
  public Integer call() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    build(env, settings());
    long millis = env.execute("flights ingest").getNetRuntime();
    new Lines(spec.commandLine().getErr()).print("done in %.1f s", millis / 1000.0);
    return Cli.OK;
  }

  private Settings settings() {
    try {
      TableDefinition definition =
          bucketKey.isEmpty() ? Flight.table() : Flight.tableBucketedBy(bucketKey, buckets);
      return new Settings(
          new Settings.Place(input, table, definition),
          parallelism,
          checkpointInterval,
          rate,
          targetRows,
          failAfter);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage());
    }
  }

  /**
   * What the job is told.
   *
   * @param place what it reads and writes
   * @param parallelism writers
   * @param checkpointInterval time between checkpoints, and so between commits
   * @param rate rows a second, 0 for as many as possible
   * @param targetRows rows after which a segment is sealed
   * @param failAfter rows at which a task fails on purpose, one after another
   */
  record Settings(
      Place place,
      int parallelism,
      Duration checkpointInterval,
      long rate,
      int targetRows,
      List<Long> failAfter) {

    Settings {
      failAfter = List.copyOf(failAfter);
      requireAtLeast(1, "parallelism", parallelism);
      requireAtLeast(1, "checkpoint interval (ms)", checkpointInterval.toMillis());
      requireAtLeast(0, "rate", rate);
      requireAtLeast(1, "target rows", targetRows);
      failAfter.forEach(row -> requireAtLeast(1, "row to fail at", row));
    }

    private static void requireAtLeast(long least, String what, long value) {
      if (value < least) {
        throw new IllegalArgumentException(what + " must be at least " + least + ", is " + value);
      }
    }

    /**
     * What is read and written.
     *
     * @param input the CSV
     * @param table the table's directory
     * @param definition what the table is
     */
    record Place(String input, String table, TableDefinition definition) {}
  }

  /**
   * Adds the job to an environment. Input and table are looked at here, and the table created, so
   * that what can't work is told before the job runs.
   *
   * @throws IOException if the input can't be read or the table not be written
   */
  static void build(StreamExecutionEnvironment env, Settings settings) throws IOException {
    String input = settings.place().input();
    InputFiles.requireReadable(input);
    TableDirectory.openOrCreate(
        TablePaths.open(settings.place().table()), settings.place().definition());
    env.enableCheckpointing(settings.checkpointInterval().toMillis());
    env.configure(restarts(RESTARTS + settings.failAfter().size()));
    // One file that can't be split is read by one subtask; then the rows are dealt out.
    DataStream<Flight> flights =
        env.fromSource(
                FileSource.forRecordStreamFormat(new FlightsCsvFormat(input), new Path(input))
                    .build(),
                WatermarkStrategy.<Flight>forMonotonousTimestamps()
                    .withTimestampAssigner(
                        (flight, none) ->
                            flight.departure().toInstant(ZoneOffset.UTC).toEpochMilli()),
                "flights")
            .setParallelism(1)
            .uid("flights");
    if (settings.rate() > 0) {
      flights = flights.map(new Pace(settings.rate())).name("pace").uid("pace").setParallelism(1);
    }
    if (!settings.failAfter().isEmpty()) {
      flights =
          flights
              .map(new FailOnPurpose(settings.failAfter()))
              .name("fail on purpose")
              .uid("fail-on-purpose")
              .setParallelism(1);
    }
    flights
        .rebalance()
        .sinkTo(sink(settings))
        .name("table")
        .uid("table")
        .setParallelism(settings.parallelism());
  }

  private static VarveSink<Flight> sink(Settings settings) {
    return VarveSink.<Flight>builder()
        .path(settings.place().table())
        .table(settings.place().definition())
        .converter(RowConverter.ofRecord(Flight.class))
        .writer(WriterOptions.DEFAULTS.withTargetRows(settings.targetRows()))
        .build();
  }

  private static Configuration restarts(int attempts) {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, attempts);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(500));
    return configuration;
  }
}
