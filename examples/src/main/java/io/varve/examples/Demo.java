package io.varve.examples;

import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The whole way in one command: a streaming job writes flights into a table and fails on purpose, a
 * batch job rolls them up, and every group is compared with one computed from the CSV alone.
 */
@Command(
    name = "varve demo",
    mixinStandardHelpOptions = true,
    version = "varve 0.1.0-SNAPSHOT",
    sortOptions = false,
    description =
        "Writes 228,738 flights into a table with a Flink job that fails on purpose part-way,"
            + " rolls them up in batch, and compares every group with the CSV.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every group is exact", "1:failed, or a group differs", "2:wrong options"})
public final class Demo implements Callable<Integer> {

  private static final int MOST_DIFFERENCES = 10;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--path",
      paramLabel = "DIR",
      description =
          "Where everything is put: new, empty, or of an earlier demo, which is then removed"
              + " (default: ${DEFAULT-VALUE}).")
  private Path path = Path.of("varve-demo");

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Writers and readers (default: ${DEFAULT-VALUE}).")
  private int parallelism = 2;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Time between commits, such as 500ms (default: 1s).")
  private Duration checkpointInterval = Duration.ofSeconds(1);

  @Option(
      names = "--rate",
      paramLabel = "ROWS",
      description = "Rows a second; 0 for as many as possible (default: ${DEFAULT-VALUE}).")
  private long rate = 25_000;

  @Option(
      names = "--no-fail",
      negatable = true,
      description = "Fail a task on purpose, which is the default, or don't.")
  private boolean fail = true;

  @Option(
      names = "--fail-after",
      paramLabel = "ROW",
      description = "The row to fail at (default: ${DEFAULT-VALUE}).")
  private long failAfter = 100_000;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Where the chart goes, a PNG (default: delay-by-day.png in --path).")
  private @Nullable Path plot;

  private Demo() {}

  /** Runs the demo. */
  public static void main(String[] args) {
    System.exit(Cli.run(new Demo(), args));
  }

  static Demo command() {
    return new Demo();
  }

  @Override
  public Integer call() throws Exception {
    Lines talk = new Lines(spec.commandLine().getErr());
    try (DemoDirectory directory = DemoDirectory.open(path)) {
      tellOfEarlierRun(directory, talk);
      directory.clean();
      LogFile.use(directory.log());
      return run(directory, talk);
    }
  }

  private static void tellOfEarlierRun(DemoDirectory directory, Lines talk) throws IOException {
    TableSnapshot earlier = directory.earlierTable();
    if (earlier != null) {
      talk.print(
          "An earlier run left a table with %,d rows at commit %d; starting afresh",
          earlier.rowCount(), earlier.number());
    }
  }

  private int run(DemoDirectory directory, Lines talk) throws Exception {
    Path csv = directory.unpackSample();
    FlightsIngestJob.Settings settings = settings(directory, csv);
    try (EmbeddedCluster cluster = EmbeddedCluster.start(parallelism, directory.flink())) {
      IngestProgress ingest = ingest(cluster, settings, talk);
      talk.print("Rolling up: flights, delays and distance by day and origin");
      List<DayAndOrigin> groups = rollup(cluster, directory);
      CsvTotals expected = CsvTotals.read(csv);
      List<String> differences = expected.differences(groups, MOST_DIFFERENCES);
      Path png = plot == null ? directory.root().resolve("delay-by-day.png") : plot;
      Totals totals = Totals.of(groups);
      DelayChart.write(totals, png);
      DemoReport report = new DemoReport(directory, png, new Lines(spec.commandLine().getOut()));
      report.print(ingest, totals);
      report.printCheck(expected, groups.size(), differences);
      report.printTable(csv, expected.plainBytes());
      boolean failedAsAsked = !fail || !ingest.failedAtRows().isEmpty();
      if (!failedAsAsked) {
        talk.print("The task was to fail at row %,d and did not", failAfter);
      }
      return differences.isEmpty() && failedAsAsked ? Cli.OK : Cli.FAILED;
    }
  }

  private FlightsIngestJob.Settings settings(DemoDirectory directory, Path csv) {
    try {
      return new FlightsIngestJob.Settings(
          new FlightsIngestJob.Settings.Place(
              csv.toString(), directory.table().toString(), Flight.table()),
          parallelism,
          checkpointInterval,
          rate,
          FlightsIngestJob.DEFAULT_TARGET_ROWS,
          fail ? List.of(failAfter) : List.of());
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage());
    }
  }

  private IngestProgress ingest(
      EmbeddedCluster cluster, FlightsIngestJob.Settings settings, Lines talk) throws Exception {
    StreamExecutionEnvironment env = cluster.environment();
    FlightsIngestJob.build(env, settings);
    IngestProgress progress = new IngestProgress(settings.place().table(), talk);
    talk.print(
        "Writing: %d writers, a checkpoint every %s, %s",
        parallelism,
        DurationConverter.format(checkpointInterval),
        rate == 0 ? "as fast as possible" : String.format(Locale.ROOT, "%,d rows a second", rate));
    JobClient job = env.executeAsync("flights ingest");
    progress.follow(cluster, job);
    return progress;
  }

  private List<DayAndOrigin> rollup(EmbeddedCluster cluster, DemoDirectory directory)
      throws Exception {
    StreamExecutionEnvironment env = cluster.environment();
    env.setParallelism(parallelism);
    return FlightsRollupJob.run(env, directory.table().toString());
  }
}
