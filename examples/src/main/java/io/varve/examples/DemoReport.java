package io.varve.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** What the demo prints on standard output. Confined to one thread. */
final class DemoReport {

  private static final int TOP = 10;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEE yyyy-MM-dd", Locale.ENGLISH);

  private final DemoDirectory directory;
  private final Path plot;
  private final Lines out;

  DemoReport(DemoDirectory directory, Path plot, Lines out) {
    this.directory = directory;
    this.plot = plot;
    this.out = out;
  }

  /** Prints how the rows came in, and the rollup. */
  void print(IngestProgress ingest, Totals totals) {
    out.title("Written");
    out.print("  %,d rows in %d checkpoints", totals.all().flights(), ingest.checkpoints());
    for (int i = 0; i < ingest.failedAtRows().size(); i++) {
      out.print(
          "  task failed on purpose at row %,d, recovered %s",
          ingest.failedAtRows().get(i),
          i < ingest.recoveredFrom().size()
              ? from(ingest.recoveredFrom().get(i))
              : "with nothing restored");
    }
    out.title("Busiest origins");
    origins(totals).print(out.out());
    out.title("By day");
    days(totals).print(out.out());
    out.title("  chart: " + plot.toAbsolutePath());
  }

  private static String from(long checkpoint) {
    return checkpoint == 0 ? "from the start" : "from checkpoint " + checkpoint;
  }

  private static TextTable origins(Totals totals) {
    TextTable table =
        TextTable.of(
            "<origin", "flights", "share %", "avg delay min", "max delay min", "avg miles");
    for (String origin : totals.busiestOrigins(TOP)) {
      Totals.Total total = totals.origins().get(origin);
      if (total != null) {
        table.row(
            origin,
            total.flights(),
            100.0 * total.flights() / totals.all().flights(),
            total.averageDelay(),
            total.maxDelay(),
            total.averageDistance());
      }
    }
    return table;
  }

  private static TextTable days(Totals totals) {
    TextTable table =
        TextTable.of(
            "<day", "flights", "sum delay min", "avg delay min", "max delay min", "sum miles");
    totals.days().forEach((day, total) -> addDay(table, DAY.format(day), total));
    addDay(table, "all", totals.all());
    return table;
  }

  private static void addDay(TextTable table, String day, Totals.Total total) {
    table.row(
        day,
        total.flights(),
        total.sumDelay(),
        total.averageDelay(),
        total.maxDelay(),
        total.sumDistance());
  }

  /** Prints whether the groups are those of the CSV. */
  void printCheck(CsvTotals expected, int groups, List<String> differences) {
    out.title("Check");
    out.print(
        "  %,d rows of the CSV, added up by plain Java into %,d groups of day and origin",
        expected.rows(), expected.groups().size());
    if (differences.isEmpty()) {
      out.print(
          "  EXACT: all %,d groups of the rollup equal them (count, sum, min, max, avg, sum)",
          groups);
    } else {
      out.print("  WRONG: the rollup's %,d groups differ. The first differences:", groups);
      differences.forEach(difference -> out.print("    %s", difference));
    }
  }

  /** Prints where the table is, how large, and what to do with it. */
  void printTable(Path csv, long plainBytes) throws IOException {
    TableFiles files = TableFiles.of(directory.table());
    long visible = files.segmentBytes() + files.tailBytes();
    out.title("Table");
    out.print("  %s", directory.table());
    out.print(
        "  %,d rows in %d segments and %d tails, made visible by %d commit records",
        files.rows(), files.segments(), files.tails(), files.commits());
    out.print(
        "  %s of visible data; the CSV is %s, gzipped %s",
        size(visible), size(plainBytes), size(Files.size(csv)));
    out.print(
        "  %s more on disk: commit records, and tails that have been sealed since",
        size(files.diskBytes() - visible));
    out.title("Try next");
    out.print("  bin/varve flights-rollup --table %s -o json", directory.table());
    out.print("  bin/varve demo --parallelism 4 --checkpoint-interval 250ms --fail-after 180000");
    out.print("  kill -9 a demo while it writes, then run it again");
  }

  private static String size(long bytes) {
    return String.format(Locale.ROOT, "%.2f MiB", bytes / BYTES_PER_MEBIBYTE);
  }
}
