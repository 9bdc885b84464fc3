package io.varve.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;

/** The processes of a Flink cluster, run by {@code etc/cluster}. Confined to one thread. */
final class Cluster implements AutoCloseable {

  static final int TASK_MANAGERS = 3;
  static final int SLOTS = TASK_MANAGERS * 2;

  private static final String SETTINGS =
      """
      heartbeat.interval: 500ms
      heartbeat.timeout: 4s
      heartbeat.rpc-failure-threshold: 3
      high-availability.zookeeper.client.session-timeout: 4s
      high-availability.zookeeper.client.retry-wait: 500ms
      cluster.registration.initial-timeout: 100ms
      cluster.registration.max-timeout: 1s
      cluster.registration.error-delay: 1s
      slot.request.timeout: 60s
      task.cancellation.timeout: 60s
      """;

  private final Path script;
  private final Path directory;

  private Cluster(Path script, Path directory) {
    this.script = script;
    this.directory = directory;
  }

  /**
   * Starts a cluster.
   *
   * @param home the checkout, where {@code etc/cluster} is
   */
  static Cluster start(Path home, Sandbox sandbox) throws IOException {
    Cluster cluster = new Cluster(home.resolve("etc/cluster"), sandbox.cluster());
    Files.createDirectories(sandbox.cluster());
    Path settings = sandbox.cluster().resolve("settings.yaml");
    Files.writeString(settings, SETTINGS);
    try {
      cluster.script("-c", settings.toString(), "start", String.valueOf(TASK_MANAGERS));
    } catch (IOException failure) {
      cluster.close();
      throw failure;
    }
    return cluster;
  }

  /** Runs the script: options, then the command with its arguments. */
  private void script(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    List<String> rest = new ArrayList<>(List.of(arguments));
    while (rest.get(0).startsWith("-")) {
      command.add(rest.remove(0));
      command.add(rest.remove(0));
    }
    command.add(directory.toString());
    command.addAll(rest);
    Shell.run(Duration.ofMinutes(4), command);
  }

  /** Returns where jobs are to be submitted. */
  Configuration configuration() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(DeploymentOptions.TARGET, "remote");
    configuration.set(DeploymentOptions.ATTACHED, false);
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    String port = Files.readString(directory.resolve("conf/rest-port")).strip();
    configuration.set(RestOptions.PORT, Integer.parseInt(port));
    ChaosJob.addClassPath(configuration);
    return configuration;
  }

  String savepoints() {
    return directory.resolve("savepoints").toUri().toString();
  }

  /** Returns the name of a process, such as {@code taskmanager-2}; empty if it is none of ours. */
  String nameOf(long process) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("pids"))) {
      for (Path file : files.toList()) {
        if (Files.readString(file).strip().equals(String.valueOf(process))) {
          return String.valueOf(file.getFileName());
        }
      }
    }
    return "";
  }

  long process(String name) throws IOException {
    return Long.parseLong(Files.readString(directory.resolve("pids").resolve(name)).strip());
  }

  /** Sends a signal, as {@code KILL}, {@code STOP} or {@code CONT}. */
  void signal(String signal, long process) throws IOException {
    Shell.run(Duration.ofSeconds(10), List.of("kill", "-" + signal, String.valueOf(process)));
  }

  /** Stops a process by SIGSTOP, and waits until none of its threads runs any more. */
  void stop(long process) throws IOException {
    signal("STOP", process);
    Path threads = Path.of("/proc", String.valueOf(process), "task");
    if (Files.exists(threads)) {
      Wait.until(
          "process " + process + " to stop", Duration.ofMinutes(1), () -> areStopped(threads));
    }
  }

  /**
   * One thread takes the signal and then stops the others: on a busy machine that takes a while.
   */
  private static boolean areStopped(Path threads) throws IOException {
    try (Stream<Path> each = Files.list(threads)) {
      for (Path thread : each.toList()) {
        String status = Files.readString(thread.resolve("stat"));
        if (!status.substring(status.lastIndexOf(')')).startsWith(") T")) {
          return false;
        }
      }
      return true;
    }
  }

  /** Starts a process that was killed. */
  void restart(String name) throws IOException {
    if (name.equals("jobmanager")) {
      script(name);
    } else {
      script("taskmanager", name.substring(name.indexOf('-') + 1));
    }
  }

  /** Returns how often a text occurs in what a process has logged since it was started last. */
  long countInLog(String name, String text) throws IOException {
    Path newest = null;
    for (int start = 1; ; start++) {
      Path log = directory.resolve("logs").resolve(name + "." + start + ".log");
      if (!Files.exists(log)) {
        break;
      }
      newest = log;
    }
    if (newest == null) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(newest)) {
      return lines.filter(line -> line.contains(text)).count();
    }
  }

  @Override
  public void close() throws IOException {
    script("stop");
  }
}
