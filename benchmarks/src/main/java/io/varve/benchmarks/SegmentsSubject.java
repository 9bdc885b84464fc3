package io.varve.benchmarks;

import io.varve.benchmarks.UsageEvents.Dimension;
import io.varve.column.Int128;
import io.varve.column.RowBuffer;
import io.varve.io.LocalFileStore;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.AnswerLevels;
import io.varve.query.Block;
import io.varve.query.BoundAggregation;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.GroupCursor;
import io.varve.query.Measure;
import io.varve.query.MeasureState;
import io.varve.query.PartialRow;
import io.varve.query.RowCursor;
import io.varve.query.RowView;
import io.varve.query.Selection;
import io.varve.query.TimeBucket;
import io.varve.query.Value;
import io.varve.schema.Schema;
import io.varve.segment.SegmentReader;
import io.varve.table.TableDirectory;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Varve as a Flink writer uses it: tails synced at each checkpoint, sealed to segments. */
final class SegmentsSubject implements EventsSubject {

  private static final String PARTITION = "bucket-0000";
  private static final int STATUS = UsageTable.definition().schema().indexOf("status");

  private final Schema schema = UsageTable.definition().schema();
  private final List<SegmentRef> segments = new ArrayList<>();
  private final List<SegmentReader> readers = new ArrayList<>();
  private @Nullable TableDirectory table;
  private @Nullable TableWriter writer;

  @Override
  public String name() {
    return "varve";
  }

  @Override
  public String about() {
    return "every checkpoint fsynced into a tail, a segment of each 2^20 rows; ids indexed, lists"
        + " of blocks for user and key, rows counted by status; zstd for text";
  }

  @Override
  public void create(Path directory, int threads) throws IOException {
    segments.clear();
    table = TableDirectory.openOrCreate(new LocalFileStore(directory), UsageTable.definition());
    writer = new TableWriter(table, 1, WriterOptions.DEFAULTS, () -> 0);
  }

  private TableDirectory table() {
    if (table == null) {
      throw new IllegalStateException("nothing was created");
    }
    return table;
  }

  private TableWriter writer() {
    if (writer == null) {
      throw new IllegalStateException("nothing is being written");
    }
    return writer;
  }

  @Override
  public void append(UsageBatch batch) throws IOException {
    TableWriter out = writer();
    for (int row = 0; row < batch.size(); row++) {
      RowBuffer rows = out.rows(PARTITION);
      UsageTable.set(batch, row, rows);
      rows.endRow();
      out.rowAdded();
    }
  }

  @Override
  public void sync() throws IOException {
    barrier(false);
  }

  private void barrier(boolean last) throws IOException {
    for (Change change : writer().barrier(last).changes()) {
      if (change instanceof Change.Seal seal) {
        segments.add(seal.segment());
      }
    }
  }

  @Override
  public void finish() throws IOException {
    barrier(true);
    writer().close();
    writer = null;
  }

  @Override
  public void reopen() throws IOException {
    closeReaders();
    for (SegmentRef segment : segments) {
      readers.add(table().openSegment(PARTITION, segment));
    }
  }

  private void closeReaders() throws IOException {
    for (SegmentReader reader : readers) {
      reader.close();
    }
    readers.clear();
  }

  private static Filter filter(UsageFilter wanted) {
    List<Filter> parts = new ArrayList<>();
    if (wanted.day() >= 0) {
      parts.add(Filter.ge("ts", instant(wanted.fromNanos())));
      parts.add(Filter.lt("ts", instant(wanted.toNanos())));
    }
    if (wanted.user() != null) {
      parts.add(Filter.eq("user", wanted.user()));
    }
    if (wanted.model() != null) {
      parts.add(Filter.eq("model", wanted.model()));
    }
    return Filter.and(parts);
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
  }

  private void aggregate(Aggregation aggregation, AnswerLevels levels, Consumer<PartialRow> groups)
      throws IOException {
    Aggregator aggregator =
        BoundAggregation.of(aggregation, schema).newAggregator(1 << 20, levels, groups);
    for (SegmentReader reader : readers) {
      aggregator.add(reader);
    }
    aggregator.flush();
  }

  @Override
  public UsageTotals totals(UsageFilter wanted) throws IOException {
    return totals(wanted, AnswerLevels.ALL);
  }

  @Override
  public UsageTotals totalsFromRows() throws IOException {
    return totals(UsageFilter.ALL, AnswerLevels.DECODE_ONLY);
  }

  private UsageTotals totals(UsageFilter wanted, AnswerLevels levels) throws IOException {
    Filter filter = filter(wanted);
    Aggregation.Builder sums =
        Aggregation.builder().where(filter).measure(Measure.countRows(), Measure.sum("cost"));
    for (String counter : UsageTable.COUNTERS) {
      sums.measure(Measure.sum(counter));
    }
    Aggregation.Builder statuses =
        Aggregation.builder().where(filter).groupBy("status").measure(Measure.countRows());
    UsageTotals totals = new UsageTotals();
    aggregate(
        sums.build(),
        levels,
        group -> {
          long[] counters = new long[UsageTable.COUNTERS.length];
          for (int i = 0; i < counters.length; i++) {
            counters[i] = sum(group, 2 + i);
          }
          totals.addSums(count(group), sum(group, 1), counters);
        });
    aggregate(
        statuses.build(),
        levels,
        group -> {
          long status = ((Value.OfLong) group.keys().get(0)).value();
          totals.addStatus((int) status, count(group));
        });
    return totals;
  }

