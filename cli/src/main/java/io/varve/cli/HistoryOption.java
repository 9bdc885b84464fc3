package io.varve.cli;

import io.varve.table.HistoryOptions;
import io.varve.table.TableUpkeep;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of the past stays. */
final class HistoryOption {

  @Option(
      names = "--history",
      paramLabel = "DURATION",
      description =
          "How long commits and savepoints stay, such as P7D or PT12H (default: the table's"
              + " history.time, or PT24H).")
  private @Nullable Duration history;

  @Option(
      names = "--min-commits",
      paramLabel = "N",
      description =
          "How many of the newest commits stay, whatever their age (default: the table's"
              + " history.min-commits, or 10).")
  private @Nullable Integer minCommits;

  HistoryOptions options(TableUpkeep upkeep) throws IOException {
    return upkeep.history(history == null ? null : history.toMillis(), minCommits);
  }
}
