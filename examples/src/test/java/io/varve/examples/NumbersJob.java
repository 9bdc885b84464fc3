package io.varve.examples;

import io.varve.column.RecordMapping;
import io.varve.flink.common.RowConverter;
import io.varve.flink.sink.VarveSink;
import io.varve.schema.TableDefinition;
import io.varve.table.WriterOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A streaming job that writes the events 1, 2, 3 … and is never restarted: whatever fails it, fails
 * it for good. What it has given out is known by the table's directory, since tests and tasks share
 * one JVM.
 */
final class NumbersJob {

  private static final int ROWS_PER_SECOND = 3000;
  private static final int CHECKPOINT_MILLIS = 100;
  private static final Map<String, Emitted> EMITTED = new ConcurrentHashMap<>();

  private NumbersJob() {}

  /** What is written. */
  public record Numbered(Instant time, long id, String key, long amount) {

    static Numbered of(long id) {
      return new Numbered(timeOf(id), id, "key-" + id % 7, id * 3);
    }
  }

  /** How far the job is. Thread-safe. */
  static final class Emitted {
    final AtomicLong last = new AtomicLong();
    final AtomicInteger starts = new AtomicInteger();
  }

  static Instant timeOf(long id) {
    return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(id);
  }

  static Emitted emitted(Path table) {
    return EMITTED.computeIfAbsent(table.toString(), none -> new Emitted());
  }

  static JobClient start(Path table) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    env.enableCheckpointing(CHECKPOINT_MILLIS);
    GeneratorFunction<Long, Long> ids = index -> index + 1;
    DataGeneratorSource<Long> source =
        new DataGeneratorSource<>(
            ids, Long.MAX_VALUE / 2, RateLimiterStrategy.perSecond(ROWS_PER_SECOND), Types.LONG);
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "ids")
        .setParallelism(1)
        .map(new Numbering(table.toString()))
        .returns(Numbered.class)
        .setParallelism(1)
        .sinkTo(
            VarveSink.<Numbered>builder()
                .path(table.toString())
                .table(
                    TableDefinition.builder(RecordMapping.schemaOf(Numbered.class, "time"))
                        .idColumn("id")
                        .build())
                .converter(RowConverter.ofRecord(Numbered.class))
                .writer(WriterOptions.DEFAULTS.withTargetAgeMillis(500))
                .build())
        .uid("numbers");
    return env.executeAsync("numbers");
  }

  private static final class Numbering extends RichMapFunction<Long, Numbered> {

    private static final long serialVersionUID = 1L;

    private final String table;

    Numbering(String table) {
      this.table = table;
    }

    @Override
    public void open(OpenContext context) {
      emitted(Path.of(table)).starts.incrementAndGet();
    }

    @Override
    public Numbered map(Long id) {
      emitted(Path.of(table)).last.set(id);
      return Numbered.of(id);
    }
  }
}
