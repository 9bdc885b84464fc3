package io.varve.cli;

import io.varve.query.BoundFilter;
import io.varve.query.RowCursor;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.table.LeasedSnapshot;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the newest rows that meet a condition. */
@Command(name = "query", description = "Shows rows, those of the latest time first.")
final class QueryCommand extends TableCommand {

  @Mixin private OutputOption output = new OutputOption();
  @Mixin private SnapshotOption at = new SnapshotOption();
  @Mixin private FilterOption filter = new FilterOption();
  @Mixin private ColumnsOption columns = new ColumnsOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many rows at most (default: ${DEFAULT-VALUE}); export gives all.")
  private int limit = 50;

  /** A row and its place: by time, then by file and position, so that the order is stable. */
  private record Found(long time, long ordinal, List<@Nullable Object> values) {

    static final Comparator<Found> OLDEST_FIRST =
        Comparator.comparingLong(Found::time)
            .thenComparing(Comparator.comparingLong(Found::ordinal).reversed());
  }

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || limit > 1_000_000) {
      throw new IllegalArgumentException("--limit is 1 to 1000000, not " + limit);
    }
    List<Field> fields;
    List<Found> newest;
    try (LeasedSnapshot leased = at.lease(openTable())) {
      Schema schema = leased.snapshot().table().schema();
      int[] indexes = columns.of(schema);
      fields = Arrays.stream(indexes).mapToObj(schema::field).toList();
      newest = newest(leased.snapshot(), indexes, fields);
    }
    try (RowPrinter printer = output.printer(out(), fields.stream().map(Field::name).toList())) {
      for (Found found : newest) {
        printer.row(found.values());
      }
    }
    return ExitCode.OK;
  }

  private List<Found> newest(TableSnapshot snapshot, int[] indexes, List<Field> fields)
      throws IOException {
    Schema schema = snapshot.table().schema();
    BoundFilter bound = BoundFilter.of(filter.of(schema), schema);
    int[] withTime = Arrays.copyOf(indexes, indexes.length + 1);
    withTime[indexes.length] = schema.indexOf(schema.timeField().name());
    List<ScanUnit> units = new ArrayList<>(snapshot.units());
    units.sort(Comparator.comparingLong(QueryCommand::latest).reversed());
    PriorityQueue<Found> best = new PriorityQueue<>(Found.OLDEST_FIRST);
    long[] ordinal = {0};
    TableReads reads = new TableReads(snapshot);
    for (ScanUnit unit : units) {
      Found least = best.peek();
      if (best.size() == limit && least != null && latest(unit) < least.time()) {
        break;
      }
      reads.scan(
          unit,
          bound,
          withTime,
          row -> {
            long time = row.getLong(indexes.length);
            Found oldest = best.peek();
            ordinal[0]++;
            if (best.size() == limit && oldest != null) {
              if (time <= oldest.time()) {
                return true;
              }
              best.remove();
            }
            best.add(new Found(time, ordinal[0], values(row, fields)));
            return true;
          });
    }
    List<Found> found = new ArrayList<>(best);
    found.sort(Found.OLDEST_FIRST.reversed());
    return found;
  }

  /** Returns the latest time that a file can hold; tails don't say. */
  private static long latest(ScanUnit unit) {
    return unit instanceof ScanUnit.OfSegment segment
        ? segment.segment().maxTime()
        : Long.MAX_VALUE;
  }

  static List<@Nullable Object> values(RowCursor row, List<Field> fields) {
    List<@Nullable Object> values = new ArrayList<>(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      values.add(Cells.of(row, i, fields.get(i)));
    }
    return values;
  }
}
