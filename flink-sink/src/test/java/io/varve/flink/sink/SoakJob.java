package io.varve.flink.sink;

import static java.util.Objects.requireNonNull;

import io.varve.column.RecordMapping;
import io.varve.column.RowSink;
import io.varve.flink.common.RowConverter;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.HistoryOptions;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * A job that writes the events 1, 2, 3 … for as long as it is let, and knows up to which event each
 * checkpoint is. Test and tasks share one JVM, so they find what they share by the table's
 * directory.
 */
final class SoakJob {

  private static final Map<String, Shared> SHARED = new ConcurrentHashMap<>();

  private SoakJob() {}

  /** What test and tasks share. Thread-safe. */
  static final class Shared {

    /** The last event before each checkpoint. */
    final Map<Long, Long> lastEvent = new ConcurrentHashMap<>();

    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger injected = new AtomicInteger();

    /** Where a task is to fail next; empty for nowhere. */
    final AtomicReference<String> failAt = new AtomicReference<>("");

    void pass(String site) throws IOException {
      if (site.equals(failAt.get()) && failAt.compareAndSet(site, "")) {
        injected.incrementAndGet();
        throw new IOException("injected: " + site);
      }
    }
  }

  static Shared shared(Path directory) {
    return SHARED.computeIfAbsent(directory.toString(), none -> new Shared());
  }

  static TableDefinition table() {
    return TableDefinition.builder(RecordMapping.schemaOf(Event.class, "time"))
        .idColumn("id")
        .bucketedBy(3, "key")
        .build();
  }

  static JobClient start(Path directory, int rowsPerSecond) throws Exception {
    Configuration configuration = EventJob.configuration("");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000_000);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    GeneratorFunction<Long, Long> ids = index -> index + 1;
    DataGeneratorSource<Long> source =
        new DataGeneratorSource<>(
            ids, Long.MAX_VALUE / 2, RateLimiterStrategy.perSecond(rowsPerSecond), Types.LONG);
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "ids")
        .setParallelism(1)
        .map(new Numbering(directory.toString()))
        .returns(Event.class)
        .setParallelism(1)
        .sinkTo(
            VarveSink.<Event>builder()
                .path(FaultyStores.path(directory))
                .table(table())
                .converter(new Converter(directory.toString()))
                .writer(WriterOptions.DEFAULTS.withTargetRows(3000).withTargetAgeMillis(1500))
                .history(new HistoryOptions(3000, 20))
                .cleanUpInterval(Duration.ofMillis(300))
                .build());
    return env.executeAsync("soak");
  }

  /** Makes events of numbers, and enters how far it is at each barrier. */
  private static final class Numbering extends RichMapFunction<Long, Event>
      implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final String directory;
    private transient @Nullable ListState<Long> state;
    private transient long last;

    Numbering(String directory) {
      this.directory = directory;
    }

    private Shared shared() {
      return SoakJob.shared(Path.of(directory));
    }

    @Override
    public Event map(Long id) throws Exception {
      shared().pass("map");
      if (id != last + 1) {
        throw new IllegalStateException("event " + id + " follows " + last);
      }
      last = id;
      return Event.of(id);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      shared().pass("snapshot");
      requireNonNull(state).update(List.of(last));
      shared().lastEvent.put(context.getCheckpointId(), last);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      shared().starts.incrementAndGet();
      ListState<Long> opened =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("last", Types.LONG));
      state = opened;
      Iterator<Long> restored = opened.get().iterator();
      last = restored.hasNext() ? restored.next() : 0;
    }
  }

  /** Makes rows of events in the writers. */
  private record Converter(String directory) implements RowConverter<Event> {

    @Override
    public void open(Schema schema) {
      RowConverter.ofRecord(Event.class).open(schema);
    }

    @Override
    public void convert(Event event, RowSink row) {
      try {
        SoakJob.shared(Path.of(directory)).pass("convert");
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
      row.setTimestamp(0, event.time().toEpochMilli(), event.time().getNano() % 1_000_000);
      row.setLong(1, event.id());
      row.setString(2, event.key());
      row.setLong(3, event.amount());
    }
  }
}
