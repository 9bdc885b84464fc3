package io.varve.cli;

import io.varve.io.LocalFileStore;
import io.varve.table.TableVerifier;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds damage. */
@Command(
    name = "verify",
    description = {
      "Reads all that the retained commits need, the log and every segment and tail, and compares"
          + " its checksums.",
      "Lists what is damaged or missing, and then exits with 3. Changes nothing."
    })
final class VerifyCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();

  @Option(names = "--deep", description = "Decode every value too.")
  private boolean deep;

  @Override
  public Integer call() throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    TableVerifier.Report report;
    long started = System.nanoTime();
    try (Progress progress = new Progress("bytes", err())) {
      report =
          new TableVerifier(new LocalFileStore(directory()), deep, threads, progress::add).verify();
    } finally {
      threads.shutdownNow();
    }
    try (RowPrinter printer = output.printer(out(), List.of("file", "rows at risk", "problem"))) {
      for (TableVerifier.Problem problem : report.problems()) {
        printer.row(problem.file(), problem.rows(), problem.problem());
      }
    }
    double seconds = Math.max(1, System.nanoTime() - started) / 1e9;
    err()
        .println(
            String.format(
                Locale.ROOT,
                "%,d files, %,d bytes, %.0f MB/s, %s",
                report.files(),
                report.bytes(),
                report.bytes() / 1e6 / seconds,
                report.problems().isEmpty()
                    ? "no damage"
                    : report.problems().size() + " problems"));
    return report.problems().isEmpty() ? ExitCode.OK : ExitCode.FOUND;
  }
}
