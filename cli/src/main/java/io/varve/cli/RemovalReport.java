package io.varve.cli;

import io.varve.table.protocol.Removal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what expiry and clean-up remove. */
final class RemovalReport {

  private RemovalReport() {}

  static String question(String what, Removal removal) {
    return String.format(
        Locale.ROOT,
        "%s: remove %,d commits and %,d files (%,d bytes)?",
        what,
        removal.records(),
        removal.files().size(),
        removal.bytes());
  }

  static void print(Removal removal, boolean dryRun, OutputOption output, PrintWriter out)
      throws IOException {
    try (RowPrinter printer =
        output.printer(
            out, List.of("expired through", "commits", "files", "bytes", "waits", "dry run"))) {
      printer.row(
          removal.expiredThrough(),
          removal.records(),
          removal.files().size(),
          removal.bytes(),
          removal.waits(),
          dryRun);
    }
  }
}
