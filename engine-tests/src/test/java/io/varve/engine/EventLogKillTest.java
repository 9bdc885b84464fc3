package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.AlreadyOpenException;
import io.varve.io.CorruptFileException;
import io.varve.testkit.SeededTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes a log is killed with SIGKILL inside an operation on files; then every event
 * that it was told is durable is there, none that it deleted, and none twice.
 */
class EventLogKillTest {

  private static final List<String> POINTS =
      List.of(
          "write tail",
          "sync tail",
          "write segments",
          "sync segments",
          "publish manifest",
          "published manifest",
          "write deletes",
          "sync deletes",
          "delete segments",
          "delete tail");

  private static final Map<String, Integer> KILLS = new TreeMap<>();

  @TempDir Path directory;

  private final Set<Integer> certain = new HashSet<>();
  private final Set<Integer> possible = new HashSet<>();
  private final Set<Integer> deleting = new HashSet<>();
  private final Set<Integer> deleted = new HashSet<>();
  private int next;

  @SeededTest(runs = 4)
  @Timeout(300)
  void acknowledgedEventsSurviveAKill(Random random) throws Exception {
    for (int life = 0; life < 2; life++) {
      String point = POINTS.get(random.nextInt(POINTS.size()));
      runUntilKilled(point, 1 + random.nextInt(point.contains("tail") ? 30 : 6), random);
      try (EventLog log = EventLog.open(directory, LogEvents.manual().build())) {
        assertThat(log.recovery().lost()).as(point).isEmpty();
        Set<Integer> left = new HashSet<>(LogEvents.numbers(log));
        certain.removeAll(deleting);
        assertThat(left).as("killed at %s", point).containsAll(certain);
        left.forEach(number -> assertThat(possible).contains(number));
        deleted.forEach(number -> assertThat(left).doesNotContain(number));
        certain.addAll(left);
        possible.retainAll(left);
        next = Math.max(next, possible.stream().mapToInt(n -> n + 1).max().orElse(0));
      }
    }
  }

  @AfterAll
  static void tellKills() {
    int all = KILLS.values().stream().mapToInt(Integer::intValue).sum();
    System.out.println("kills: " + all + " " + KILLS);
  }

  private void runUntilKilled(String point, int count, Random random) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "--add-modules",
                    "jdk.incubator.vector",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    KillChild.class.getName(),
                    directory.toString(),
                    String.valueOf(next),
                    point,
                    String.valueOf(count),
                    String.valueOf(random.nextLong())))
            .redirectError(directory.resolveSibling("child.log").toFile())
            .start();
    boolean stopped = false;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      List<int[]> tried = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("here")) {
          stopped = true;
          requireLocked();
          // By its handle, which leaves what it has said readable: where a thread beside the one
          // that appends stopped, the log went on until now, and said so.
          process.toHandle().destroyForcibly();
        } else {
          note(line.split(" "), tried);
        }
      }
      assertThat(stopped).as("child, log in child.log").isTrue();
      KILLS.merge(point, 1, Integer::sum);
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void note(String[] words, List<int[]> tried) {
    int number = Integer.parseInt(words[1]);
    switch (words[0]) {
      case "try" -> {
        int end = Integer.parseInt(words[2]);
        tried.add(new int[] {number, end});
        possible.addAll(LogEvents.range(number, end));
        next = end;
      }
      case "acked" -> tried.forEach(range -> certain.addAll(LogEvents.range(range[0], range[1])));
      case "deleting" -> deleting.add(number);
      case "deleted" -> deleted.add(number);
      default -> throw new AssertionError("unknown word " + words[0]);
    }
  }

  /** Another process has the log open. */
  private void requireLocked() throws IOException {
    assertThatThrownBy(() -> EventLog.open(directory, LogEvents.manual().build()))
        .isInstanceOf(AlreadyOpenException.class)
        .hasMessageContaining("another process");
    try (EventLogReader reader = EventLogReader.open(directory)) {
      assertThat(LogEvents.numbers(reader)).isNotNull();
    } catch (CorruptFileException unborn) { // stopped before its first manifest
      assertThat(unborn).hasMessageContaining("there is no whole manifest");
      assertThat(possible).isEmpty();
    }
  }
}
