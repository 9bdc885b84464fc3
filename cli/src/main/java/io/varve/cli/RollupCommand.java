package io.varve.cli;

import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.BoundAggregation;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.table.LeasedSnapshot;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Aggregates rows by columns and spans of time. */
@Command(
    name = "rollup",
    description = {
      "Counts and adds up rows by columns and spans of time.",
      "",
      "    varve rollup flights --by day,origin --agg 'count,sum(delay)' --where \"origin = 'ATL'\""
    })
final class RollupCommand extends TableCommand {

  private static final Pattern MEASURE = Pattern.compile("(\\w+)\\s*(?:\\(\\s*(.*?)\\s*\\))?");

  @Mixin private OutputOption output = new OutputOption();
  @Mixin private SnapshotOption at = new SnapshotOption();
  @Mixin private FilterOption filter = new FilterOption();

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "KEY",
      description = "Columns, or minute, hour, day, week or month of the time column.")
  private List<String> keys = List.of();

  @Option(
      names = "--agg",
      paramLabel = "MEASURES",
      description =
          "count, count(c), sum(c), min(c), max(c), avg(c), with commas between"
              + " (default: ${DEFAULT-VALUE}).")
  private String measures = "count";

  @Override
  public Integer call() throws IOException {
    try (LeasedSnapshot leased = at.lease(openTable())) {
      return rollUp(leased.snapshot());
    }
  }

  private int rollUp(TableSnapshot snapshot) throws IOException {
    Schema schema = snapshot.table().schema();
    Aggregation.Builder builder = Aggregation.builder();
    List<@Nullable TimeBucket> buckets = new ArrayList<>();
    for (String key : keys) {
      TimeBucket bucket = schema.find(key.strip()).isPresent() ? null : bucket(key.strip());
      buckets.add(bucket);
      if (bucket == null) {
        builder.groupBy(key.strip());
      } else {
        builder.groupBy(bucket);
      }
    }
    List<Measure> wanted = Stream.of(measures.split(",")).map(RollupCommand::measure).toList();
    wanted.forEach(builder::measure);
    builder.where(filter.of(schema));
    builder.timeZone(ZoneId.of(snapshot.table().definition().timeZone()));
    BoundAggregation bound = BoundAggregation.of(builder.build(), schema);
    List<String> titles =
        Stream.concat(bound.keys().stream(), bound.measures().stream())
            .map(BoundAggregation.OutputColumn::name)
            .toList();
    try (RowPrinter printer = output.printer(out(), titles)) {
      for (AggregateRow row : new TableReads(snapshot).aggregate(bound)) {
        printer.row(values(row, bound, buckets, wanted));
      }
    }
    return ExitCode.OK;
  }

  private static List<@Nullable Object> values(
      AggregateRow row,
      BoundAggregation bound,
      List<@Nullable TimeBucket> buckets,
      List<Measure> measures) {
    String time = bound.schema().timeField().name();
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      TimeBucket bucket = buckets.get(i);
      boolean ofTime = bucket != null || bound.keys().get(i).name().equals(time);
      Object value = Cells.of(row.keys().get(i), bound.keys().get(i).type(), ofTime);
      values.add(bucket == null ? value : cut(String.valueOf(value), bucket));
    }
    for (int i = 0; i < measures.size(); i++) {
      DataType type = bound.measures().get(i).type();
      values.add(Cells.of(row.measures().get(i), type, measures.get(i).column().equals(time)));
    }
    return values;
  }

  /** Returns the begin of a span in UTC or as a local time; of whole days without the time. */
  private static Object cut(String time, TimeBucket bucket) {
    boolean midnight = time.length() >= 16 && time.startsWith("00:00", 11);
    return switch (bucket) {
      case MINUTE, HOUR -> time;
      case DAY, WEEK, MONTH ->
          midnight && !time.contains("+") ? LocalDate.parse(time.substring(0, 10)) : time;
    };
  }

  private static @Nullable TimeBucket bucket(String name) {
    Optional<TimeBucket> found =
        Stream.of(TimeBucket.values())
            .filter(bucket -> bucket.name().equals(name.toUpperCase(Locale.ROOT)))
            .findFirst();
    return found.orElse(null);
  }

  private static Measure measure(String text) {
    Matcher parts = MEASURE.matcher(text.strip());
    if (!parts.matches()) {
      throw refuse(text);
    }
    String column = parts.group(2);
    boolean none = column == null || column.isEmpty() || column.equals("*");
    String function = parts.group(1).toLowerCase(Locale.ROOT);
    if (none) {
      if (function.equals("count")) {
        return Measure.countRows();
      }
      throw refuse(text);
    }
    return switch (function) {
      case "count" -> Measure.count(column);
      case "sum" -> Measure.sum(column);
      case "min" -> Measure.min(column);
      case "max" -> Measure.max(column);
      case "avg" -> Measure.avg(column);
      default -> throw refuse(text);
    };
  }

  private static IllegalArgumentException refuse(String text) {
    return new IllegalArgumentException(
        "--agg: '"
            + text.strip()
            + "' is no measure; there are count, count(c), sum(c), min(c), max(c), avg(c)");
  }
}
