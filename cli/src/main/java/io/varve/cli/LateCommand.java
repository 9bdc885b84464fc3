package io.varve.cli;

import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.TimeBucket;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.table.ClosedTime;
import io.varve.table.CommitChoice;
import io.varve.table.LeasedSnapshot;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableFollower;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what came too late for a bill. */
@Command(
    name = "late",
    description =
        "Lists rows that came after a bill was made, of spans of time that were over by then.")
final class LateCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();
  @Mixin private ColumnsOption columns = new ColumnsOption();

  @ArgGroup(multiplicity = "1")
  private Since since = new Since();

  private static final class Since {
    @Option(
        names = "--since",
        paramLabel = "N",
        description = "The commit that was billed, by its number.")
    private @Nullable Long commit;

    @Option(
        names = "--since-tag",
        paramLabel = "NAME",
        description = "The commit that was billed, by its tag.")
    private @Nullable String tag;
  }

  @Option(
      names = "--bucket",
      paramLabel = "SPAN",
      description = "minute, hour, day, week or month that were billed whole (default: day).")
  private TimeBucket bucket = TimeBucket.DAY;

  @Override
  public Integer call() throws IOException {
    TableDirectory table = openTable();
    CommitChoice choice =
        since.tag == null
            ? CommitChoice.number(since.commit == null ? 0 : since.commit)
            : CommitChoice.tagged(since.tag);
    try (LeasedSnapshot billed =
        LeasedSnapshot.of(choice.of(table), who(), System::currentTimeMillis)) {
      return print(table, billed.snapshot());
    }
  }

  private int print(TableDirectory table, TableSnapshot billed) throws IOException {
    long end = ClosedTime.end(billed, bucket);
    TableSnapshot newest = TableSnapshot.latest(table);
    Schema schema = newest.table().schema();
    int[] indexes = columns.of(schema);
    List<Field> shown = Arrays.stream(indexes).mapToObj(schema::field).toList();
    BoundFilter late = BoundFilter.of(ClosedTime.before(Filter.all(), end, schema), schema);
    TableReads reads = new TableReads(newest);
    List<String> names = shown.stream().map(Field::name).toList();
    try (RowPrinter printer = output.printer(out(), names)) {
      for (TableFollower.Step step :
          TableFollower.from(table, billed.number()).nextTo(newest.number())) {
        for (ScanUnit unit : step.units()) {
          reads.scan(
              unit,
              late,
              indexes,
              row -> {
                printer.row(QueryCommand.values(row, shown));
                return true;
              });
        }
      }
    }
    return ExitCode.OK;
  }
}
