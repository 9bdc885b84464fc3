package io.varve.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** In which form results are printed. */
final class OutputOption {

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description =
          "${COMPLETION-CANDIDATES}: a table for people, one JSON array, a JSON object a line, or"
              + " CSV (default: ${DEFAULT-VALUE}).")
  private Form form = Form.table;

  /** The forms. */
  enum Form {
    table,
    json,
    jsonl,
    csv
  }

  Form form() {
    return form;
  }

  /** Returns what prints rows of these columns. */
  RowPrinter printer(PrintWriter out, List<String> columns) {
    return switch (form) {
      case table -> new TablePrinter(out, columns);
      case json -> new JsonPrinter(out, columns, true);
      case jsonl -> new JsonPrinter(out, columns, false);
      case csv -> new CsvPrinter(out, columns);
    };
  }
}
