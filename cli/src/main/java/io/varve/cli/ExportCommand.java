package io.varve.cli;

import io.varve.query.BoundFilter;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.table.LeasedSnapshot;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes rows to a file. */
@Command(
    name = "export",
    description = "Writes the rows of one commit as CSV or JSONL, in no particular order.")
final class ExportCommand extends TableCommand {

  @Mixin private SnapshotOption at = new SnapshotOption();
  @Mixin private FilterOption filter = new FilterOption();
  @Mixin private ColumnsOption columns = new ColumnsOption();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or jsonl (default: ${DEFAULT-VALUE}).")
  private LoadCommand.InputFormat format = LoadCommand.InputFormat.csv;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "A file that must not exist (default: standard output).")
  private @Nullable Path target;

  @Override
  public Integer call() throws IOException {
    try (LeasedSnapshot leased = at.lease(openTable())) {
      return export(leased.snapshot());
    }
  }

  private int export(TableSnapshot snapshot) throws IOException {
    Schema schema = snapshot.table().schema();
    BoundFilter bound = BoundFilter.of(filter.of(schema), schema);
    Path file = target;
    long rows;
    if (file == null) {
      rows = write(snapshot, bound, out());
    } else {
      try (PrintWriter writer =
          new PrintWriter(
              new OutputStreamWriter(
                  Files.newOutputStream(file, StandardOpenOption.CREATE_NEW),
                  StandardCharsets.UTF_8))) {
        rows = write(snapshot, bound, writer);
        if (writer.checkError()) {
          throw new IOException(file + ": could not be written; is the disk full?");
        }
      }
    }
    err().println(String.format(Locale.ROOT, "%,d rows of commit %d", rows, snapshot.number()));
    return ExitCode.OK;
  }

  private long write(TableSnapshot snapshot, BoundFilter bound, PrintWriter writer)
      throws IOException {
    Schema schema = snapshot.table().schema();
    int[] indexes = columns.of(schema);
    List<Field> fields = Arrays.stream(indexes).mapToObj(schema::field).toList();
    List<String> names = fields.stream().map(Field::name).toList();
    long[] rows = {0};
    double whole = Math.max(1, snapshot.rowCount());
    long[] scanned = {0}; // of files that are done: who filters can't tell by the rows that come
    TableReads reads = new TableReads(snapshot);
    try (Progress progress = new Progress("rows", err()).by(() -> scanned[0] / whole);
        RowPrinter printer =
            format == LoadCommand.InputFormat.csv
                ? new CsvPrinter(writer, names)
                : new JsonPrinter(writer, names, false)) {
      for (ScanUnit unit : snapshot.units()) {
        reads.scan(
            unit,
            bound,
            indexes,
            row -> {
              printer.row(QueryCommand.values(row, fields));
              rows[0]++;
              progress.add(1);
              return true;
            });
        scanned[0] += unit.rows();
      }
    }
    return rows[0];
  }
}
