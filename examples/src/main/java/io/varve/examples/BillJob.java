package io.varve.examples;

import io.varve.column.RecordMapping;
import io.varve.flink.common.RowConverter;
import io.varve.flink.common.TablePaths;
import io.varve.flink.sink.VarveSink;
import io.varve.flink.source.RollupSource;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.schema.TableDefinition;
import io.varve.table.ClosedTime;
import io.varve.table.CommitChoice;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A batch job that bills usage by day, user and model: the days that are over since the last bill,
 * into a database and into a second Varve table. What a bill is of is written down before the job
 * runs, with the commit, which is tagged: a bill that did not come to its end is made again of the
 * same rows, and late rows can be listed by the tag.
 */
@Command(
    name = "bill",
    mixinStandardHelpOptions = true,
    version = "varve 0.1.0-SNAPSHOT",
    sortOptions = false,
    description =
        "Bills the days that are over: by day, user and model of a Varve table with the columns"
            + " user, model, tokens and costMicros. Each day is on one bill.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done, or no day is over", "1:failed", "2:wrong options"})
public final class BillJob implements Callable<Integer> {

  private static final String NO_BILL = "No day is over since the last bill.";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--table", paramLabel = "DIR", required = true, description = "The usage.")
  private String table = "";

  @Option(
      names = "--bills",
      paramLabel = "DIR",
      required = true,
      description = "A second table, for the lines of all bills; created if there is none.")
  private String bills = "";

  @Option(
      names = "--jdbc",
      paramLabel = "URL",
      description =
          "The database (default: an embedded one beside the bills, for one process at a time).")
  private @Nullable String jdbc;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Readers (default: ${DEFAULT-VALUE}).")
  private int parallelism = 2;

  private BillJob() {}

  /** Runs the job. */
  public static void main(String[] args) {
    System.exit(Cli.run(new BillJob(), args));
  }

  static BillJob command() {
    return new BillJob();
  }

  /** Returns the address of the embedded database beside a table of bills. */
  static String embedded(String bills) {
    return "jdbc:h2:file:" + Path.of(bills).toAbsolutePath() + "-database;AUTO_SERVER=FALSE";
  }

  @Override
  public Integer call() throws Exception {
    String url = jdbc == null ? embedded(bills) : jdbc;
    PrintWriter out = spec.commandLine().getOut();
    try (BillDatabase database = BillDatabase.open(url)) {
      BillRun run = begin(database);
      if (run == null) {
        out.println(NO_BILL);
      } else {
        bill(StreamExecutionEnvironment.getExecutionEnvironment(), url, run);
        database.finish(run);
        new Lines(out)
            .print(
                "Bill %d: days from %s to before %s, of commit %d, which is tagged %s.",
                run.number(),
                run.fromNanos() == Long.MIN_VALUE ? "the first" : day(run.fromNanos()),
                run.throughNanos() == Long.MAX_VALUE ? "the end" : day(run.throughNanos()),
                run.commit(),
                tag(run));
      }
    }
    out.flush();
    return Cli.OK;
  }

  private static Instant day(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L));
  }

  private static String tag(BillRun run) {
    return "bill-" + run.number();
  }

  /** Returns the bill to make: the newest if it is not done, else the next; null if none is due. */
  private @Nullable BillRun begin(BillDatabase database) throws IOException, SQLException {
    BillRun newest = database.newest();
    if (newest != null && !newest.done()) {
      return newest;
    }
    TableDirectory usage = TableDirectory.open(TablePaths.open(table));
    TableSnapshot snapshot = TableSnapshot.latest(usage);
    long from = newest == null ? Long.MIN_VALUE : newest.throughNanos();
    long through = ClosedTime.end(snapshot, TimeBucket.DAY);
    if (through <= from) {
      return null;
    }
    long number = newest == null ? 1 : newest.number() + 1;
    BillRun next = new BillRun(number, snapshot.number(), from, through, false);
    new TableUpkeep(usage, "the billing job", System::currentTimeMillis)
        .tag(tag(next), next.commit());
    database.begin(next);
    return next;
  }

  private void bill(StreamExecutionEnvironment env, String url, BillRun run) throws Exception {
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.setParallelism(parallelism);
    long number = run.number();
    DataStream<BillLine> lines =
        rollup(env, table, run)
            .map(row -> BillLine.of(row, number))
            .returns(TypeInformation.of(BillLine.class));
    lines.sinkTo(new BillSink(url, number)).setParallelism(1).name("database");
    if (!isInTable(run)) {
      lines
          .sinkTo(
              VarveSink.<BillLine>builder()
                  .path(bills)
                  .table(
                      TableDefinition.builder(RecordMapping.schemaOf(BillLine.class, "day"))
                          .build())
                  .converter(RowConverter.ofRecord(BillLine.class))
                  .build())
          .uid("bills");
    }
    env.execute("bill " + number);
  }

  /** All lines of a bill come into the table with one commit: some are as good as all. */
  private boolean isInTable(BillRun run) throws IOException {
    TableDirectory written;
    try {
      written = TableDirectory.open(TablePaths.open(bills));
    } catch (NoSuchFileException none) {
      return false;
    }
    return BillTable.lines(written).stream().anyMatch(line -> line.run() == run.number());
  }

  /** Adds the rollup to a job; its columns are those of {@link BillLine#of}. */
  static DataStream<AggregateRow> rollup(StreamExecutionEnvironment env, String table, BillRun run)
      throws IOException {
    String time = TableDirectory.open(TablePaths.open(table)).schema().timeField().name();
    Filter days =
        Filter.and(List.of(Filter.ge(time, run.fromNanos()), Filter.lt(time, run.throughNanos())));
    return RollupSource.builder()
        .path(table)
        .commit(CommitChoice.number(run.commit()))
        .untilWatermark(TimeBucket.DAY)
        .filter(days)
        .groupBy(TimeBucket.DAY)
        .groupBy("user", "model")
        .aggregate(Measure.countRows(), Measure.sum("tokens"), Measure.sum("costMicros"))
        .build()
        .toStream(env);
  }
}
