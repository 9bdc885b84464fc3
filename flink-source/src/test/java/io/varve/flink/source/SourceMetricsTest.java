package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.LongColumn;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.LocalFileStore;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import io.varve.table.TableSnapshot;
import io.varve.testkit.TestTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceMetricsTest {

  private static final Path PAGE = Path.of("..", "docs", "source.md");
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\|");
  private static final List<String> OF_FLINK = List.of("pendingRecords", "pendingBytes");
  private static final Set<String> OF_ENUMERATOR = Set.of("commitLag", "unassignedSplits");
  private static final List<String> OWN =
      List.of(
          "bytesRead",
          "blocksSkipped",
          "blocksFromFooters",
          "blocksFromProjections",
          "blocksFromZoneMaps",
          "blocksDecoded",
          "corruptRowsSkipped",
          "corruptReadsSkipped",
          "pendingSplits");

  @TempDir Path directory;

  private final List<Object> emitted = new ArrayList<>();
  private final MetricListener listener = new MetricListener();

  /** Flink's own counters of the last reader. */
  private long recordsIn;

  private long bytesIn;

  private TableSnapshot write() throws Exception {
    try (TestTable table = Usage.table(directory, Usage.random(new Random(1), 0, 5000))) {
      return TableSnapshot.latest(table.table());
    }
  }

  private TestingReaderContext context() {
    return new TestingReaderContext(
        new Configuration(), InternalSourceReaderMetricGroup.mock(listener.getMetricGroup()));
  }

  /** Reads all, once for the metrics that listeners see and once for Flink's own counters. */
  private <T> int read(Source<T, VarveSplit, ?> source, TableSnapshot snapshot) throws Exception {
    TestingReaderContext counting =
        new TestingReaderContext(
            new Configuration(),
            InternalSourceReaderMetricGroup.wrap(
                UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup()));
    read(source, snapshot, counting);
    OperatorIOMetricGroup ofFlink = counting.metricGroup().getIOMetricGroup();
    recordsIn = ofFlink.getNumRecordsInCounter().getCount();
    bytesIn = ofFlink.getNumBytesInCounter().getCount();
    List<T> elements = read(source, snapshot, context());
    emitted.addAll(elements);
    return elements.size();
  }

  private static <T> List<T> read(
      Source<T, VarveSplit, ?> source, TableSnapshot snapshot, TestingReaderContext context)
      throws Exception {
    TestingReaderOutput<T> output = new TestingReaderOutput<>();
    try (SourceReader<T, VarveSplit> reader = source.createReader(context)) {
      reader.addSplits(ScanPlan.of(snapshot, 64).splits());
      reader.notifyNoMoreSplits();
      while (reader.pollNext(output) != InputStatus.END_OF_INPUT) {
        reader.isAvailable().get();
      }
    }
    return output.getEmittedRecords();
  }

  private long value(String... name) {
    Metric metric = listener.getMetric(Metric.class, name).orElseThrow();
    return metric instanceof Counter counter
        ? counter.getCount()
        : ((Number) ((Gauge<?>) metric).getValue()).longValue();
  }

  @Test
  void thePageNamesWhatAReaderTells() throws Exception {
    Set<String> documented = new TreeSet<>();
    Matcher names = DOCUMENTED.matcher(Files.readString(PAGE));
    while (names.find()) {
      documented.add(names.group(1));
    }
    Set<String> told = new TreeSet<>(OWN);
    told.addAll(OF_FLINK);
    told.addAll(OF_ENUMERATOR);
    told.addAll(Set.of("numRecordsIn", "numBytesIn"));
    assertThat(documented).isEqualTo(told);

    read(VarveSource.ofRecords(Usage.class).path(directory.toString()).build(), write());
    for (String name : OWN) {
      assertThat(listener.getMetric(Metric.class, "varve", name)).as(name).isPresent();
    }
    for (String name : OF_FLINK) {
      assertThat(listener.getMetric(Metric.class, name)).as(name).isPresent();
    }
  }

  /** Returns the times of the five blocks of {@link #write}, which are sorted by them. */
  private static List<Instant> times() {
    return Usage.random(new Random(1), 0, 5000).stream().map(Usage::ts).sorted().toList();
  }

  @Test
  void countsWhatWasReadAndHow() throws Exception {
    Instant end = times().get(1500);
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class)
            .path(directory.toString())
            .filter(Filter.lt("ts", end))
            .build();

    assertThat(read(source, write())).isEqualTo(1500);
    assertThat(recordsIn).isEqualTo(1500);
    assertThat(value("varve", "blocksDecoded")).isEqualTo(2);
    assertThat(value("varve", "blocksSkipped")).isEqualTo(3);
    assertThat(bytesIn).isEqualTo(value("varve", "bytesRead")).isPositive();
    assertThat(value("varve", "pendingSplits")).isZero();
    assertThat(value("pendingRecords")).isZero();
    assertThat(value("pendingBytes")).isZero();
    assertThat(value("varve", "corruptRowsSkipped")).isZero();
  }

  @Test
  void countsTheLevelsOfAggregates() throws Exception {
    TableSnapshot snapshot = write();
    RollupSource footers =
        RollupSource.builder()
            .path(directory.toString())
            .aggregate(Measure.countRows(), Measure.sum("tokens"))
            .build();
    read(footers, snapshot);
    assertThat(value("varve", "blocksFromFooters")).isEqualTo(5);
    assertThat(value("varve", "blocksDecoded")).isZero();
  }

  /** Whole blocks of a range of time by zone maps, its edges by their rows, the rest not at all. */
  @Test
  void countsTheLevelOfEachBlock() throws Exception {
    TableSnapshot snapshot = write();
    RollupSource middle =
        RollupSource.builder()
            .path(directory.toString())
            .aggregate(Measure.countRows(), Measure.sum("tokens"))
            .filter(
                Filter.and(Filter.ge("ts", times().get(500)), Filter.lt("ts", times().get(3500))))
            .build();

    assertThat(read(middle, snapshot)).isEqualTo(1);

    assertThat(recordsIn).isEqualTo(1);
    assertThat(value("varve", "blocksFromZoneMaps")).isEqualTo(2);
    assertThat(value("varve", "blocksDecoded")).isEqualTo(2);
    assertThat(value("varve", "blocksSkipped")).isEqualTo(1);
    assertThat(value("varve", "blocksFromFooters")).isZero();
    assertThat(value("varve", "blocksFromProjections")).isZero();
  }

  @Test
  void countsBlocksThatAProjectionAnswered() throws Exception {
    TableDefinition definition =
        TableDefinition.builder(Usage.SCHEMA)
            .projection(Projection.parse("by_model", "day, model", "sum(tokens)"))
            .build();
    TableSnapshot snapshot;
    try (TestTable table = TestTable.create(directory, definition)) {
      Usage.addAll(table, Usage.random(new Random(1), 0, 5000));
      table.commit(true);
      snapshot = TableSnapshot.latest(table.table());
    }
    RollupSource byModel =
        RollupSource.builder()
            .path(directory.toString())
            .groupBy("model")
            .aggregate(Measure.countRows(), Measure.sum("tokens"))
            .build();

    assertThat(read(byModel, snapshot)).isEqualTo(4);

    assertThat(recordsIn).isEqualTo(4);
    assertThat(value("varve", "blocksFromProjections")).isEqualTo(5);
    assertThat(value("varve", "blocksDecoded")).isZero();
  }

  /** Splits, rows and bytes go down as blocks are fetched, to nothing. */
  @Test
  void countsWhatIsPending() throws Exception {
    TableSnapshot snapshot = write();
    ScanMetrics metrics = new ScanMetrics(context().metricGroup());
    try (BlockSplitReader<RowAt<Usage>> reader =
        new BlockSplitReader<>(
            ScanTarget.UNKNOWN.withPath(directory.toString()),
            new RowScan<>(
                RecordReader.columnsOf(Usage.class),
                Filter.all(),
                Long.MAX_VALUE,
                new CopiedRows<>(RowReader.ofRecord(Usage.class)),
                metrics),
            metrics)) {
      reader.handleSplitsChanges(new SplitsAddition<>(ScanPlan.of(snapshot, 2).splits()));
      assertThat(value("varve", "pendingSplits")).isEqualTo(3);
      assertThat(value("pendingRecords")).isEqualTo(5000);
      long bytes = value("pendingBytes");
      long all = snapshot.units().get(0).bytes();
      assertThat(bytes).isBetween(all - 3, all); // each split has its share, rounded down

      List<Long> splits = new ArrayList<>();
      List<Long> rows = new ArrayList<>();
      while (value("varve", "pendingSplits") > 0) {
        reader.fetch();
        splits.add(value("varve", "pendingSplits"));
        rows.add(value("pendingRecords"));
      }
      assertThat(splits).containsExactly(2L, 2L, 1L, 1L, 0L);
      assertThat(rows).containsExactly(3976L, 2952L, 1928L, 904L, 0L);
      assertThat(value("pendingBytes")).isZero();
    }
  }

  @Test
  void countsTheBytesOfEachRead() throws Exception {
    Files.write(directory.resolve("f"), new byte[100]);
    AtomicLong bytes = new AtomicLong();
    FileStore store = new MeteredReads(new LocalFileStore(directory), bytes::addAndGet);
    try (InputFile file = store.open("f")) {
      file.read(10, new byte[50], 5, 30);
      assertThat(bytes).hasValue(30);
      file.read(0, new byte[100], 0, 100);
      assertThat(bytes).hasValue(130);
    }
  }

  /** Elements of whole blocks: the sum of a column of each, and all of them counted. */
  @Test
  void countsElementsOfBatches() throws Exception {
    VarveSource<Long> sums =
        VarveSource.<Long>builder()
            .path(directory.toString())
            .columns("id")
            .filter(Filter.eq("model", 1))
            .batches(
                (block, rows) -> {
                  LongColumn ids = (LongColumn) block.column(Usage.SCHEMA.field(1).id());
                  long sum = 0;
                  for (int row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
                    sum += ids.get(row);
                  }
                  return List.of(sum, (long) rows.count());
                },
                Types.LONG)
            .build();

    List<Usage> rows = Usage.random(new Random(1), 0, 5000);
    assertThat(read(sums, write())).isEqualTo(2 * 5);
    assertThat(recordsIn).isEqualTo(2 * 5);
    assertThat(emitted.stream().mapToLong(sum -> (Long) sum).sum())
        .isEqualTo(
            rows.stream().filter(row -> row.model() == 1).mapToLong(row -> row.id() + 1).sum());
  }
}
