package io.varve.cli;

import io.varve.table.PartitionDirectories;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.Truncation;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes all rows away that are visible, of a table or of partitions. */
@Command(
    name = "truncate",
    description = {
      "Takes away all rows that are visible now, of the table or of partitions.",
      "Rows that a running job commits later stay. Files go when the commits before have expired; a"
          + " rewind to one of those brings the rows back."
    })
final class TruncateCommand extends TableCommand {

  private static final String NONE = "\\N";

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private OutputOption output = new OutputOption();

  @ArgGroup(multiplicity = "1")
  private Choice choice = new Choice();

  @Option(names = "--why", paramLabel = "TEXT", description = "A reason, kept in the commit.")
  private @Nullable String why;

  private static final class Choice {
    @Option(names = "--all", description = "The whole table.")
    private boolean all;

    @Option(
        names = "--partition",
        paramLabel = "COLUMN=VALUE[/...]",
        description =
            "The partitions that have these values, such as day=2026-01-31/region=eu; \\N is none.")
    private List<String> partitions = List.of();
  }

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot snapshot = TableSnapshot.latest(table);
    List<Map<String, @Nullable String>> partitions =
        choice.all
            ? List.of(Map.of())
            : choice.partitions.stream().map(TruncateCommand::parse).toList();
    Set<String> directories = new TreeSet<>();
    for (Map<String, @Nullable String> partition : partitions) {
      directories.addAll(
          PartitionDirectories.of(snapshot.table().definition(), partition, snapshot.state()));
    }
    long rows =
        snapshot.units().stream()
            .filter(
                unit ->
                    directories.stream()
                        .anyMatch(directory -> Truncation.isWithin(unit.partition(), directory)))
            .mapToLong(ScanUnit::rows)
            .sum();
    long commit = 0;
    if (!confirmation.dryRun() && rows > 0) {
      confirmation.require(
          String.format(
              Locale.ROOT,
              "Take away %,d stored rows of %s?",
              rows,
              choice.all ? table.store().describe("") : String.join(", ", choice.partitions)),
          err());
      commit = maintenance(table).truncate(partitions, why == null ? "" : why);
    }
    try (RowPrinter printer = output.printer(out(), List.of("stored rows", "commit", "dry run"))) {
      printer.row(rows, commit == 0 ? null : commit, confirmation.dryRun());
    }
    return ExitCode.OK;
  }

  private static Map<String, @Nullable String> parse(String text) {
    Map<String, @Nullable String> values = new HashMap<>();
    for (String part : text.split("/", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "expected values of partition columns such as day=2026-01-31/region=eu, not: " + text);
      }
      String value = part.substring(equals + 1);
      values.put(part.substring(0, equals), value.equals(NONE) ? null : value);
    }
    return values;
  }
}
