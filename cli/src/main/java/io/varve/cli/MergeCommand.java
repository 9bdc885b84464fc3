package io.varve.cli;

import io.varve.table.TableMerger;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
      description = {
        "How many rows a segment has at most (default: the table's segment.target-rows, or"
            + " 1048576)."
      })
  private @Nullable Integer targetRows;

  @Override
  public Integer call() throws IOException {
    TableMerger byTable =
        new TableMerger(openTable(), WriterOptions.DEFAULTS, who(), System::currentTimeMillis);
    TableMerger merger = targetRows == null ? byTable : byTable.withTargetRows(targetRows);
    List<String> columns =
        List.of(
            "partition", "segments", "rows", "bytes", "segments after", "bytes after", "commit");
    try (RowPrinter printer = output.printer(out(), columns);
        Progress progress = new Progress("bytes", err())) {
      if (dryRun) {
        for (TableMerger.Plan plan : merger.plan()) {
          print(printer, plan, null, null, null);
        }
      } else {
        merger.mergeAll(
            commandGiven(),
            Integer.MAX_VALUE,
            merged -> {
              progress.add(merged.plan().bytes());
              print(
                  printer,
                  merged.plan(),
                  merged.outputs().size(),
                  merged.outputs().stream().mapToLong(SegmentRef::bytes).sum(),
                  merged.commit());
            });
      }
    }
    return ExitCode.OK;
  }

  private static void print(
      RowPrinter printer,
      TableMerger.Plan plan,
      @Nullable Integer segmentsAfter,
      @Nullable Long bytesAfter,
      @Nullable Long commit)
      throws IOException {
    printer.row(
        plan.partition(),
        plan.segments().size(),
        plan.rows(),
        plan.bytes(),
        segmentsAfter,
        bytesAfter,
        commit);
  }
}
