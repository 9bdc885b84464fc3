package io.varve.cli;

import io.varve.table.HistoryOptions;
import io.varve.table.TableDirectory;
import io.varve.table.protocol.Removal;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets old commits go. */
@Command(
    name = "expire",
    description = {
      "Removes old commits, and the files that only they show.",
      "Tagged commits, those that a reader holds and all after them stay."
    })
final class ExpireCommand extends TableCommand {

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private HistoryOption history = new HistoryOption();
  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    HistoryOptions kept = history.options(upkeep(table));
    Removal removal = upkeep(table).expire(kept, true);
    if (!confirmation.dryRun() && !removal.isEmpty()) {
      confirmation.require(RemovalReport.question(table.store().describe(""), removal), err());
      removal = upkeep(table).expire(kept, false);
    }
    RemovalReport.print(removal, confirmation.dryRun(), output, out());
    return ExitCode.OK;
  }
}
