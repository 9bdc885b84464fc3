package io.varve.cli;

import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.segment.SegmentDescription;
import io.varve.segment.SegmentInfo;
import io.varve.segment.SegmentReader;
import io.varve.table.LeasedSnapshot;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableLayout;
import io.varve.table.TableSnapshot;
import io.varve.tail.TailReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a table, or a file of it, says of itself. */
@Command(
    name = "inspect",
    description = "Shows a table's columns and what they are for; its files; or one file.")
final class InspectCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();
  @Mixin private SnapshotOption at = new SnapshotOption();

  @Option(names = "--files", description = "List the files that the commit shows.")
  private boolean files;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "A segment or tail, relative to the table.")
  private @Nullable String file;

  @Override
  public Integer call() throws IOException {
    if (file != null) {
      try (LeasedSnapshot leased = at.lease(openTable())) {
        return inspectFile(leased.snapshot(), file);
      }
    }
    TableSnapshot snapshot = at.of(openTable());
    if (files) {
      printFiles(snapshot);
    } else {
      printColumns(snapshot.table().definition());
      tellOfChanges(snapshot);
    }
    return ExitCode.OK;
  }

  private void printColumns(TableDefinition definition) throws IOException {
    Schema schema = definition.schema();
    try (RowPrinter printer =
        output.printer(
            out(), List.of("column", "type", "nullable", "field id", "roles", "default"))) {
      for (Field field : schema.fields()) {
        printer.row(
            field.name(),
            field.type(),
            field.nullable(),
            field.id(),
            String.join(", ", roles(definition, field)),
            field.defaultText());
      }
    }
  }

  /** People are told what is not of a column: the version of the schema, and options. */
  private void tellOfChanges(TableSnapshot snapshot) {
    err()
        .println(
            "schema version "
                + snapshot.table().schema().version()
                + snapshot.table().options().values().entrySet().stream()
                    .map(option -> ", " + option.getKey() + " = " + option.getValue())
                    .collect(Collectors.joining()));
  }

  private static List<String> roles(TableDefinition definition, Field field) {
    List<String> roles = new ArrayList<>();
    String name = field.name();
    if (field.id() == definition.schema().timeFieldId()) {
      roles.add("time");
    }
    if (name.equals(definition.idColumn())) {
      roles.add("id");
    }
    Map<String, List<String>> lists =
        Map.of(
            "partition",
            definition.partitionColumns(),
            "bucket key of " + definition.buckets(),
            definition.bucketKey(),
            "bloom",
            definition.bloomColumns(),
            "tally",
            definition.tallyColumns());
    lists.forEach(
        (role, names) -> {
          if (names.contains(name)) {
            roles.add(role);
          }
        });
    roles.sort(null);
    return roles;
  }

  private void printFiles(TableSnapshot snapshot) throws IOException {
    try (RowPrinter printer =
        output.printer(
            out(), List.of("partition", "file", "kind", "rows", "bytes", "from", "to"))) {
      for (ScanUnit unit : snapshot.units()) {
        boolean sealed = unit instanceof ScanUnit.OfSegment;
        printer.row(
            unit.partition(),
            unit.file(),
            sealed ? "segment" : "tail",
            unit.rows(),
            unit.bytes(),
            sealed ? Cells.nanos(((ScanUnit.OfSegment) unit).segment().minTime()) : null,
            sealed ? Cells.nanos(((ScanUnit.OfSegment) unit).segment().maxTime()) : null);
      }
    }
  }

  private int inspectFile(TableSnapshot snapshot, String name) throws IOException {
    TableDirectory table = snapshot.table();
    try (RowPrinter printer = output.printer(out(), List.of("what", "value"))) {
      if (name.endsWith(TableLayout.SEGMENT_SUFFIX)) {
        try (SegmentReader reader = SegmentReader.open(table.store().open(name), table.schema())) {
          printSegment(reader.info(), reader.blockCount(), printer);
          for (SegmentDescription.OfColumn column : reader.describe().columns()) {
            printer.row("column " + column.name(), stored(column));
          }
        }
        return ExitCode.OK;
      }
      for (ScanUnit unit : snapshot.units()) {
        if (unit instanceof ScanUnit.OfTail tail && unit.file().equals(name)) {
          printTail(table, tail, printer);
        }
      }
    }
    return ExitCode.OK;
  }

  private static void printSegment(SegmentInfo info, int blocks, RowPrinter printer)
      throws IOException {
    printer.row("table id", info.origin().tableId());
    printer.row("partition", info.origin().partition());
    printer.row("writer", TableLayout.writerId(info.origin().writer()));
    printer.row("rows", info.rowCount());
    printer.row("blocks", blocks);
    printer.row("bytes", info.fileBytes());
    printer.row("from", Cells.nanos(info.minTime()));
    printer.row("to", Cells.nanos(info.maxTime()));
    printer.row("schema version", info.schemaVersion());
    printer.row("layers", info.minLayer() + " to " + info.maxLayer());
    printer.row("rows of writers", info.writers().stream().map(TableLayout::writerId).toList());
    printer.row("replaces", info.origin().replaces().toString());
  }

  /** Tells what a column takes, and of how many blocks which encoding was chosen for. */
  private static String stored(SegmentDescription.OfColumn column) {
    List<String> told = new ArrayList<>();
    column.encodings().forEach((encoding, blocks) -> told.add(blocks + " " + encoding));
    String dictionary =
        column.distinctValues() == 0 ? "" : ", " + column.distinctValues() + " distinct values";
    return column.totalBytes() + " bytes" + dictionary + ", blocks: " + String.join(", ", told);
  }

  private static void printTail(TableDirectory table, ScanUnit.OfTail tail, RowPrinter printer)
      throws IOException {
    try (TailReader reader = table.openTail(tail.partition(), tail.range())) {
      printer.row("table id", reader.header().tableId());
      printer.row("partition", tail.partition());
      printer.row("writer", TableLayout.writerId(reader.header().writer()));
      printer.row("rows", tail.rows());
      printer.row("frames", reader.blockCount());
      printer.row("bytes", tail.bytes());
      printer.row("from byte", tail.range().start().offset());
      printer.row("to byte", tail.range().end().offset());
    }
  }
}
