package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** I3 on a real process: it is killed outright, and what was committed is there. */
@Timeout(300)
class DemoKillIT {

  @TempDir Path directory;

  private Process start(Path demo) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-javaagent") && !option.startsWith("-D")) {
        command.add(option);
      }
    }
    command.add("-XX:TieredStopAtLevel=1"); // it lives for seconds
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Demo.class.getName()));
    command.addAll(List.of("--path", demo.toString(), "--checkpoint-interval", "100ms"));
    command.addAll(List.of("--rate", "200000", "--fail-after", "120000"));
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectOutput(directory.resolve("out").toFile())
        .start();
  }

  /** Runs the demo until it says something, kills it, and returns how many rows are visible. */
  private long killAt(Path demo, String saying) throws Exception {
    Process process = start(demo);
    StringBuilder said = new StringBuilder();
    try (BufferedReader talk =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      String line = talk.readLine();
      while (line != null && !line.contains(saying)) {
        said.append(line).append('\n');
        line = talk.readLine();
      }
      assertThat(line).as("said only: %s", said).isNotNull();
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as("killed, not ended").isEqualTo(128 + 9);
    Path table = demo.resolve("table");
    long visible = TableSnapshot.latest(TableDirectory.open(new LocalFileStore(table))).rowCount();
    CommandRun rollup = CommandRun.of(FlightsRollupJob.command(), "--table", table, "-o", "json");
    assertThat(rollup.exitCode()).as(rollup.err()).isZero();
    assertThat(rollup.out().lines().mapToLong(DemoKillIT::flights).sum()).isEqualTo(visible);
    return visible;
  }

  private static long flights(String json) {
    return Long.parseLong(json.replaceAll(".*\"flights\":(\\d+).*", "$1"));
  }

  @Test
  void isExactAfterBeingKilledAtEveryStage() throws Exception {
    Path demo = directory.resolve("demo");
    assertThat(killAt(demo, "Writing")).isZero();
    assertThat(killAt(demo, "commit  3")).isPositive();
    assertThat(killAt(demo, "failed on purpose")).isPositive();
    assertThat(killAt(demo, "Rolling up")).isEqualTo(228_738);
    Process process = start(demo);
    process.getErrorStream().transferTo(Files.newOutputStream(directory.resolve("err")));
    assertThat(process.waitFor()).as(Files.readString(directory.resolve("err"))).isZero();
    assertThat(directory.resolve("out")).content().contains("EXACT");
  }
}
