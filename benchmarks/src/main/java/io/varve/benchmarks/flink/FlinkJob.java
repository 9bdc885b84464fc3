package io.varve.benchmarks.flink;

import io.varve.benchmarks.Stopwatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * A JVM that does nothing but run jobs with one subject: {@link JobProcess} starts it. Prints a
 * {@link JobResult} for each measured job.
 */
public final class FlinkJob {

  private static final int PARALLELISM = 2;
  private static final int CHECKPOINT_MILLIS = 1000;
  private static final long MAX_WARM_UP_ROWS = 2_000_000;

  private final FlinkSubject subject;
  private final Path directory;

  private FlinkJob(FlinkSubject subject, Path directory) {
    this.subject = subject;
    this.directory = directory;
  }

  /**
   * Runs jobs.
   *
   * @param args {@code write SUBJECT DIRECTORY ROWS WARM-UP} or {@code rollup SUBJECT DIRECTORY
   *     WARM-UPS RUNS ROLLUP...}; the warm-up of a write is 1 or 0 jobs
   */
  public static void main(String[] args) throws Exception {
    FlinkJob job = new FlinkJob(subject(args[1]), Path.of(args[2]));
    if (args[0].equals("write")) {
      job.write(Long.parseLong(args[3]), Integer.parseInt(args[4]));
      return;
    }
    List<UsageRollup> rollups = new ArrayList<>();
    for (int i = 5; i < args.length; i++) {
      rollups.add(UsageRollup.valueOf(args[i]));
    }
    job.rollUp(Integer.parseInt(args[3]), Integer.parseInt(args[4]), rollups);
  }

  /** Returns the subjects that every class path has. */
  static List<FlinkSubject> own() {
    return List.of(new NoSinkSubject(), new VarveSubject(false), new VarveSubject(true));
  }

  /** Returns a subject of this class path. */
  private static FlinkSubject subject(String name) {
    List<FlinkSubject> known = new ArrayList<>(own());
    ServiceLoader.load(FlinkSubject.class).forEach(known::add);
    return known.stream()
        .filter(subject -> subject.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no subject is called " + name));
  }

  private void write(long rows, int warmUps) throws Exception {
    System.out.println("Flink " + EnvironmentInformation.getVersion() + ": " + subject.about());
    for (int i = 0; i < warmUps; i++) {
      Path warmUp = directory.resolveSibling(directory.getFileName() + "-warm-up");
      writeTo(warmUp, Math.min(rows, MAX_WARM_UP_ROWS));
    }
    Stopwatch watch = Stopwatch.start();
    writeTo(directory, rows);
    watch.stop();
    long shown = subject.rows(directory);
    List<Path> files = files();
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    JobResult result =
        new JobResult(
            "write",
            watch.nanos(),
            watch.cpuNanos(),
            rows,
            files.stream().map(directory::relativize).filter(subject::isDataFile).count(),
            files.size(),
            bytes,
            (shown < 0 ? rows : shown) + " rows");
    System.out.println(result.toLine());
  }

  private void writeTo(Path table, long rows) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, new Configuration());
    env.enableCheckpointing(CHECKPOINT_MILLIS);
    env.getConfig().enableObjectReuse();
    subject.write(UsageSource.rows(env, rows), table);
    env.execute("usage events to " + subject.name());
  }

  private List<Path> files() throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** Runs all rollups in turn, again and again, and prints what came after the warm-ups. */
  private void rollUp(int warmUps, int runs, List<UsageRollup> rollups) throws Exception {
    for (int run = -warmUps; run < runs; run++) {
      for (UsageRollup rollup : rollups) {
        Stopwatch watch = Stopwatch.start();
        String answer = rollUp(rollup);
        watch.stop();
        if (run >= 0) {
          String what = rollup.name().toLowerCase(Locale.ROOT);
          System.out.println(
              new JobResult(what, watch.nanos(), watch.cpuNanos(), 0, 0, 0, 0, answer).toLine());
        }
      }
    }
  }

  private String rollUp(UsageRollup rollup) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, new Configuration());
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.getConfig().enableObjectReuse();
    if (rollup == UsageRollup.EMPTY) {
      env.fromSequence(1, PARALLELISM).sinkTo(new DiscardingSink<>());
      env.execute("nothing");
      return "";
    }
    subject.rollUp(env, rollup, directory);
    JobExecutionResult result = env.execute("rollup by " + subject.name());
    return GroupsSink.answer(result);
  }
}
