package io.varve.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the sink costs a job. Two measurements: how long a barrier takes a subtask that writes
 * 500,000 rows a second to 64 partitions, and a job that writes the workload at full speed, beside
 * the same job without a sink. Each job runs in a JVM of its own, and they take turns.
 */
@Command(
    name = "sink",
    description = "How long barriers take, and what the sink costs a job for each row.")
final class SinkSuite implements Suite {

  private static final Operation MEDIAN_BARRIER =
      Operation.of("B50", "barrier of 500K rows/s in 64 partitions, median", Unit.MILLIS);
  private static final Operation SLOW_BARRIER =
      Operation.of("B99", "barrier of 500K rows/s in 64 partitions, 99th percentile", Unit.MILLIS)
          .withTarget(100);
  private static final Operation WRITE =
      Operation.of("W", "TableWriter at that load", Unit.CPU_MICROS_PER_ROW);
  private static final Operation RATE =
      Operation.of("JR", "job from start to end, checkpoints each second", Unit.ROWS_PER_SECOND)
          .withTarget(900_000);
  private static final Operation CPU =
      Operation.of("JC", "job, all threads", Unit.CPU_MICROS_PER_ROW);
  private static final Operation ABOVE_NONE =
      Operation.of("JS", "job, above that without a sink", Unit.CPU_MICROS_PER_ROW).withTarget(0.8);
  private static final Operation FILES =
      Operation.of("JF", "data files the job leaves", Unit.FILES);
  private static final Operation BYTES =
      Operation.of("JB", "bytes of all files the job leaves", Unit.BYTES_PER_ROW);

  private static final int PARTITIONS = 64;
  private static final int ROWS_PER_SECOND = 500_000;
  private static final int CHECKPOINT_MILLIS = 1000;

  @Option(
      names = "--seconds",
      description = "How long barriers are measured (default: ${DEFAULT-VALUE}).")
  private int seconds = 60;

  @Option(names = "--parallelism", description = "Subtasks of the job (default: ${DEFAULT-VALUE}).")
  private int parallelism = 2;

  @Override
  public void run(Bench bench) throws Exception {
    if (bench.options().wants(MEDIAN_BARRIER) || bench.options().wants(SLOW_BARRIER)) {
      inDirectory(bench, directory -> barriers(bench, directory));
    }
    if (bench.options().wants(RATE) || bench.options().wants(ABOVE_NONE)) {
      jobs(bench);
    }
  }

  private void barriers(Bench bench, Path directory) throws IOException {
    BarrierLoad load = new BarrierLoad(PARTITIONS, ROWS_PER_SECOND, bench.options().seed());
    long cpuNanos = load.run(directory, Math.max(1, seconds / 4), seconds);
    List<Double> sorted = load.barrierMillis().stream().sorted().toList();
    bench.record("varve", MEDIAN_BARRIER, load.barrierMillis(), "");
    bench.record("varve", SLOW_BARRIER, List.of(sorted.get(sorted.size() * 99 / 100)), "");
    bench.record("varve", WRITE, List.of(cpuNanos / 1e3 / load.rows()), "");
  }

  private void jobs(Bench bench) throws Exception {
    List<String> subjects = List.of("none", "varve");
    List<List<Result>> results = List.of(new ArrayList<>(), new ArrayList<>());
    for (int run = 0; run < bench.options().runs(); run++) {
      for (int i = 0; i < subjects.size(); i++) {
        String subject = subjects.get(i);
        List<Result> ofSubject = results.get(i);
        inDirectory(bench, directory -> ofSubject.add(job(bench, subject, directory)));
      }
    }
    double none = Measurement.median(results.get(0).stream().map(Result::cpuMicros).toList());
    for (int i = 0; i < subjects.size(); i++) {
      String subject = subjects.get(i);
      List<Result> runs = results.get(i);
      String answer = String.valueOf(runs.get(0).rowsSeen());
      bench.record(subject, RATE, runs.stream().map(Result::rowsPerSecond).toList(), answer);
      bench.record(subject, CPU, runs.stream().map(Result::cpuMicros).toList(), answer);
      if (i > 0) {
        bench.record(
            subject,
            ABOVE_NONE,
            runs.stream().map(result -> result.cpuMicros() - none).toList(),
            answer);
        bench.record(
            subject, FILES, runs.stream().map(result -> 1.0 * result.files()).toList(), "");
        bench.record(
            subject,
            BYTES,
            runs.stream().map(result -> 1.0 * result.bytes() / result.rows()).toList(),
            "");
      }
    }
  }

  /** What a job says of itself. */
  private record Result(
      long rows, long nanos, long cpuNanos, long rowsSeen, long files, long bytes) {

    double rowsPerSecond() {
      return rows * 1e9 / nanos;
    }

    double cpuMicros() {
      return cpuNanos / 1e3 / rows;
    }

    static Result parse(String line) {
      String[] parts = line.substring(UsageJob.RESULT.length()).split(" ", -1);
      return new Result(
          Long.parseLong(parts[0]),
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]),
          Long.parseLong(parts[4]),
          Long.parseLong(parts[5]));
    }
  }

  private Result job(Bench bench, String sink, Path directory) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            UsageJob.class.getName(),
            sink,
            String.valueOf(bench.options().rows()),
            String.valueOf(parallelism),
            String.valueOf(CHECKPOINT_MILLIS),
            directory.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String result = null;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      @Nullable String line;
      while ((line = out.readLine()) != null) {
        result = line.startsWith(UsageJob.RESULT) ? line : result;
      }
    } finally {
      process.destroyForcibly();
    }
    int exit = process.waitFor();
    if (result == null || exit != 0) {
      throw new IOException("the job with sink " + sink + " failed with exit code " + exit);
    }
    Result parsed = Result.parse(result);
    bench.progress(
        "%s: %,.0f rows/s, %.2f us of CPU a row", sink, parsed.rowsPerSecond(), parsed.cpuMicros());
    return parsed;
  }

  /** Something that fills a directory. */
  private interface Act {
    void run(Path directory) throws Exception;
  }

  private static void inDirectory(Bench bench, Act act) throws Exception {
    Path parent = bench.options().directory();
    Path directory =
        parent == null
            ? Files.createTempDirectory("varve-sink")
            : Files.createTempDirectory(parent, "varve-sink");
    try {
      act.run(directory);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(file);
        }
      }
    }
  }
}
