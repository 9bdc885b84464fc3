package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.io.OutputFile;
import io.varve.table.TableDirectory;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.testkit.Allocations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics count what happens, and cost a row nothing to speak of. */
class WriterMetricsTest {

  private static final int ROWS = 10_000_000;

  @TempDir Path directory;

  private WriterMetrics metrics() {
    return new WriterMetrics(
        UnregisteredMetricsGroup.createSinkWriterMetricGroup(), new LocalFileStore(directory));
  }

  @Test
  void aRowAllocatesNothing() throws IOException {
    WriterMetrics metrics = metrics();
    TableDirectory table = TableDirectory.openOrCreate(metrics.store(), Event.table());
    try (TableWriter writer = new TableWriter(table, 1, WriterOptions.DEFAULTS, () -> 0)) {
      metrics.rowWritten(writer);
      long before = Allocations.bytes();
      for (int row = 0; row < ROWS; row++) {
        metrics.rowWritten(writer);
      }
      // a look at the writer's memory, every 1,024 rows, may
      assertThat(Allocations.bytes() - before).isLessThan(ROWS / 10);
    }
  }

  @Test
  void countsWhatIsAskedOfTheStore() throws IOException {
    MeteredFileStore store = new MeteredFileStore(new LocalFileStore(directory));
    byte[] content = "varve".getBytes(StandardCharsets.UTF_8);
    try (OutputFile file = store.create("a/1.vseg")) {
      file.write(content, 0, 5);
      file.sync();
      assertThat(store.sealMicros().getCount()).isZero();
    }
    try (OutputFile file = store.create("a/1.vtail")) {
      file.write(content, 1, 3);
    }
    store.syncDirectory("a");
    store.publish("b", content);
    store.publish("b", content);

    assertThat(store.bytes()).isEqualTo(5 + 3 + 5);
    assertThat(store.files()).isEqualTo(3);
    assertThat(store.requests()).isEqualTo(5);
    assertThat(store.syncMicros().getCount()).isEqualTo(2);
    assertThat(store.sealMicros().getCount()).isEqualTo(1);
    assertThat(store.readAll("a/1.vseg", 10)).isEqualTo(content);
    assertThat(store.length("a/1.vtail")).hasValue(3);
    assertThat(store.list("a")).hasSize(2);
    assertThat(store.delete("a/1.vtail")).isTrue();
  }

  @Test
  void statisticsAreThoseOfTheLastValues() {
    RecentHistogram histogram = new RecentHistogram();
    assertThat(histogram.getStatistics().getQuantile(0.5)).isZero();
    LongStream.rangeClosed(1, 2024).forEach(histogram::update);

    HistogramStatistics statistics = histogram.getStatistics();
    assertThat(histogram.getCount()).isEqualTo(2024);
    assertThat(statistics.size()).isEqualTo(1024);
    assertThat(statistics.getMin()).isEqualTo(1001);
    assertThat(statistics.getMax()).isEqualTo(2024);
    assertThat(statistics.getMean()).isEqualTo(1512.5);
    assertThat(statistics.getQuantile(0)).isEqualTo(1001);
    assertThat(statistics.getQuantile(0.5)).isEqualTo(1512.5);
    assertThat(statistics.getQuantile(1)).isEqualTo(2024);
    assertThat(statistics.getStdDev()).isBetween(295.0, 296.0);
    assertThat(statistics.getValues()).hasSize(1024).isSorted();
  }
}
