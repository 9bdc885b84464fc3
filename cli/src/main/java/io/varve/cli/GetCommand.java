package io.varve.cli;

import io.varve.query.BoundFilter;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.table.LeasedSnapshot;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the rows of ids. */
@Command(name = "get", description = "Shows the rows of some ids.")
final class GetCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();
  @Mixin private SnapshotOption at = new SnapshotOption();

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "ID", description = "The ids.")
  private List<String> ids = List.of();

  @Override
  public Integer call() throws IOException {
    Schema schema;
    List<List<@Nullable Object>> found = new ArrayList<>();
    try (LeasedSnapshot leased = at.lease(openTable())) {
      TableSnapshot snapshot = leased.snapshot();
      schema = snapshot.table().schema();
      BoundFilter filter = BoundFilter.of(IdFilter.of(snapshot.table(), ids), schema);
      List<Field> fields = schema.fields();
      int[] all = IntStream.range(0, schema.size()).toArray();
      TableReads reads = new TableReads(snapshot);
      for (ScanUnit unit : snapshot.units()) {
        reads.scan(unit, filter, all, row -> found.add(QueryCommand.values(row, fields)));
      }
    }
    try (RowPrinter printer = output.printer(out(), schema.names())) {
      for (List<@Nullable Object> row : found) {
        printer.row(row);
      }
    }
    return found.isEmpty() ? ExitCode.MISSING : ExitCode.OK;
  }
}
