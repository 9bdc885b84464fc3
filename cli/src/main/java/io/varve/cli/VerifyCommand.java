package io.varve.cli;

import io.varve.io.LocalFileStore;
import io.varve.table.TableRepair;
import io.varve.table.TableVerifier;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds damage, and repairs it. */
@Command(
    name = "verify",
    description = {
      "Reads all that the retained commits need, the log and every segment and tail, and compares"
          + " its checksums.",
      "Lists what is damaged or missing, and then exits with 3. Changes nothing without --repair,"
          + " which moves damaged files to corrupt/, keeps the rows of theirs that are whole, lets"
          + " older commits and savepoints go, and tells how many rows are lost; -1 where nobody"
          + " can know."
    })
final class VerifyCommand extends TableCommand {

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private OutputOption output = new OutputOption();

  @Option(names = "--deep", description = "Decode every value too.")
  private boolean deep;

  @Option(names = "--repair", description = "Make the table readable again.")
  private boolean repair;

  @Option(
      names = "--take-over",
      description =
          "With --repair: tails and lost commits too. A job that writes to the table fails: stop it"
              + " before.")
  private boolean takeOver;

  @Override
  public Integer call() throws IOException {
    LocalFileStore store = new LocalFileStore(directory());
    TableVerifier.Report report = verify(store);
    if (!repair) {
      try (RowPrinter printer = output.printer(out(), List.of("file", "rows at risk", "problem"))) {
        for (TableVerifier.Problem problem : report.problems()) {
          printer.row(problem.file(), problem.rows(), problem.problem());
        }
      }
      return report.problems().isEmpty() ? ExitCode.OK : ExitCode.FOUND;
    }
    return repair(store, report);
  }

  private TableVerifier.Report verify(LocalFileStore store) throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    TableVerifier.Report report;
    long started = System.nanoTime();
    try (Progress progress = new Progress("bytes", err())) {
      report = new TableVerifier(store, deep, threads, progress::add).verify(progress::of);
    } finally {
      threads.shutdownNow();
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
    return report;
  }

  private int repair(LocalFileStore store, TableVerifier.Report found) throws IOException {
    TableRepair tableRepair = new TableRepair(store, who(), System::currentTimeMillis);
    TableRepair.Report plan = tableRepair.repair(found, takeOver, true);
    if (plan.refusals().isEmpty() && !plan.acts().isEmpty() && !confirmation.dryRun()) {
      confirmation.require(
          String.format(
              Locale.ROOT,
              "Put %,d files of %s aside, and lose %,d rows?",
              plan.acts().size(),
              store.describe(""),
              plan.acts().stream().mapToLong(act -> Math.max(0, act.rowsLost())).sum()),
          err());
      plan = tableRepair.repair(found, takeOver, false);
    }
    try (RowPrinter printer =
        output.printer(
            out(), List.of("file", "rows lost", "rows saved", "action", "commit", "dry run"))) {
      for (TableRepair.Act act : plan.acts()) {
        printer.row(
            act.file(),
            act.rowsLost(),
            act.rowsSaved(),
            act.action(),
            plan.commit() == 0 ? null : plan.commit(),
            confirmation.dryRun());
      }
    }
    plan.refusals().forEach(refusal -> err().println("verify: not repaired: " + refusal));
    return plan.refusals().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }
}
