package io.varve.cli;

import io.varve.table.HistoryOptions;
import io.varve.table.TableDirectory;
import io.varve.table.protocol.Removal;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds files that no commit names. */
@Command(
    name = "orphans",
    description = "Lists segments and tails that failures left behind; --remove deletes them.")
final class OrphansCommand extends TableCommand {

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private HistoryOption history = new HistoryOption();
  @Mixin private OutputOption output = new OutputOption();

  @Option(names = "--remove", description = "Delete them, and what failures left of the log.")
  private boolean remove;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    HistoryOptions kept = history.options(upkeep(table));
    Removal orphans = upkeep(table).removeOrphans(kept, true);
    List<String> leftovers = upkeep(table).removeLeftovers(kept, true);
    boolean some = !orphans.isEmpty() || !leftovers.isEmpty();
    if (remove && some && !confirmation.dryRun()) {
      confirmation.require(RemovalReport.question(table.store().describe(""), orphans), err());
      orphans = upkeep(table).removeOrphans(kept, false);
      leftovers = upkeep(table).removeLeftovers(kept, false);
    }
    try (RowPrinter printer = output.printer(out(), List.of("file", "kind", "removed"))) {
      boolean removed = remove && !confirmation.dryRun();
      for (String file : orphans.files()) {
        printer.row(file, "orphan", removed);
      }
      for (String file : leftovers) {
        printer.row(file, "leftover of the log", removed);
      }
    }
    return ExitCode.OK;
  }
}
