package io.varve.cli;

import io.varve.query.Filter;
import io.varve.query.FilterParser;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Hides rows at once; merges take them off the disk. */
@Command(
    name = "delete",
    description = {
      "Deletes rows: by id for good, by a filter those that are visible now.",
      "Reads leave them out at once; bytes leave the disk with the next merge, old commits keep"
          + " showing them while they last."
    })
final class DeleteCommand extends TableCommand {

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private OutputOption output = new OutputOption();

  @ArgGroup(multiplicity = "1")
  private Choice choice = new Choice();

  @Option(names = "--why", paramLabel = "TEXT", description = "A reason, kept in the commit.")
  private @Nullable String why;

  private static final class Choice {
    @Option(names = "--id", split = ",", paramLabel = "ID", description = "The rows of these ids.")
    private @Nullable List<String> ids;

    @Option(
        names = "--where",
        paramLabel = "FILTER",
        description = "The visible rows for which this is true.")
    private @Nullable String where;
  }

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot snapshot = TableSnapshot.latest(table);
    List<String> ids = choice.ids;
    Filter filter =
        ids == null
            ? FilterParser.parse(String.valueOf(choice.where), snapshot.table().schema())
            : IdFilter.of(snapshot.table(), ids);
    long rows = TableReads.countNewest(table, filter);
    long commit = 0;
    if (!confirmation.dryRun() && (rows > 0 || ids != null)) {
      confirmation.require(
          String.format(Locale.ROOT, "Delete %,d rows of %s?", rows, table.store().describe("")),
          err());
      String reason = why == null ? commandGiven() : why;
      commit =
          ids == null
              ? maintenance(table).delete(filter, reason)
              : maintenance(table).deleteIds(((Filter.In) filter).literals(), reason);
    }
    try (RowPrinter printer = output.printer(out(), List.of("rows", "commit", "dry run"))) {
      printer.row(rows, commit == 0 ? null : commit, confirmation.dryRun());
    }
    return ExitCode.OK;
  }
}
