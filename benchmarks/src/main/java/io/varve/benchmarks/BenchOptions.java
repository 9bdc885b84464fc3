package io.varve.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every suite has. Filled by picocli, then only read. */
public final class BenchOptions {

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows of the workload, such as 10M, 100k (default: ${DEFAULT-VALUE}).",
      defaultValue = "1M",
      converter = RowCount.class)
  private long rows;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads that a subject may use for one operation (default: 1).")
  private int threads = 1;

  @Option(
      names = "--peers",
      paramLabel = "NAME",
      split = ",",
      description = "Also measure these, or 'all'; --help of a suite names what it knows.")
  private List<String> peers = List.of();

  @Option(
      names = "--only",
      paramLabel = "OP",
      split = ",",
      description = "Measure these operations only, such as A1,A4.")
  private List<String> only = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Measured runs of each operation (default: ${DEFAULT-VALUE}).")
  private int runs = 7;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "How long an operation runs before it is measured (default: 2).")
  private double warmUpSeconds = 2;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write every run, the machine and the options to a file.")
  private @Nullable Path json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where data is put; emptied of it again (default: a temporary directory).")
  private @Nullable Path directory;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = {
        "Put data there and leave it. A later run with the same rows, seed and code finds it",
        "and measures reads alone."
      })
  private @Nullable Path keep;

  @Option(
      names = "--max-seconds",
      paramLabel = "SECONDS",
      description = {
        "No further run of an operation once its runs took so long; one that takes longer",
        "is not warmed up (default: ${DEFAULT-VALUE})."
      })
  private double maxSeconds = 60;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the generated rows (default: ${DEFAULT-VALUE}).")
  private long seed = 42;

  /** Returns the number of rows. */
  public long rows() {
    return rows;
  }

  /** Returns how many threads one operation may use. */
  public int threads() {
    return threads;
  }

  /** Returns whether a peer is to be measured. */
  public boolean wantsPeer(String name) {
    return peers.contains("all") || peers.contains(name);
  }

  /** Returns the names of the peers that were asked for. */
  public List<String> peers() {
    return peers;
  }

  /** Returns whether an operation is to be measured. */
  public boolean wants(Operation operation) {
    return only.isEmpty() || only.contains(operation.name());
  }

  /** Returns the number of measured runs. */
  public int runs() {
    return Math.max(1, runs);
  }

  /** Returns how long an operation is warmed up. */
  public double warmUpSeconds() {
    return warmUpSeconds;
  }

  /** Returns where to write all runs, null for nowhere. */
  public @Nullable Path json() {
    return json;
  }

  /** Returns where data is put, null for a temporary directory. */
  public @Nullable Path directory() {
    return directory;
  }

  /** Returns where data is left for later runs, null if it is not. */
  public @Nullable Path keep() {
    return keep;
  }

  /** Returns how long the runs of one operation may take before no other begins. */
  public double maxSeconds() {
    return maxSeconds;
  }

  /** Returns the seed of the rows. */
  public long seed() {
    return seed;
  }
}
