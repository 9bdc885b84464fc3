package io.varve.benchmarks.flink;

import io.varve.benchmarks.BarrierLoad;
import io.varve.benchmarks.Bench;
import io.varve.benchmarks.Measurement;
import io.varve.benchmarks.Operation;
import io.varve.benchmarks.Suite;
import io.varve.benchmarks.Unit;
import io.varve.benchmarks.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the sink costs a job. Two measurements: how long a barrier takes a subtask that writes
 * 500,000 rows a second to 64 partitions, and a job that writes the workload at full speed, beside
 * the same job without a sink. Each job runs in a JVM of its own, and they take turns.
 */
@Command(
    name = "sink",
    description = {
      "How long barriers take, and what the sink costs a job for each row.",
      "Peers: filesink (Flink's FileSink of Parquet), paimon, iceberg."
    })
public final class SinkSuite implements Suite {

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
  private static final Operation ALL_FILES =
      Operation.of("JFall", "files of all kinds the job leaves", Unit.FILES);
  private static final Operation BYTES =
      Operation.of("JB", "bytes of all files the job leaves", Unit.BYTES_PER_ROW);

  private static final int PARTITIONS = 64;
  private static final int ROWS_PER_SECOND = 500_000;
  private static final String VARVE = "varve";
  private static final String BARRIERS = "barriers";

  @Option(
      names = "--seconds",
      description = "How long barriers are measured (default: ${DEFAULT-VALUE}).")
  private int seconds = 60;

  /** Creates the suite. */
  public SinkSuite() {}

  @Override
  public void run(Bench bench) throws Exception {
    try (Workspace workspace = Workspace.open(bench.options(), "jobs")) {
      if (bench.options().wants(MEDIAN_BARRIER) || bench.options().wants(SLOW_BARRIER)) {
        barriers(bench, workspace);
      }
      if (bench.options().wants(RATE) || bench.options().wants(ABOVE_NONE)) {
        jobs(bench, workspace);
      }
    }
  }

  private void barriers(Bench bench, Workspace workspace) throws IOException {
    BarrierLoad load = new BarrierLoad(PARTITIONS, ROWS_PER_SECOND, bench.options().seed());
    Path directory = Files.createDirectories(workspace.resolve(BARRIERS));
    long cpuNanos = load.run(directory, Math.max(1, seconds / 4), seconds);
    workspace.delete(BARRIERS);
    List<Double> sorted = load.barrierMillis().stream().sorted().toList();
    bench.record(VARVE, MEDIAN_BARRIER, load.barrierMillis(), "");
    bench.record(VARVE, SLOW_BARRIER, List.of(sorted.get(sorted.size() * 99 / 100)), "");
    bench.record(VARVE, WRITE, List.of(cpuNanos / 1e3 / load.rows()), "");
  }

  private static void jobs(Bench bench, Workspace workspace) throws Exception {
    List<JobProcess> processes =
        new ArrayList<>(List.of(JobProcess.own(NoSinkSubject.NAME), JobProcess.own(VARVE)));
    processes.addAll(JobProcess.peers(bench, NoSinkSubject.NAME, VARVE));
    Map<JobProcess, List<JobResult>> results = new LinkedHashMap<>();
    for (int run = 0; run < bench.options().runs(); run++) {
      for (JobProcess process : processes) {
        results
            .computeIfAbsent(process, first -> new ArrayList<>())
            .add(job(bench, workspace, process));
      }
    }
    List<JobResult> none = List.of();
    for (Map.Entry<JobProcess, List<JobResult>> entry : results.entrySet()) {
      if (entry.getKey().isNone()) {
        none = entry.getValue();
      }
      record(bench, entry.getKey(), entry.getValue(), none);
    }
  }

  private static JobResult job(Bench bench, Workspace workspace, JobProcess process)
      throws Exception {
    workspace.delete(process.name());
    JobResult result = process.write(bench, workspace.resolve(process.name()), 1);
    bench.progress(
        "%s: %,.0f rows/s, %.2f us of CPU a row",
        process.name(), result.rowsPerSecond(), result.cpuMicrosPerRow());
    if (process.isNone() || bench.options().keep() == null) {
      workspace.delete(process.name());
    } else {
      workspace.note(process.name(), process.note(bench));
    }
    return result;
  }

  /** Keeps the results of one subject; {@code none} are those without a sink on its Flink. */
  private static void record(
      Bench bench, JobProcess process, List<JobResult> runs, List<JobResult> none) {
    String subject = process.name();
    String answer = runs.get(0).answer();
    bench.record(subject, RATE, figures(runs, JobResult::rowsPerSecond), answer);
    bench.record(subject, CPU, figures(runs, JobResult::cpuMicrosPerRow), answer);
    if (process.isNone()) {
      return;
    }
    double least = Measurement.median(figures(none, JobResult::cpuMicrosPerRow));
    bench.record(subject, ABOVE_NONE, figures(runs, run -> run.cpuMicrosPerRow() - least), answer);
    bench.record(subject, FILES, figures(runs, run -> (double) run.files()), "");
    bench.record(subject, ALL_FILES, figures(runs, run -> (double) run.allFiles()), "");
    bench.record(subject, BYTES, figures(runs, run -> (double) run.bytes() / run.rows()), "");
  }

  private static List<Double> figures(List<JobResult> runs, ToDoubleFunction<JobResult> figure) {
    return runs.stream().mapToDouble(figure).boxed().toList();
  }
}
