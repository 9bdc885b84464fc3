package io.varve.cli;

import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Counts files, rows and bytes. */
@Command(name = "stats", description = "Counts files, rows and bytes by partition.")
final class StatsCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();
  @Mixin private SnapshotOption at = new SnapshotOption();

  private static final class Sums {
    long segments;
    long tails;
    long sealedRows;
    long tailRows;
    long bytes;
    long deletesToApply;

    void add(ScanUnit unit) {
      if (unit instanceof ScanUnit.OfSegment) {
        segments++;
        sealedRows += unit.rows();
      } else {
        tails++;
        tailRows += unit.rows();
      }
      bytes += unit.bytes();
      deletesToApply += unit.asOf() > 0 ? 1 : 0;
    }

    void print(String partition, RowPrinter printer) throws IOException {
      printer.row(partition, segments, tails, sealedRows, tailRows, bytes, deletesToApply);
    }
  }

  @Override
  public Integer call() throws IOException {
    TableSnapshot snapshot = at.of(openTable());
    SortedMap<String, Sums> partitions = new TreeMap<>();
    Sums total = new Sums();
    for (ScanUnit unit : snapshot.units()) {
      partitions.computeIfAbsent(unit.partition(), path -> new Sums()).add(unit);
      total.add(unit);
    }
    try (RowPrinter printer =
        output.printer(
            out(),
            List.of(
                "partition",
                "segments",
                "tails",
                "sealed rows",
                "tail rows",
                "bytes",
                "files with deletes"))) {
      for (var entry : partitions.entrySet()) {
        entry.getValue().print(entry.getKey(), printer);
      }
      total.print("total", printer);
    }
    return ExitCode.OK;
  }
}
