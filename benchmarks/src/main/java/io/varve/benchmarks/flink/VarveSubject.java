package io.varve.benchmarks.flink;

import io.varve.benchmarks.GroupsChecksum;
import io.varve.benchmarks.UsageEvents;
import io.varve.benchmarks.UsageTable;
import io.varve.flink.sink.VarveSink;
import io.varve.flink.source.RollupSource;
import io.varve.io.LocalFileStore;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.query.Value;
import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Varve's own sink and {@link RollupSource}, with or without projections. */
final class VarveSubject implements FlinkSubject {

  private static final String SUMS = "sum(cost), sum(input_tokens), sum(output_tokens)";

  private final boolean projected;

  VarveSubject(boolean projected) {
    this.projected = projected;
  }

  @Override
  public String name() {
    return projected ? "varve-projected" : "varve";
  }

  @Override
  public String about() {
    return projected
        ? "the same with two declared projections: day, user, key and day, model"
        : "VarveSink with its defaults, every checkpoint synced to the device; ids indexed, lists"
            + " of blocks for user and key, rows counted by status; zstd for text. Rolled up by"
            + " RollupSource from the rows: no projection is declared";
  }

  private TableDefinition definition() {
    TableDefinition plain = UsageTable.definition();
    if (!projected) {
      return plain;
    }
    return UsageTable.builder()
        .projection(Projection.parse("by_key", "day, user, api_key", SUMS))
        .projection(Projection.parse("by_model", "day, model", SUMS))
        .build();
  }

  @Override
  public void write(DataStream<UsageRow> rows, Path directory) {
    rows.sinkTo(
            VarveSink.<UsageRow>builder()
                .path(directory.toString())
                .table(definition())
                .converter((row, out) -> row.set(out))
                .build())
        .uid("sink");
  }

  @Override
  public long rows(Path directory) throws IOException {
    return snapshot(directory).rowCount();
  }

  /** Returns what the table in a directory shows. */
  static TableSnapshot snapshot(Path directory) throws IOException {
    return TableSnapshot.latest(TableDirectory.open(new LocalFileStore(directory)));
  }

  @Override
  public boolean isDataFile(Path file) {
    return file.toString().endsWith(".vseg");
  }

  @Override
  public void rollUp(StreamExecutionEnvironment env, UsageRollup rollup, Path directory) {
    RollupSource.Builder source =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy(TimeBucket.DAY)
            .groupBy(rollup.columns())
            .aggregate(measures());
    if (rollup.filtered()) {
      source.filter(Filter.eq("status", 200));
    }
    boolean byUser = rollup.byUser();
    GroupsSink.add(source.build().toStream(env), row -> mix(row, byUser));
  }

  /** Returns what every rollup computes. */
  static Measure[] measures() {
    return new Measure[] {
      Measure.countRows(),
      Measure.sum("cost"),
      Measure.sum("input_tokens"),
      Measure.sum("output_tokens")
    };
  }

  private static long mix(AggregateRow row, boolean byUser) {
    long start = ((Value.OfLong) row.value(0)).value();
    long day = (start - UsageEvents.START_NANOS) / UsageEvents.DAY_NANOS;
    long group =
        byUser
            ? GroupsChecksum.group(day, number(row, 1), number(row, 2))
            : GroupsChecksum.group(day, 0, number(row, 1));
    int measure = row.keys().size();
    return GroupsChecksum.mix(
        group,
        row.getLong(measure),
        row.getLong(measure + 1),
        row.getLong(measure + 2),
        row.getLong(measure + 3));
  }

  private static int number(AggregateRow row, int column) {
    return GroupsChecksum.number(row.getString(column));
  }
}
