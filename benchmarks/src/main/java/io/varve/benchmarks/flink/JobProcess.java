package io.varve.benchmarks.flink;

import io.varve.benchmarks.Bench;
import io.varve.benchmarks.Machine;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link FlinkJob} in a JVM of its own, with this JVM's options. Immutable.
 *
 * @param name what the table calls it: the subject, and its class path if that is not this one
 * @param subject a {@link FlinkSubject}
 * @param classPath that the JVM has
 */
record JobProcess(String name, String subject, String classPath) {

  /** Names the file that has the class path of the peers; bin/varve-bench sets it. */
  static final String PEERS_PROPERTY = "varve.bench.flink-peers";

  private static final int TOLD_LINES = 25;
  private static final List<String> PEERS = List.of("filesink", "paimon", "iceberg");

  /** Returns a process with the class path of this one. */
  static JobProcess own(String subject) {
    return new JobProcess(subject, subject, System.getProperty("java.class.path"));
  }

  /**
   * Returns the peers that were asked for, and some of our own with the version of Flink that they
   * need.
   */
  static List<JobProcess> peers(Bench bench, String... ours) throws IOException {
    List<JobProcess> found = new ArrayList<>();
    List<String> wanted = PEERS.stream().filter(bench.options()::wantsPeer).toList();
    if (wanted.isEmpty()) {
      return found;
    }
    String file = System.getProperty(PEERS_PROPERTY);
    if (file == null) {
      throw new IOException("no class path of the peers: run this by bin/varve-bench");
    }
    Path classes = Path.of(file).resolveSibling("classes");
    String classPath = classes + File.pathSeparator + Files.readString(Path.of(file)).strip();
    for (String subject : ours) {
      found.add(new JobProcess(subject + "-" + flinkVersion(classPath), subject, classPath));
    }
    for (String peer : wanted) {
      found.add(new JobProcess(peer, peer, classPath));
    }
    return found;
  }

  private static String flinkVersion(String classPath) {
    String jar = "flink-streaming-java-";
    int from = classPath.indexOf(jar) + jar.length();
    return classPath.substring(from, classPath.indexOf(".jar", from));
  }

  /** Returns whether it runs without a sink. */
  boolean isNone() {
    return subject.equals(NoSinkSubject.NAME);
  }

  /** Returns what a note says of a table that this process wrote. */
  String note(Bench bench) {
    return bench.options().rows() + " rows by " + subject + ", " + Machine.commit();
  }

  /** Writes the workload into a new directory. */
  JobResult write(Bench bench, Path directory, int warmUps)
      throws IOException, InterruptedException {
    String rows = String.valueOf(bench.options().rows());
    return run(bench, "write", subject, directory.toString(), rows, String.valueOf(warmUps)).get(0);
  }

  /** Runs jobs to their end and returns their results. */
  List<JobResult> run(Bench bench, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classPath, FlinkJob.class.getName()));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("varve-bench-" + name, ".log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    List<JobResult> results = new ArrayList<>();
    int exit;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      @Nullable String line;
      while ((line = out.readLine()) != null) {
        if (line.startsWith(JobResult.PREFIX)) {
          results.add(JobResult.parse(line));
        } else {
          bench.progress("%s: %s", name, line);
        }
      }
      exit = process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    if (exit != 0 || results.isEmpty()) {
      List<String> told = Files.readAllLines(log);
      told.subList(Math.max(0, told.size() - TOLD_LINES), told.size())
          .forEach(line -> bench.progress("%s", line));
      throw new IOException(
          String.format(Locale.ROOT, "a job of %s ended with %d; %s", name, exit, log));
    }
    Files.delete(log);
    return results;
  }
}
