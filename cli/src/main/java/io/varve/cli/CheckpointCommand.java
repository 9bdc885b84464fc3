package io.varve.cli;

import io.varve.io.LocalFileStore;
import io.varve.table.TableBackup;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Backs a table up. */
@Command(
    name = "checkpoint",
    description = {
      "Copies one commit of a table to a new directory, also while a job writes: a backup, which is"
          + " a table of one commit itself.",
      "Segments are linked where the file system can: the copy then shares their bytes on the disk"
          + " with the table, though neither changes the other."
    })
final class CheckpointCommand extends TableCommand {

  @Mixin private SnapshotOption snapshot = new SnapshotOption();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      index = "1",
      paramLabel = "DIRECTORY",
      description = "Where to; it must be empty or missing.")
  private Path target = Path.of("");

  @Option(names = "--copy", description = "Copy segments, don't link them.")
  private boolean copy;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot source = snapshot.of(table);
    TableBackup.Report report;
    try (Progress progress = new Progress("bytes", err()).of(source.bytes())) {
      report =
          new TableBackup(!copy, System::currentTimeMillis, progress::add)
              .write(source, who(), new LocalFileStore(target));
    }
    print(report, output, this);
    return ExitCode.OK;
  }

  static void print(TableBackup.Report report, OutputOption output, TableCommand command)
      throws IOException {
    try (RowPrinter printer =
        output.printer(
            command.out(), List.of("commit", "rows", "files", "bytes", "bytes linked"))) {
      printer.row(
          report.commit(), report.rows(), report.files(), report.bytes(), report.linkedBytes());
    }
  }
}
