package io.varve.cli;

import io.varve.io.LocalFileStore;
import io.varve.table.TableBackup;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.TableVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a table of a backup. */
@Command(
    name = "restore",
    description = {
      "Makes a table in a new directory of a backup, which stays as it is, or of any commit of a"
          + " table, and verifies every byte.",
      "It is the same table, by its identity: a job goes on with it from the savepoint that belongs"
          + " to that commit. It begins in a new epoch, so that nobody who wrote before goes on by"
          + " himself."
    })
final class RestoreCommand extends TableCommand {

  @Mixin private SnapshotOption snapshot = new SnapshotOption();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      index = "1",
      paramLabel = "DIRECTORY",
      description = "Where to; it must be empty or missing.")
  private Path target = Path.of("");

  @Option(
      names = "--link",
      description = "Link segments where the file system can, don't copy them.")
  private boolean link;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    LocalFileStore to = new LocalFileStore(target);
    TableSnapshot source = snapshot.of(table);
    TableBackup.Report report;
    TableVerifier.Report verified;
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try (Progress progress = new Progress("bytes", err()).of(source.bytes())) {
      report =
          new TableBackup(link, System::currentTimeMillis, progress::add)
              .restore(source, who(), to);
      verified = new TableVerifier(to, false, threads, bytes -> {}).verify();
    } finally {
      threads.shutdownNow();
    }
    CheckpointCommand.print(report, output, this);
    for (TableVerifier.Problem problem : verified.problems()) {
      err().println("restore: " + problem.problem());
    }
    return verified.problems().isEmpty() ? ExitCode.OK : ExitCode.FOUND;
  }
}
