package io.varve.benchmarks;

import io.varve.benchmarks.UsageEvents.Dimension;
import io.varve.column.BlockSource;
import io.varve.column.Int128;
import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.encoding.ValueHash;
import io.varve.io.LocalFileStore;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.AnswerLevels;
import io.varve.query.BatchSource;
import io.varve.query.Block;
import io.varve.query.BoundAggregation;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.GroupCursor;
import io.varve.query.Measure;
import io.varve.query.MeasureState;
import io.varve.query.NewestRows;
import io.varve.query.PartialRow;
import io.varve.query.RowCursor;
import io.varve.query.RowView;
import io.varve.query.Selection;
import io.varve.query.TimeBucket;
import io.varve.query.Value;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.segment.BloomFilter;
import io.varve.segment.IdleReaders;
import io.varve.segment.ReaderPool;
import io.varve.segment.SegmentReader;
import io.varve.table.TableDirectory;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Varve as a Flink writer uses it: tails synced at each checkpoint, sealed to segments. */
final class SegmentsSubject implements EventsSubject {

  private static final String PARTITION = "bucket-0000";
  private static final int STATUS = UsageTable.definition().schema().indexOf("status");

  private final Schema schema = UsageTable.definition().schema();
  private final List<SegmentRef> segments = new ArrayList<>();
  private final ReaderPool pool = new ReaderPool();
  private final List<IdleReaders> readers = new ArrayList<>(); // of each segment
  private final List<BloomFilter> idFilters = new ArrayList<>(); // one for each segment, once asked
  private @Nullable Path order;
  private @Nullable TableDirectory table;
  private @Nullable TableWriter writer;
  private @Nullable ExecutorService executor;

  @Override
  public String name() {
    return "varve";
  }

  @Override
  public String about() {
    return "every checkpoint fsynced into a tail, a segment of each 64 MiB of rows in memory,"
        + " encoded on a thread beside; ids indexed, lists of blocks for user and key, rows counted"
        + " by status; zstd for text; sealed files mapped";
  }

  @Override
  public void create(Path directory, int threads) throws IOException {
    order = directory.resolve("segments.txt");
    segments.clear();
    table =
        TableDirectory.openOrCreate(
            new LocalFileStore(directory).withMappedReads(), UsageTable.definition());
    ExecutorService sealing = Executors.newSingleThreadExecutor();
    executor = sealing;
    writer = new TableWriter(table, 1, WriterOptions.DEFAULTS, () -> 0, sealing);
  }

