package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a user runs it, but faster. */
@Timeout(300)
class DemoIT {

  @TempDir Path directory;

  @Test
  void isExactAfterAFailureTwiceInOneDirectory() throws IOException {
    Path demo = directory.resolve("demo");
    Path plot = directory.resolve("plots/delay.png");
    CommandRun first =
        CommandRun.of(
            Demo.command(),
            "--path",
            demo,
            "--rate",
            150_000,
            "--checkpoint-interval",
            "200ms",
            "--fail-after",
            150_000,
            "--plot",
            plot);
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("task failed on purpose at row 150,000, recovered from checkpoint ")
        .contains("EXACT: all 3,109 groups")
        .contains("228,738 rows in ")
        .contains(plot.toString());
    assertThat(first.err()).contains("restored from checkpoint");
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isGreaterThan(1000);

    CommandRun second = CommandRun.of(Demo.command(), "--path", demo, "--rate", 0, "--no-fail");
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.err()).contains("An earlier run left a table with 228,738 rows");
    assertThat(second.out()).contains("EXACT").doesNotContain("failed on purpose");
    assertThat(demo.resolve("delay-by-day.png")).isNotEmptyFile();
  }

  @Test
  void failsIfTheTaskDidNotFail() {
    CommandRun run =
        CommandRun.of(
            Demo.command(),
            "--path",
            directory.resolve("demo"),
            "--rate",
            0,
            "--fail-after",
            1_000_000);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("The task was to fail at row 1,000,000 and did not");
  }

  @Test
  void doesNotEmptyADirectoryOfSomethingElse() throws IOException {
    Path precious = Files.writeString(directory.resolve("precious.txt"), "keep");
    CommandRun run = CommandRun.of(Demo.command(), "--path", directory);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(directory.toString(), "neither empty nor a demo's", "--path");
    assertThat(precious).content().isEqualTo("keep");
  }

  @Test
  void doesNotDisturbADemoThatRuns() throws IOException {
    try (DemoDirectory running = DemoDirectory.open(directory.resolve("demo"))) {
      CommandRun run = CommandRun.of(Demo.command(), "--path", running.root());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("another demo is running here");
    }
  }
}
