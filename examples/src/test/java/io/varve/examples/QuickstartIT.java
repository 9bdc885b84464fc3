package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RecordMapping;
import io.varve.flink.common.RowConverter;
import io.varve.flink.sink.VarveSink;
import io.varve.flink.source.RollupSource;
import io.varve.flink.source.VarveSource;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.schema.TableDefinition;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The README's quickstart, run; {@code ReadmeTest} compares it with what the README shows. */
@Timeout(300)
class QuickstartIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path directory;

  // README: event
  public record Usage(Instant time, String user, String model, long tokens, long costMicros) {}

  // README: end

  private static Usage usage(long id) {
    return new Usage(
        Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60 * id),
        id % 2 == 0 ? "alice" : "bob",
        id % 3 == 0 ? "large" : "small",
        id,
        10 * id);
  }

  private static void write(DataStream<Usage> events, String path) {
    // README: write
    TableDefinition table =
        TableDefinition.builder(RecordMapping.schemaOf(Usage.class, "time"))
            .bucketedBy(4, "user")
            .build();
    events
        .sinkTo(
            VarveSink.<Usage>builder()
                .path(path)
                .table(table)
                .converter(RowConverter.ofRecord(Usage.class))
                .build())
        .uid("usage");
    // README: end
  }

  private static DataStream<AggregateRow> rollup(StreamExecutionEnvironment env, String path) {
    // README: rollup
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    DataStream<AggregateRow> bill =
        RollupSource.builder()
            .path(path)
            .filter(Filter.ge("time", Instant.parse("2026-01-01T00:00:00Z")))
            .groupBy(TimeBucket.DAY)
            .groupBy("user", "model")
            .aggregate(Measure.countRows(), Measure.sum("tokens"), Measure.sum("costMicros"))
            .build()
            .toStream(env);
    // README: end
    return bill;
  }

  private static DataStream<Usage> read(StreamExecutionEnvironment env, String path) {
    // README: read
    VarveSource<Usage> source =
        VarveSource.ofRecords(Usage.class).path(path).filter(Filter.eq("user", "alice")).build();
    DataStream<Usage> alice =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "usage of alice");
    // README: end
    return alice;
  }

  @Test
  void writesRollsUpAndReads() throws Exception {
    String path = directory.resolve("usage").toString();
    StreamExecutionEnvironment writing = StreamExecutionEnvironment.getExecutionEnvironment();
    writing.enableCheckpointing(100);
    write(writing.fromSequence(1, 1200).map(QuickstartIT::usage).returns(Usage.class), path);
    writing.execute();

    StreamExecutionEnvironment rolling = StreamExecutionEnvironment.getExecutionEnvironment();
    List<AggregateRow> bill = new ArrayList<>();
    try (CloseableIterator<AggregateRow> rows = rollup(rolling, path).executeAndCollect()) {
      rows.forEachRemaining(bill::add);
    }
    assertThat(bill).hasSize(4);
    assertThat(bill.stream().mapToLong(row -> row.getLong(3)).sum()).isEqualTo(1200);
    assertThat(bill.stream().mapToLong(row -> row.getLong(4)).sum()).isEqualTo(1200 * 1201 / 2);
    assertThat(bill.stream().mapToLong(row -> row.getLong(5)).sum()).isEqualTo(12000 * 1201 / 2);

    StreamExecutionEnvironment reading = StreamExecutionEnvironment.getExecutionEnvironment();
    List<Usage> alice = new ArrayList<>();
    try (CloseableIterator<Usage> rows = read(reading, path).executeAndCollect()) {
      rows.forEachRemaining(alice::add);
    }
    assertThat(alice).hasSize(600).contains(usage(2), usage(1200));
  }
}
