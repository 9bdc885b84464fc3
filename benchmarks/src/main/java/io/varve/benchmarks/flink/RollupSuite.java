package io.varve.benchmarks.flink;

import io.varve.benchmarks.Bench;
import io.varve.benchmarks.Operation;
import io.varve.benchmarks.Suite;
import io.varve.benchmarks.Unit;
import io.varve.benchmarks.Workspace;
import io.varve.column.BlockSource;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.AnswerLevels;
import io.varve.query.BoundAggregation;
import io.varve.query.Filter;
import io.varve.query.GroupCursor;
import io.varve.query.TimeBucket;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Batch rollups of a table that a job wrote before, in a MiniCluster of two slots, from before the
 * job is built until its result is there. Subjects take turns, each in a JVM of its own, in which
 * the same jobs ran before they are measured.
 */
@Command(
    name = "rollup",
    description = {
      "Batch jobs that roll up what sinks wrote, and the reader alone on one core.",
      "Peers: filesink (Parquet files by SQL), paimon, iceberg."
    })
public final class RollupSuite implements Suite {

  private static final String VARVE = "varve";
  private static final String PROJECTED = "varve-projected";

  private static final Operation EMPTY =
      Operation.of("R0", "a job without rows: its start and end", Unit.MILLIS);
  private static final Operation KEYS =
      Operation.of("R1", "job: rollup by day, user and key", Unit.MILLIS).withTarget(1000);
  private static final Operation MODELS =
      Operation.of("R2", "job: rollup by day and model", Unit.MILLIS).withTarget(400);
  private static final Operation MODELS_OK =
      Operation.of("R2f", "job: the same of rows with status 200", Unit.MILLIS).withTarget(400);
  private static final Operation READER =
      Operation.of("RR", "reader on one core: by day and model, status 200", Unit.ROWS_PER_SECOND)
          .withTarget(80_000_000);

  @Option(
      names = "--rounds",
      description = "How often each subject's JVM is started (default: ${DEFAULT-VALUE}).")
  private int rounds = 2;

  @Option(
      names = "--warm-ups",
      description = "Jobs of each kind in each JVM before any is measured (default: 3).")
  private int warmUps = 3;

  /** Creates the suite. */
  public RollupSuite() {}

  private static Operation operation(UsageRollup rollup) {
    return switch (rollup) {
      case EMPTY -> EMPTY;
      case DAY_USER_KEY -> KEYS;
      case DAY_MODEL -> MODELS;
      case DAY_MODEL_OK -> MODELS_OK;
    };
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (Workspace workspace = Workspace.open(bench.options(), "jobs")) {
      List<JobProcess> processes =
          new ArrayList<>(List.of(JobProcess.own(VARVE), JobProcess.own(PROJECTED)));
      processes.addAll(JobProcess.peers(bench, VARVE));
      for (JobProcess process : processes) {
        prepare(bench, workspace, process);
      }
      jobs(bench, workspace, processes);
      if (bench.options().wants(READER)) {
        reader(bench, workspace.resolve(VARVE));
      }
    }
  }

  /** Has the table written, unless a run before left it. */
  private static void prepare(Bench bench, Workspace workspace, JobProcess process)
      throws IOException, InterruptedException {
    String note = process.note(bench);
    if (!workspace.has(process.name(), note)) {
      workspace.delete(process.name());
      process.write(bench, workspace.resolve(process.name()), 0);
      workspace.note(process.name(), note);
    }
  }

  private void jobs(Bench bench, Workspace workspace, List<JobProcess> processes)
      throws IOException, InterruptedException {
    List<String> wanted = new ArrayList<>();
    for (UsageRollup rollup : UsageRollup.values()) {
      if (bench.options().wants(operation(rollup))) {
        wanted.add(rollup.name());
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    Map<JobProcess, List<JobResult>> results = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (JobProcess process : processes) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(
            List.of("rollup", process.subject(), workspace.resolve(process.name()).toString()));
        arguments.addAll(List.of(String.valueOf(warmUps), String.valueOf(bench.options().runs())));
        arguments.addAll(wanted);
        results
            .computeIfAbsent(process, first -> new ArrayList<>())
            .addAll(process.run(bench, arguments.toArray(new String[0])));
      }
    }
    for (Map.Entry<JobProcess, List<JobResult>> entry : results.entrySet()) {
      record(bench, entry.getKey().name(), entry.getValue());
    }
  }

  private static void record(Bench bench, String subject, List<JobResult> results) {
    for (UsageRollup rollup : UsageRollup.values()) {
      String what = rollup.name().toLowerCase(Locale.ROOT);
      List<Double> millis = new ArrayList<>();
      String answer = "";
      for (JobResult result : results) {
        if (result.what().equals(what)) {
          millis.add(result.millis());
          answer = result.answer();
        }
      }
      if (!millis.isEmpty()) {
        bench.record(subject, operation(rollup), millis, answer);
      }
    }
  }

  /** Measures what a source's reader does with the files, without Flink. */
  private static void reader(Bench bench, Path directory) throws Exception {
    TableSnapshot snapshot = VarveSubject.snapshot(directory);
    Aggregation aggregation =
        Aggregation.builder()
            .groupBy(TimeBucket.DAY)
            .groupBy("model")
            .measure(VarveSubject.measures())
            .where(Filter.eq("status", 200))
            .build();
    List<BlockSource> sources = new ArrayList<>();
    try {
      for (ScanUnit unit : snapshot.units()) {
        sources.add(unit.open(snapshot.table()));
      }
      BoundAggregation bound =
          BoundAggregation.of(aggregation, snapshot.table().definition().schema());
      bench.measure(
          VARVE, READER, snapshot.rowCount(), () -> rollUp(bound, sources) + " rows by groups");
    } finally {
      for (BlockSource source : sources) {
        source.close();
      }
    }
  }

  private static long rollUp(BoundAggregation bound, List<BlockSource> sources) throws IOException {
    Aggregator aggregator =
        bound.newAggregator(Integer.MAX_VALUE, AnswerLevels.DECODE_ONLY, group -> {});
    for (BlockSource source : sources) {
      aggregator.add(source);
    }
    GroupCursor groups = aggregator.groups();
    long rows = 0;
    while (groups.next()) {
      rows += groups.measureLong(0);
    }
    return rows;
  }
}
