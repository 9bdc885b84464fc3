package io.varve.cli;

import io.varve.table.TableDirectory;
import io.varve.table.TableMerger;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes large segments of small ones. */
@Command(
    name = "merge",
    description = {
      "Merges small segments that are neighbours in time, without the rows that were deleted.",
      "A job that writes to the table does so by itself, and goes on undisturbed."
    })
final class MergeCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();

  @Option(names = "--dry-run", description = "Only tell what would be merged first.")
  private boolean dryRun;

  @Option(
      names = "--target-rows",
      paramLabel = "N",
      description = "How many rows a segment has at most (default: ${DEFAULT-VALUE}).")
  private int targetRows = WriterOptions.DEFAULTS.targetRows();

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    WriterOptions options = WriterOptions.DEFAULTS.withTargetRows(targetRows);
    TableMerger merger = new TableMerger(table, options, who(), System::currentTimeMillis);
    List<String> columns =
        List.of(
            "partition", "segments", "rows", "bytes", "segments after", "bytes after", "commit");
    try (RowPrinter printer = output.printer(out(), columns);
        Progress progress = new Progress("bytes", err())) {
      List<TableMerger.Plan> plans = merger.plan();
      while (!plans.isEmpty()) {
        for (TableMerger.Plan plan : plans) {
          if (dryRun) {
            printer.row(
                plan.partition(),
                plan.segments().size(),
                plan.rows(),
                plan.bytes(),
                null,
                null,
                null);
            continue;
          }
          TableMerger.Merged merged = merger.merge(plan, commandGiven());
          progress.add(plan.bytes());
          if (merged.commit() > 0) {
            print(printer, merged);
          }
        }
        plans = dryRun ? List.of() : merger.plan();
      }
    }
    return ExitCode.OK;
  }

  private static void print(RowPrinter printer, TableMerger.Merged merged) throws IOException {
    TableMerger.Plan plan = merged.plan();
    printer.row(
        plan.partition(),
        plan.segments().size(),
        plan.rows(),
        plan.bytes(),
        merged.outputs().size(),
        merged.outputs().stream().mapToLong(SegmentRef::bytes).sum(),
        merged.commit());
  }
}