  /** Opens the segments that {@link #finish} listed: nothing here commits them. */
  @Override
  public void openKept(Path directory, int threads) throws IOException {
    segments.clear();
    table = TableDirectory.open(new LocalFileStore(directory).withMappedReads());
    for (String line : Files.readAllLines(directory.resolve("segments.txt"))) {
      String[] parts = line.split(" ", -1);
      segments.add(
          new SegmentRef(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]), 0, 0, 0));
    }
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
    closeWriter();
    Files.write(
        Objects.requireNonNull(order),
        segments.stream().map(ref -> ref.file() + " " + ref.rows() + " " + ref.bytes()).toList());
  }

  private void closeWriter() throws IOException {
    if (writer != null) {
      writer.close();
      writer = null;
    }
    if (executor != null) {
      executor.shutdown();
      executor = null;
    }
  }

  @Override
  public void reopen() throws IOException {
    closeReaders();
    segments.forEach(segment -> readers.add(pool.ofSegment()));
    forEachSegment(reader -> {});
  }

  private void closeReaders() {
    readers.forEach(IdleReaders::close);
    readers.clear();
    idFilters.clear();
  }

  /** What is done with each segment. */
  @FunctionalInterface
  private interface Use {
    void of(SegmentReader reader) throws IOException;
  }

  private SegmentReader take(int segment) throws IOException {
    SegmentReader idle = readers.get(segment).take();
    return idle == null ? table().openSegment(PARTITION, segments.get(segment)) : idle;
  }

  private void forEachSegment(Use use) throws IOException {
    for (int segment = 0; segment < segments.size(); segment++) {
      SegmentReader reader = take(segment);
      use.of(reader);
      readers.get(segment).giveBack(reader);
    }
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
    Consumer<PartialRow> addSums =
        group -> {
          long[] counters = new long[UsageTable.COUNTERS.length];
          for (int i = 0; i < counters.length; i++) {
            counters[i] = sum(group, 2 + i);
          }
          totals.addSums(count(group), sum(group, 1), counters);
        };
    Consumer<PartialRow> addStatus =
        group -> {
          long status = ((Value.OfLong) group.keys().get(0)).value();
          totals.addStatus((int) status, count(group));
        };
    Aggregator first =
        BoundAggregation.of(sums.build(), schema).newAggregator(1 << 20, levels, addSums);
    Aggregator second =
        BoundAggregation.of(statuses.build(), schema).newAggregator(1 << 20, first, addStatus);
    List<Aggregator> both = List.of(first, second);
    forEachSegment(reader -> Aggregator.addToEach(both, reader));
    both.forEach(Aggregator::flush);
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
    forEachSegment(aggregator::add);
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
    BoundFilter filter = BoundFilter.of(Filter.eq("user", user), schema);
    NewestRows newest = new NewestRows(schema, filter, count, null);
    List<SegmentReader> taken = new ArrayList<>();
    for (int i = segments.size() - 1; i >= 0; i--) {
      taken.add(take(i));
      newest.add(taken.get(taken.size() - 1), true);
    }
    RowBatch batch = new RowBatch(schema);
    newest.read(batch);
    for (int i = 0; i < taken.size(); i++) {
      readers.get(segments.size() - 1 - i).giveBack(taken.get(i));
    }
    return checksum(batch);
  }

  private RowsChecksum checksum(RowBatch batch) throws IOException {
    RowsChecksum checksum = new RowsChecksum();
    RowCursor cursor = allColumns();
    Selection selection = new Selection();
    BatchSource source = new BatchSource("rows", batch);
    for (int index = 0; index < source.blockCount(); index++) {
      Block block = new Block(source, index);
      selection.selectAll(block.rowCount());
      cursor.open(block, selection);
      fetch(cursor, checksum);
    }
    return checksum;
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
    byte[] wanted = id.getBytes(StandardCharsets.UTF_8);
    long hash = ValueHash.of(wanted);
    int fieldId = schema.field(schema.indexOf("id")).id();
    if (idFilters.isEmpty()) {
      forEachSegment(reader -> idFilters.add(Objects.requireNonNull(reader.bloomFilter(fieldId))));
    }
    RowBatch batch = null;
    for (int i = 0; i < segments.size(); i++) {
      if (idFilters.get(i).mayContain(hash)) {
        SegmentReader reader = take(i);
        long[] rows = reader.rowsOf(fieldId, wanted);
        if (rows.length > 0) {
          batch = batch == null ? new RowBatch(schema) : batch;
          addRows(reader, rows, batch);
        }
        readers.get(i).giveBack(reader);
      }
    }
    return batch == null ? new RowsChecksum() : checksum(batch);
  }

  private void addRows(SegmentReader reader, long[] rows, RowBatch batch) throws IOException {
    for (long row : rows) {
      int block = (int) (row / BlockSource.MAX_BLOCK_ROWS);
      int at = (int) (row % BlockSource.MAX_BLOCK_ROWS);
      for (int i = 0; i < schema.size(); i++) {
        reader.readRow(block, schema.field(i).id(), at, batch.column(i));
      }
      for (HiddenField field : HiddenField.values()) {
        batch.hidden(field).append(0); // not shown
      }
    }
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
    forEachSegment(
        reader -> {
          for (int index = 0; index < reader.blockCount(); index++) {
            Block block = new Block(reader, index);
            filter.select(block, selection);
            cursor.open(block, selection);
            fetch(cursor, checksum);
          }
        });
  }

  @Override
  public void close() throws IOException {
    closeReaders();
    closeWriter();
  }
}
