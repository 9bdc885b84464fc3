package io.varve.cli;

import io.varve.schema.SchemaChange;
import io.varve.schema.SchemaEvolution;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import io.varve.table.TableMaintenance;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes columns and options beside a running job. */
@Command(
    name = "alter",
    description = {
      "Changes columns or options, in one commit; no file is written anew.",
      "A job that writes to the table takes it up at its next checkpoint. Columns are added first,"
          + " then renamed, widened, moved, dropped."
    })
final class AlterCommand extends TableCommand {

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--add",
      paramLabel = "COLUMN",
      description =
          "A new column: 'NAME TYPE [not null] [default VALUE] [first|after NAME]'. Rows so far"
              + " have the default, or null.")
  private List<String> added = List.of();

  @Option(names = "--rename", paramLabel = "OLD=NEW", description = "A column's new name.")
  private Map<String, String> renamed = new LinkedHashMap<>();

  @Option(
      names = "--widen",
      paramLabel = "COLUMN=TYPE",
      description = "A wider type, such as 'n=bigint' or 'price=double'.")
  private Map<String, String> widened = new LinkedHashMap<>();

  @Option(
      names = "--allow-nulls",
      paramLabel = "COLUMN",
      description = "A column to allow nulls in.")
  private List<String> nullable = List.of();

  @Option(
      names = "--move",
      paramLabel = "COLUMN=AFTER",
      description =
          "A column and the one to put it after; nothing after the = for the first place.")
  private Map<String, String> moved = new LinkedHashMap<>();

  @Option(names = "--drop", paramLabel = "COLUMN", description = "A column that goes.")
  private List<String> dropped = List.of();

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = {
        "segment.target-rows, segment.target-bytes, segment.target-age, ttl, ttl.by-partition,"
            + " history.time, history.min-commits, bloom-columns, tally-columns,"
            + " projection.<name>.group-by, projection.<name>.aggregates,"
            + " projection.min-rows-per-group. It comes before what jobs say."
      })
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--reset",
      paramLabel = "OPTION",
      description = "An option that jobs say again; of a projection: projection.<name>.group-by.")
  private List<String> reset = List.of();

  @Option(names = "--why", paramLabel = "TEXT", description = "A reason, kept in the commit.")
  private @Nullable String why;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableDirectory now = TableSnapshot.latest(table).table();
    List<SchemaChange> changes =
        ColumnChanges.of(added, renamed, widened, nullable, moved, dropped);
    Map<String, @Nullable String> options = new LinkedHashMap<>(set);
    reset.forEach(name -> options.put(name, null));
    if (changes.isEmpty() == options.isEmpty()) {
      throw new IllegalArgumentException(
          changes.isEmpty()
              ? "nothing to change; see varve alter --help"
              : "change columns and options with two commands: each is a commit of its own");
    }
    String what =
        changes.isEmpty()
            ? "options " + String.join(", ", options.keySet())
            : changes.stream().map(SchemaChange::describe).collect(Collectors.joining(", "));
    TableMaintenance maintenance = maintenance(table);
    if (changes.isEmpty()) {
      maintenance.checkOptions(options);
    } else {
      SchemaEvolution.apply(now.definition(), changes);
    }
    long commit = 0;
    if (!confirmation.dryRun()) {
      if (!dropped.isEmpty()) {
        confirmation.require(
            "Drop " + String.join(", ", dropped) + " of " + table.store().describe("") + "?",
            err());
      }
      String reason = why == null ? "" : why;
      commit =
          changes.isEmpty()
              ? maintenance.setOptions(options, reason)
              : maintenance.alter(changes, reason);
    }
    TableDefinition after =
        confirmation.dryRun() && !changes.isEmpty()
            ? SchemaEvolution.apply(now.definition(), changes)
            : TableSnapshot.latest(table).table().definition();
    try (RowPrinter printer =
        output.printer(out(), List.of("change", "schema version", "commit", "dry run"))) {
      printer.row(
          what, after.schema().version(), commit == 0 ? null : commit, confirmation.dryRun());
    }
    return ExitCode.OK;
  }
}
