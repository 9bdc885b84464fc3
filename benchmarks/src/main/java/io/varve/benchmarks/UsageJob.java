package io.varve.benchmarks;

import io.varve.flink.sink.VarveSink;
import io.varve.io.LocalFileStore;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;

/**
 * A Flink job that writes the workload with one sink, in a JVM that does nothing else: {@link
 * SinkSuite} starts it. Prints one line that it can read.
 */
final class UsageJob {

  /** How the line of results begins. */
  static final String RESULT = "RESULT ";

  private static final long MAX_WARM_UP_ROWS = 2_000_000;

  private UsageJob() {}

  /**
   * Runs the job twice, a short one first.
   *
   * @param args sink (none or varve), rows, parallelism, checkpoint interval in ms, directory
   */
  public static void main(String[] args) throws Exception {
    long rows = Long.parseLong(args[1]);
    Path directory = Path.of(args[4]);
    run(args, Math.min(rows, MAX_WARM_UP_ROWS), directory.resolve("warm-up"));
    Path table = directory.resolve("table");
    Stopwatch watch = Stopwatch.start();
    run(args, rows, table);
    watch.stop();
    System.out.println(
        RESULT
            + rows
            + " "
            + watch.nanos()
            + " "
            + watch.cpuNanos()
            + " "
            + (args[0].equals("varve") ? rowsIn(table) : rows)
            + " "
            + count(table, "vseg")
            + " "
            + bytes(table));
  }

  private static void run(String[] args, long rows, Path table) throws Exception {
    int parallelism = Integer.parseInt(args[2]);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, new Configuration());
    environment.enableCheckpointing(Long.parseLong(args[3]));
    environment.getConfig().enableObjectReuse();
    Sink<UsageRow> sink = args[0].equals("varve") ? varve(table) : new DiscardingSink<>();
    environment
        .fromSequence(1, rows)
        .map(new Generate(rows))
        .returns(UsageRow.class)
        .sinkTo(sink)
        .uid("sink");
    environment.execute("usage events to " + args[0].toLowerCase(Locale.ROOT));
  }

  private static Sink<UsageRow> varve(Path table) {
    return VarveSink.<UsageRow>builder()
        .path(table.toString())
        .table(UsageTable.definition())
        .converter((row, out) -> row.set(out))
        .build();
  }

  /** Makes a row for each number that comes. */
  private static final class Generate extends RichMapFunction<Long, UsageRow> {

    private static final long serialVersionUID = 1L;
    private static final int BATCH_ROWS = 1024;

    private final long rows;
    private transient @Nullable UsageEvents events;
    private transient @Nullable UsageBatch batch;
    private transient int next;

    Generate(long rows) {
      this.rows = rows;
    }

    @Override
    public void open(OpenContext context) {
      events =
          new UsageEvents(rows, 42 + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
      batch = new UsageBatch(BATCH_ROWS);
      next = 0;
    }

    @Override
    public UsageRow map(Long number) {
      UsageBatch from = java.util.Objects.requireNonNull(batch);
      if (next == from.size()) {
        java.util.Objects.requireNonNull(events).next(from);
        next = 0;
      }
      return new UsageRow(from, next++);
    }
  }

  private static long rowsIn(Path table) throws IOException {
    return TableSnapshot.latest(TableDirectory.open(new LocalFileStore(table))).rowCount();
  }

  private static long count(Path directory, String suffix) throws IOException {
    if (!Files.exists(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).count();
    }
  }

  private static long bytes(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return 0;
    }
    long bytes = 0;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
