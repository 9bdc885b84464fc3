package io.varve.cli;

import io.varve.query.Filter;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Drops old rows. */
@Command(
    name = "gc",
    description = {
      "Drops the rows of events before a time, for good: those that come later too.",
      "Segments that hold nothing else go at once; the rows of others are hidden, and leave the"
          + " disk with a merge. Old commits keep showing them while they last."
    })
final class GcCommand extends TableCommand {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private OutputOption output = new OutputOption();

  @ArgGroup(multiplicity = "1")
  private Cutoff cutoff = new Cutoff();

  /** Before when. */
  static final class Cutoff {

    @Option(
        names = "--older-than",
        paramLabel = "DURATION",
        description = "Events that are older than this now, such as P90D.")
    private @Nullable Duration age;

    @Option(
        names = "--before",
        paramLabel = "TIME",
        description = "Events before this, such as 2026-01-01T00:00:00Z.")
    private @Nullable Instant time;

    Instant instant() {
      if (age != null) {
        return Instant.ofEpochMilli(System.currentTimeMillis()).minus(age);
      }
      return time == null ? Instant.EPOCH : time;
    }
  }

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot snapshot = TableSnapshot.latest(table);
    Instant before = cutoff.instant();
    String time = snapshot.table().schema().timeField().name();
    long nanos =
        Math.addExact(
            Math.multiplyExact(before.getEpochSecond(), NANOS_PER_SECOND), before.getNano());
    long rows = TableReads.countNewest(table, Filter.lt(time, nanos));
    long commit = 0;
    if (!confirmation.dryRun()) {
      confirmation.require(
          String.format(
              Locale.ROOT,
              "Drop %,d rows of events before %s from %s, for good?",
              rows,
              before,
              table.store().describe("")),
          err());
      commit = upkeep(table).dropOlderThan(nanos, commandGiven());
    }
    try (RowPrinter printer =
        output.printer(out(), List.of("before", "rows", "commit", "dry run"))) {
      printer.row(before, rows, commit == 0 ? null : commit, confirmation.dryRun());
    }
    return ExitCode.OK;
  }
}