  @Override
  public long bytes() {
    return segments.stream().mapToLong(SegmentRef::bytes).sum();
  }

  private static long count(PartialRow group) {
    return ((MeasureState.Count) group.measures().get(0)).count();
  }

  private static long sum(PartialRow group, int measure) {
    Int128 sum = ((MeasureState.LongSum) group.measures().get(measure)).sum();
    return sum.low();
  }

  @Override
  public GroupsChecksum rollup() throws IOException {
    Aggregation aggregation =
        Aggregation.builder()
            .groupBy(TimeBucket.DAY)
            .groupBy("user", "api_key")
            .measure(
                Measure.countRows(),
                Measure.sum("cost"),
                Measure.sum("input_tokens"),
                Measure.sum("output_tokens"))
            .build();
    Aggregator aggregator =
        BoundAggregation.of(aggregation, schema)
            .newAggregator(Integer.MAX_VALUE, AnswerLevels.ALL, group -> {});
    for (SegmentReader reader : readers) {
      aggregator.add(reader);
    }
    GroupsChecksum checksum = new GroupsChecksum();
    GroupCursor groups = aggregator.groups();
    while (groups.next()) {
      long start = ((Value.OfLong) groups.key(0)).value();
      long day = (start - UsageEvents.START_NANOS) / UsageEvents.DAY_NANOS;
      checksum.add(
          GroupsChecksum.group(day, number(groups, 1), number(groups, 2)),
          groups.measureLong(0),
          groups.measureLong(1),
          groups.measureLong(2),
          groups.measureLong(3));
    }
    return checksum;
  }

  private static int number(GroupCursor groups, int key) {
    return GroupsChecksum.number(Objects.requireNonNull(groups.keyText(key)));
  }

  @Override
  public RowsChecksum latest(String user, int count) throws IOException {
    RowsChecksum checksum = new RowsChecksum();
    int left = count;
    BoundFilter filter = BoundFilter.of(Filter.eq("user", user), schema);
    RowCursor cursor = allColumns();
    Selection selection = new Selection();
    for (int i = readers.size() - 1; i >= 0 && left > 0; i--) {
      SegmentReader reader = readers.get(i);
      for (int index = reader.blockCount() - 1; index >= 0 && left > 0; index--) {
        Block block = new Block(reader, index);
        filter.select(block, selection);
        int row = lastOf(selection, left);
        selection.dropBefore(row);
        cursor.open(block, selection);
        left -= fetch(cursor, checksum);
      }
    }
    return checksum;
  }

  /** Returns the row from which on there are at most {@code wanted} selected ones. */
  private static int lastOf(Selection selection, int wanted) {
    int row = 0;
    for (int extra = selection.count() - wanted; extra > 0; extra--) {
      row = selection.next(row) + 1;
    }
    return row;
  }

  private RowCursor allColumns() {
    int[] columns = new int[schema.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i;
    }
    return new RowCursor(schema, columns);
  }

  private static int fetch(RowCursor cursor, RowsChecksum checksum) {
    int rows = 0;
    while (cursor.next()) {
      add(cursor, checksum);
      rows++;
    }
    return rows;
  }

  private static void add(RowView row, RowsChecksum checksum) {
    checksum.add(row.getString(0));
    for (int i = 1; i <= STATUS + 1; i++) {
      checksum.add(row.getLong(i));
    }
    int texts = STATUS + 2 + Dimension.values().length + 2;
    for (int i = STATUS + 2; i < texts; i++) {
      checksum.add(row.getString(i));
    }
    checksum.endRow();
  }

  @Override
  public RowsChecksum lookup(String id) throws IOException {
    RowsChecksum checksum = new RowsChecksum();
    fetchAll(BoundFilter.of(Filter.eq("id", id), schema), checksum);
    return checksum;
  }

  @Override
  public RowsChecksum scan() throws IOException {
    RowsChecksum checksum = new RowsChecksum();
    fetchAll(BoundFilter.of(Filter.all(), schema), checksum);
    return checksum;
  }

  private void fetchAll(BoundFilter filter, RowsChecksum checksum) throws IOException {
    RowCursor cursor = allColumns();
    Selection selection = new Selection();
    for (SegmentReader reader : readers) {
      for (int index = 0; index < reader.blockCount(); index++) {
        Block block = new Block(reader, index);
        filter.select(block, selection);
        cursor.open(block, selection);
        fetch(cursor, checksum);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closeReaders();
    if (writer != null) {
      writer.close();
      writer = null;
    }
  }
}
