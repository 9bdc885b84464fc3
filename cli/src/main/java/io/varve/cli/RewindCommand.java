package io.varve.cli;

import io.varve.table.BackOff;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.table.protocol.RunId;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a table back to an older commit. */
@Command(
    name = "rewind",
    description = {
      "Takes the table back to an older commit. Deletes stay.",
      "A job that is running is fenced: it fails at its next checkpoint and goes on when it is"
          + " submitted again."
    })
final class RewindCommand extends TableCommand {

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(index = "1", paramLabel = "COMMIT", description = "The number of the commit.")
  private long target;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot now = TableSnapshot.latest(table);
    TableSnapshot then = TableSnapshot.at(table, target);
    long commit = 0;
    if (!confirmation.dryRun()) {
      confirmation.require(
          String.format(
              Locale.ROOT,
              "Take %s back from commit %d (%,d stored rows) to %d (%,d)? A running job fails.",
              table.store().describe(""),
              now.number(),
              now.rowCount(),
              target,
              then.rowCount()),
          err());
      commit = rewind(table);
    }
    try (RowPrinter printer =
        output.printer(
            out(), List.of("from", "to", "rows before", "rows after", "commit", "dry run"))) {
      printer.row(
          now.number(),
          target,
          now.rowCount(),
          then.rowCount(),
          commit == 0 ? null : commit,
          confirmation.dryRun());
    }
    return ExitCode.OK;
  }

  private long rewind(TableDirectory table) throws IOException {
    RunId run = new RunId(System.currentTimeMillis(), ThreadLocalRandom.current().nextLong());
    Author author = new Author(UUID.randomUUID().toString(), who(), commandGiven());
    return new RewindOperation(new RewindRequest(target, run, author), new LogView())
        .run(log(table), System::currentTimeMillis, BackOff::await);
  }
}
