package io.varve.cli;

import io.varve.io.FileEntry;
import io.varve.table.FileCommitLog;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells whether a table wants attention. */
@Command(
    name = "health",
    description =
        "Tells whether a table wants attention, what of, and what to do; then exits with 3.")
final class HealthCommand extends TableCommand {

  private static final int SMALL_SEGMENT_ROWS = 10_000;
  private static final int MANY_SMALL_SEGMENTS = 20;
  private static final long MANY_COMMITS = 100_000;

  @Mixin private OutputOption output = new OutputOption();

  @Option(
      names = "--max-age",
      paramLabel = "DURATION",
      description = "How old the newest commit may be, such as PT5M (default: any age).")
  private @Nullable Duration maxAge;

  private boolean attention;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    TableSnapshot snapshot = TableSnapshot.latest(table);
    FileCommitLog log = log(table);
    try (RowPrinter printer =
        output.printer(out(), List.of("check", "status", "value", "what to do"))) {
      newestCommit(snapshot.record(), snapshot.number(), printer);
      smallSegments(snapshot, printer);
      deletes(snapshot, printer);
      commits(snapshot.number() - log.base(), printer);
      quarantine(snapshot, table, printer);
    }
    return attention ? ExitCode.FOUND : ExitCode.OK;
  }

  private void newestCommit(Optional<CommitRecord> record, long number, RowPrinter printer)
      throws IOException {
    if (record.isEmpty()) {
      print("newest commit", maxAge == null, "none", "start the job that writes", printer);
      return;
    }
    Duration age = Duration.ofMillis(System.currentTimeMillis() - record.get().timeMillis());
    boolean good = maxAge == null || age.compareTo(maxAge) <= 0;
    String value = number + ", " + age.truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + " ago";
    print("newest commit", good, value, "see whether the job runs and checkpoints", printer);
    String reign = record.get().reign().openedBy() + ", epoch " + record.get().reign().epoch();
    print("writing job", true, reign, "", printer);
  }

  private void smallSegments(TableSnapshot snapshot, RowPrinter printer) throws IOException {
    long small =
        snapshot.units().stream()
            .filter(unit -> unit instanceof ScanUnit.OfSegment)
            .filter(unit -> unit.rows() < SMALL_SEGMENT_ROWS)
            .count();
    print(
        "small segments",
        small < MANY_SMALL_SEGMENTS,
        small + " with less than " + SMALL_SEGMENT_ROWS + " rows",
        "make checkpoints rarer or segments larger; the job merges them",
        printer);
  }

  private void deletes(TableSnapshot snapshot, RowPrinter printer) throws IOException {
    long files = snapshot.units().stream().filter(unit -> unit.asOf() > 0).count();
    int deletes = snapshot.state().facts().tombstones().size();
    print("deletes", true, deletes + ", to be applied to " + files + " files", "", printer);
  }

  private void commits(long retained, RowPrinter printer) throws IOException {
    print(
        "commits",
        retained < MANY_COMMITS,
        retained + " retained",
        "let old ones expire: varve expire",
        printer);
  }

  private void quarantine(TableSnapshot snapshot, TableDirectory table, RowPrinter printer)
      throws IOException {
    long damaged = 0;
    for (String partition : snapshot.state().partitions().toSortedMap().keySet()) {
      for (FileEntry entry : table.store().list(partition + "/" + "corrupt")) {
        damaged += entry.directory() ? 0 : 1;
      }
    }
    print(
        "quarantine",
        damaged == 0,
        damaged + " damaged files",
        "bring them back from a backup, or remove them when nobody needs them",
        printer);
  }

  private void print(String check, boolean good, String value, String remedy, RowPrinter printer)
      throws IOException {
    attention |= !good;
    printer.row(check, good ? "ok" : "attention", value, good ? "" : remedy);
  }
}
