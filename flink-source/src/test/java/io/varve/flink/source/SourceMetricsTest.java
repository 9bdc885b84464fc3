package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.LongColumn;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.table.TableSnapshot;
import io.varve.testkit.TestTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
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

  private TableSnapshot write() throws Exception {
    try (TestTable table = Usage.table(directory, Usage.random(new Random(1), 0, 5000))) {
      return TableSnapshot.latest(table.table());
    }
  }

  private <T> int read(Source<T, VarveSplit, ?> source, TableSnapshot snapshot) throws Exception {
    TestingReaderContext context =
        new TestingReaderContext(
            new Configuration(), InternalSourceReaderMetricGroup.mock(listener.getMetricGroup()));
    TestingReaderOutput<T> output = new TestingReaderOutput<>();
    try (SourceReader<T, VarveSplit> reader = source.createReader(context)) {
      reader.addSplits(ScanPlan.of(snapshot, 64).splits());
      reader.notifyNoMoreSplits();
      while (reader.pollNext(output) != InputStatus.END_OF_INPUT) {
        reader.isAvailable().get();
      }
    }
    emitted.addAll(output.getEmittedRecords());
    return output.getEmittedRecords().size();
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

  @Test
  void countsWhatWasReadAndHow() throws Exception {
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class)
            .path(directory.toString())
            .filter(Filter.lt("ts", 1_701_000_000_000_000_000L))
            .build();

    int rows = read(source, write());

    assertThat(rows).isBetween(1024, 3000);
    long decoded = value("varve", "blocksDecoded");
    assertThat(decoded).isBetween(2L, 3L);
    assertThat(value("varve", "blocksSkipped")).isEqualTo(5 - decoded);
    assertThat(value("varve", "bytesRead")).isPositive();
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
    assertThat(emitted.stream().mapToLong(sum -> (Long) sum).sum())
        .isEqualTo(
            rows.stream().filter(row -> row.model() == 1).mapToLong(row -> row.id() + 1).sum());
  }
}
