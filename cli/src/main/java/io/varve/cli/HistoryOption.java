package io.varve.cli;

import io.varve.table.HistoryOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How much of the past stays. */
final class HistoryOption {

  @Option(
      names = "--history",
      paramLabel = "DURATION",
      description =
          "How long commits and savepoints stay, such as P7D or PT12H (default:"
              + " ${DEFAULT-VALUE}).")
  private Duration history = Duration.ofMillis(HistoryOptions.DEFAULT_TIME_MILLIS);

  @Option(
      names = "--min-commits",
      paramLabel = "N",
      description = "How many of the newest commits stay, whatever their age.")
  private int minCommits = HistoryOptions.DEFAULT_MIN_COMMITS;

  HistoryOptions options() {
    return new HistoryOptions(history.toMillis(), minCommits);
  }
}
