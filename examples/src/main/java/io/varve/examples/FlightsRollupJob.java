package io.varve.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.varve.flink.source.RollupSource;
import io.varve.query.AggregateRow;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A batch job that rolls the flights of a Varve table up by day and origin. The source aggregates;
 * what is left for Flink is to merge a few partial rows. Started as a plain program it runs in its
 * own process.
 */
@Command(
    name = "flights-rollup",
    mixinStandardHelpOptions = true,
    version = "varve 0.1.0-SNAPSHOT",
    sortOptions = false,
    description = "Prints flights, delays and distance by day and origin of a Varve table.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong options"})
public final class FlightsRollupJob implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--table", paramLabel = "DIR", required = true, description = "The table.")
  private String table = "";

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Readers (default: ${DEFAULT-VALUE}).")
  private int parallelism = 2;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description =
          "${COMPLETION-CANDIDATES}; json is one object a line (default: ${DEFAULT-VALUE}).")
  private Output output = Output.table;

  private FlightsRollupJob() {}

  /** How results are printed. */
  private enum Output {
    table,
    json
  }

  /** Runs the job. */
  public static void main(String[] args) {
    System.exit(Cli.run(new FlightsRollupJob(), args));
  }

  static FlightsRollupJob command() {
    return new FlightsRollupJob();
  }

  @Override
  public Integer call() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(parallelism);
    List<DayAndOrigin> groups = run(env, table);
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case table -> printTable(groups, out);
      case json -> printJson(groups, out);
    }
    out.flush();
    return Cli.OK;
  }

  /** Runs the job and returns the groups by day and origin. */
  static List<DayAndOrigin> run(StreamExecutionEnvironment env, String table) throws Exception {
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    List<DayAndOrigin> groups = new ArrayList<>();
    try (CloseableIterator<AggregateRow> rows =
        rollup(env, table).executeAndCollect("flights rollup")) {
      rows.forEachRemaining(row -> groups.add(DayAndOrigin.of(row)));
    }
    groups.sort(DayAndOrigin.ORDER);
    return groups;
  }

  /** Adds the rollup to a job; its columns are those of {@link DayAndOrigin}. */
  static DataStream<AggregateRow> rollup(StreamExecutionEnvironment env, String table) {
    return RollupSource.builder()
        .path(table)
        .groupBy(TimeBucket.DAY)
        .groupBy("origin")
        .aggregate(
            Measure.countRows(),
            Measure.sum("delay"),
            Measure.min("delay"),
            Measure.max("delay"),
            Measure.avg("delay"),
            Measure.sum("distance"))
        .build()
        .toStream(env);
  }

  private static void printTable(List<DayAndOrigin> groups, PrintWriter out) {
    TextTable lines =
        TextTable.of(
            "<day", "<origin", "flights", "sum delay", "min", "max", "avg", "sum distance");
    for (DayAndOrigin group : groups) {
      lines.row(
          group.day(),
          group.origin(),
          group.flights(),
          group.sumDelay(),
          group.minDelay(),
          group.maxDelay(),
          group.averageDelay(),
          group.sumDistance());
    }
    lines.print(out);
  }

  private static void printJson(List<DayAndOrigin> groups, PrintWriter out) throws IOException {
    JsonFactory json = new JsonFactory();
    for (DayAndOrigin group : groups) {
      try (JsonGenerator line = json.createGenerator(out)) {
        line.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        line.writeStartObject();
        line.writeStringField("day", group.day().toString());
        line.writeStringField("origin", group.origin());
        line.writeNumberField("flights", group.flights());
        line.writeNumberField("sumDelay", group.sumDelay());
        line.writeNumberField("minDelay", group.minDelay());
        line.writeNumberField("maxDelay", group.maxDelay());
        line.writeNumberField("averageDelay", group.averageDelay());
        line.writeNumberField("sumDistance", group.sumDistance());
        line.writeEndObject();
      }
      out.println();
    }
  }
}
