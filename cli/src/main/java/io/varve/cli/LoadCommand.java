package io.varve.cli;

import io.varve.io.LocalFileStore;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds the rows of CSV and JSONL files to a table. */
@Command(
    name = "load",
    description = {
      "Adds the rows of CSV (with a header) or JSONL files to a table, all at once or none.",
      "A job that writes to the table goes on undisturbed. Files ending in .gz are unpacked.",
      "",
      "    varve load usage may.csv --create 'ts timestamp(3), id string, cost decimal(10,2)'"
    })
final class LoadCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "The files; - is standard input.")
  private List<Path> files = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or jsonl (default: by the first file's name).")
  private @Nullable InputFormat format;

  @Option(
      names = "--create",
      paramLabel = "COLUMNS",
      description =
          "Create the table if there is none, with these columns: a name, a type and maybe NOT NULL"
              + " each.")
  private @Nullable String columns;

  @Option(
      names = "--time-column",
      paramLabel = "NAME",
      description = "With --create: the time column (default: the first timestamp).")
  private @Nullable String timeColumn;

  @Option(names = "--id-column", paramLabel = "NAME", description = "With --create: the id column.")
  private String idColumn = "";

  @Option(
      names = "--partition-by",
      split = ",",
      paramLabel = "NAME",
      description = "With --create: columns whose values name the directories.")
  private List<String> partitionColumns = List.of();

  @Option(
      names = "--max-bad-rows",
      paramLabel = "N",
      description = "How many rows that don't fit may be left out (default: ${DEFAULT-VALUE}).")
  private long maxBadRows;

  private long bytesRead;

  /** The formats. */
  enum InputFormat {
    csv,
    jsonl
  }

  @Override
  public Integer call() throws IOException {
    TableDirectory table = TableSnapshot.latest(openOrCreate()).table();
    InputFormat chosen = format == null ? formatOf(files.get(0)) : format;
    BadRows bad = new BadRows(maxBadRows, err());
    long rows;
    try (TableLoader loader = new TableLoader(table, who(), commandGiven());
        Progress progress = new Progress("rows", err()).by(share())) {
      for (Path file : files) {
        try (Reader reader = open(file)) {
          RowReader rowReader = new RowReader(table.schema(), loader, bad, progress);
          switch (chosen) {
            case csv -> rowReader.readCsv(file.toString(), reader);
            case jsonl -> rowReader.readJsonLines(file.toString(), reader);
          }
        }
      }
      loader.commit();
      rows = loader.rows();
    }
    try (RowPrinter printer = output.printer(out(), List.of("rows", "left out", "commit"))) {
      printer.row(rows, bad.count(), TableSnapshot.latest(table).number());
    }
    return ExitCode.OK;
  }

  private TableDirectory openOrCreate() throws IOException {
    String definition = columns;
    if (definition == null) {
      return openTable();
    }
    Files.createDirectories(directory());
    Schema schema = ColumnList.schema(definition, timeColumn);
    TableDefinition wanted =
        TableDefinition.builder(schema)
            .partitionedBy(partitionColumns.toArray(String[]::new))
            .idColumn(idColumn)
            .build();
    return TableDirectory.openOrCreate(new LocalFileStore(directory()), wanted);
  }

  private static InputFormat formatOf(Path file) {
    String name = file.toString();
    return name.contains(".jsonl") || name.contains(".ndjson")
        ? InputFormat.jsonl
        : InputFormat.csv;
  }

  /** Returns what knows which share of the files has been read; nobody does of standard input. */
  private DoubleSupplier share() throws IOException {
    long whole = 0;
    for (Path file : files) {
      if (isStandardInput(file)) {
        return () -> 0;
      }
      whole += Files.size(file);
    }
    double bytes = Math.max(1, whole);
    return () -> bytesRead / bytes;
  }

  private static boolean isStandardInput(Path file) {
    return file.toString().equals("-");
  }

  private Reader open(Path file) throws IOException {
    InputStream in =
        isStandardInput(file)
            ? System.in
            : new CountedInput(
                new BufferedInputStream(Files.newInputStream(file), 1 << 16),
                read -> bytesRead += read);
    if (file.toString().endsWith(".gz")) {
      in = new GZIPInputStream(in, 1 << 16);
    }
    return new InputStreamReader(in, StandardCharsets.UTF_8);
  }
}
