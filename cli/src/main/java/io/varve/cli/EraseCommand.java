package io.varve.cli;

import io.varve.query.Filter;
import io.varve.query.FilterParser;
import io.varve.table.TableDirectory;
import io.varve.table.TableErasure;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes rows off the disk. */
@Command(
    name = "erase",
    description = {
      "Deletes rows and takes them off the disk now: rewrites the segments that hold them and lets"
          + " the commits that show them expire, with all savepoints older than that.",
      "Reports what it could not reach, and then exits with 3. The log keeps the condition."
    })
final class EraseCommand extends TableCommand {

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--where",
      required = true,
      paramLabel = "FILTER",
      description = "The visible rows for which this is true.")
  private String where = "";

  @Option(
      names = "--take-over",
      description =
          "Rewrite tails too, and remove what nobody has committed. A job that writes to the table"
              + " fails: stop it with a savepoint before, and start it from that again.")
  private boolean takeOver;

  @Option(
      names = "--untag",
      description =
          "Take all tags away first: the commit that a tag keeps may hold the rows. Backups are"
              + " tables of their own; erase there as well.")
  private boolean untag;

  @Option(names = "--why", paramLabel = "TEXT", description = "A reason, kept in the commits.")
  private @Nullable String why;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot snapshot = TableSnapshot.latest(table);
    Filter filter = FilterParser.parse(where, snapshot.table().schema());
    long rows = TableReads.countNewest(table, filter);
    if (confirmation.dryRun()) {
      try (RowPrinter printer = output.printer(out(), List.of("rows", "dry run"))) {
        printer.row(rows, true);
      }
      return ExitCode.OK;
    }
    confirmation.require(
        String.format(
            Locale.ROOT,
            "Erase %,d rows of %s? Older commits and savepoints go with them.%s%s",
            rows,
            table.store().describe(""),
            untag ? " So do all tags." : "",
            takeOver ? " A running job fails." : ""),
        err());
    if (untag) {
      TableUpkeep upkeep = new TableUpkeep(table, who(), System::currentTimeMillis);
      for (String tag : upkeep.tags().keySet()) {
        upkeep.untag(tag);
      }
    }
    TableErasure erasure = new TableErasure(table, who(), System::currentTimeMillis);
    String reason = why == null ? commandGiven() : why;
    TableErasure.Report report =
        takeOver ? erasure.eraseTakingOver(filter, reason) : erasure.erase(filter, reason);
    print(rows, report);
    return report.notReached().isEmpty() ? ExitCode.OK : ExitCode.FOUND;
  }

  private void print(long rows, TableErasure.Report report) throws IOException {
    List<Map<String, Object>> rewritten =
        report.rewritten().stream()
            .map(r -> Map.<String, Object>of("file", r.file(), "rowsRemoved", r.rowsRemoved()))
            .collect(Collectors.toList());
    List<Map<String, Object>> notReached =
        report.notReached().stream()
            .map(r -> Map.<String, Object>of("what", r.what(), "why", r.why()))
            .collect(Collectors.toList());
    List<String> columns =
        List.of(
            "rows",
            "commit",
            "rewritten",
            "expiredThrough",
            "commitsExpired",
            "filesRemoved",
            "notReached");
    try (RowPrinter printer = output.printer(out(), columns)) {
      boolean people = output.form() == OutputOption.Form.table;
      printer.row(
          rows,
          report.commit(),
          people ? rewritten.size() : rewritten,
          report.expired().expiredThrough(),
          report.expired().records(),
          people ? report.expired().files().size() : report.expired().files(),
          people ? notReached.size() : notReached);
    }
    if (output.form() == OutputOption.Form.table) {
      StringWriter lines = new StringWriter();
      report
          .notReached()
          .forEach(r -> lines.append("not reached: " + r.what() + ": " + r.why() + "\n"));
      err().print(lines);
      err().flush();
    }
  }
}
