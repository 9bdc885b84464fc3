package io.varve.benchmarks;

import com.sun.management.ThreadMXBean;
import io.varve.engine.AggregateResult;
import io.varve.engine.Durability;
import io.varve.engine.Event;
import io.varve.engine.EventLog;
import io.varve.engine.EventLogOptions;
import io.varve.io.FileEntry;
import io.varve.io.LocalFileStore;
import io.varve.io.OutputFile;
import io.varve.query.Filter;
import io.varve.schema.Projection;
import io.varve.schema.TableDefinition;
import io.varve.segment.Part;
import io.varve.segment.SegmentDescription;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;

/**
 * The embedded event log: appends at each durability, reads of a million events in forty segments.
 * Every figure beside the target of its issue.
 */
@Command(name = "engine", description = "The embedded event log: appends, replay, reads, bytes.")
final class EngineSuite implements Suite {

  private static final String SUBJECT = "varve";
  private static final int BATCH = 1024;
  private static final int SEGMENTS = 40;
  private static final int PRODUCERS = 8;
  private static final int SYNCS = 2000;
  private static final int SYNC_BATCH = 64;

  private static final Operation APPEND =
      rate("E1", "append batches of 1,024, synced at the end").withTarget(1_200_000);
  private static final Operation APPEND_DEFAULT =
      rate("E2", "append batches of 1,024, default durability");
  private static final Operation APPEND_MANY =
      rate("E3", "append batches of 1,024 from 8 threads, default durability");
  private static final Operation SYNC_DEVICE =
      rate("E4dev", "what the device allows: rows of 64, each 64 written and synced");
  private static final Operation SYNC_BATCHES =
      rate("E4", "append durable batches of 64, one thread");
  private static final Operation SYNC_MANY =
      rate("E4many", "append durable batches of 64, 8 threads");
  private static final Operation REPLAY =
      rate("E5", "open a log of unsealed frames of 1,024").withTarget(1_000_000);
  private static final Operation REPLAY_SMALL =
      rate("E5small", "open a log of unsealed frames of 64").withTarget(1_000_000);
  private static final Operation AGGREGATE = micros("E6", "aggregate all", 500);
  private static final Operation RARE = micros("E7", "aggregate a rare user", 150);
  private static final Operation RARE_DAY = micros("E8", "aggregate a user in a day", 90);
  private static final Operation RECENT = micros("E9", "newest 100", 40);
  private static final Operation RECENT_USER = micros("E10", "newest 100 of a user", 60);
  private static final Operation HIT = micros("E11", "get, hit", 25);
  private static final Operation MISS = micros("E12", "get, miss", 1);
  private static final Operation BYTES =
      Operation.of("E13", "bytes of columns and metadata", Unit.BYTES_PER_ROW).withTarget(38);
  private static final Operation INDEX_BYTES =
      Operation.of("E13index", "bytes of indexes, blooms, lists, projections", Unit.BYTES_PER_ROW)
          .withTarget(9);
  private static final Operation ROLLUP = micros("E14", "stored rollup of a user's day", 10);
  private static final Operation ALLOCATION =
      Operation.of("E15", "allocated by appending and tail threads", Unit.BYTES_PER_ROW)
          .withTarget(1);

  private static Operation rate(String name, String description) {
    return Operation.of(name, description, Unit.ROWS_PER_SECOND);
  }

  private static Operation micros(String name, String description, double target) {
    return Operation.of(name, description, Unit.MICROS).withTarget(target);
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<List<Event>> batches = batches(bench, BATCH);
    appends(bench, APPEND, batches, Durability.CHECKPOINT, 1);
    appends(bench, APPEND_DEFAULT, batches, Durability.BACKGROUND, 1);
    appends(bench, APPEND_MANY, batches, Durability.BACKGROUND, PRODUCERS);
    allocation(bench, batches);
    replay(bench, REPLAY, batches);
    reads(bench, batches);
    List<List<Event>> small = batches(bench, SYNC_BATCH);
    replay(bench, REPLAY_SMALL, small);
    List<List<Event>> synced = small.subList(0, Math.min(SYNCS, small.size()));
    if (bench.options().wants(SYNC_DEVICE)) {
      bench.record("device", SYNC_DEVICE, deviceSyncs(bench, synced.size()), "");
    }
    appends(bench, SYNC_BATCHES, synced, Durability.SYNC, 1);
    appends(bench, SYNC_MANY, synced, Durability.SYNC, PRODUCERS);
  }

  /** Makes all events before anything is measured. */
  private static List<List<Event>> batches(Bench bench, int size) {
    UsageEvents events = new UsageEvents(bench.options().rows(), bench.options().seed());
    List<List<Event>> batches = new ArrayList<>();
    UsageBatch rows = new UsageBatch(size);
    while (events.next(rows)) {
      List<Event> batch = new ArrayList<>(rows.size());
      for (int row = 0; row < rows.size(); row++) {
        batch.add(UsageEvent.of(rows, row));
      }
      batches.add(batch);
    }
    return batches;
  }

  /** Counts what the appending and the tail thread allocate once buffers are used again. */
  private static void allocation(Bench bench, List<List<Event>> batches) throws Exception {
    if (!bench.options().wants(ALLOCATION)) {
      return;
    }
    List<Double> runs = new ArrayList<>();
    Path directory = directory(bench);
    int sealRows = 1 << 16;
    try (EventLog log = EventLog.open(directory, options(Durability.BACKGROUND, sealRows))) {
      for (int run = 0; run <= bench.options().runs(); run++) {
        long before = allocatedBytes();
        append(log, batches, 1);
        log.sync();
        long rows = batches.stream().mapToLong(List::size).sum();
        if (run > 0) {
          runs.add((double) (allocatedBytes() - before) / rows);
        }
      }
    } finally {
      delete(directory);
    }
    bench.record(SUBJECT, ALLOCATION, runs, "");
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      boolean counts =
          thread != null
              && (thread.getThreadId() == Thread.currentThread().getId()
                  || thread.getThreadName().equals("varve-log-tail"));
      bytes += counts ? threads.getThreadAllocatedBytes(thread.getThreadId()) : 0;
    }
    return bytes;
  }

  /** The columns of the workload, and what is read ready: a group of each user's day. */
  private static TableDefinition withProjection() {
    TableDefinition usage = UsageTable.definition();
    return TableDefinition.builder(usage.schema())
        .idColumn(usage.idColumn())
        .bloomColumns(usage.bloomColumns().toArray(String[]::new))
        .tallyColumns(usage.tallyColumns().toArray(String[]::new))
        .projection(
            Projection.parse(
                "daily", "day, user", "sum(cost), sum(input_tokens), sum(output_tokens)"))
        .build();
  }

  private static EventLogOptions options(Durability durability, int sealRows) {
    return options(UsageTable.definition(), durability, sealRows);
  }

  private static EventLogOptions options(
      TableDefinition definition, Durability durability, int sealRows) {
    return EventLogOptions.builder()
        .definition(definition)
        .durability(durability)
        .sealRows(sealRows)
        .sealBytes(1L << 30)
        .merge(0, 1)
        .build();
  }

  private static void appends(
      Bench bench,
      Operation operation,
      List<List<Event>> batches,
      Durability durability,
      int producers)
      throws Exception {
    if (!bench.options().wants(operation)) {
      return;
    }
    List<Double> rates = new ArrayList<>();
    long rows = batches.stream().mapToLong(List::size).sum();
    for (int run = 0; run <= bench.options().runs(); run++) {
      Path directory = directory(bench);
      try (EventLog log = EventLog.open(directory, options(durability, 1 << 18))) {
        Stopwatch watch = Stopwatch.start();
        append(log, batches, producers);
        log.sync();
        watch.stop();
        if (run > 0) { // the first one warms up
          rates.add(rows * 1e9 / watch.nanos());
        }
      } finally {
        delete(directory);
      }
    }
    bench.record(SUBJECT, operation, rates, "");
  }

  private static void append(EventLog log, List<List<Event>> batches, int producers)
      throws Exception {
    if (producers == 1) {
      for (List<Event> batch : batches) {
        log.appendBatch(batch);
      }
      return;
    }
    ExecutorService executor = Executors.newFixedThreadPool(producers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int producer = 0; producer < producers; producer++) {
        int first = producer;
        all.add(
            executor.submit(
                () -> {
                  for (int i = first; i < batches.size(); i += producers) {
                    log.appendBatch(batches.get(i));
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      executor.shutdown();
    }
  }

  /** Writes and syncs as many bytes as the frames of 64 rows have. */
  private static List<Double> deviceSyncs(Bench bench, int syncs) throws IOException {
    byte[] frame = new byte[SYNC_BATCH * 200];
    List<Double> rates = new ArrayList<>();
    for (int run = 0; run < bench.options().runs(); run++) {
      Path directory = directory(bench);
      try (OutputFile file = new LocalFileStore(directory).createLog("log")) {
        Stopwatch watch = Stopwatch.start();
        for (int i = 0; i < syncs; i++) {
          file.write(frame, 0, frame.length);
          file.sync();
        }
        watch.stop();
        rates.add((double) syncs * SYNC_BATCH * 1e9 / watch.nanos());
      } finally {
        delete(directory);
      }
    }
    return rates;
  }

  private static void replay(Bench bench, Operation operation, List<List<Event>> batches)
      throws Exception {
    if (!bench.options().wants(operation)) {
      return;
    }
    long rows = Math.min(1 << 18, bench.options().rows());
    Path directory = directory(bench);
    List<Double> rates = new ArrayList<>();
    try {
      long replayed = 0;
      try (EventLog log = EventLog.open(directory, options(Durability.BACKGROUND, 1 << 20))) {
        for (List<Event> batch : batches) {
          if (replayed < rows) {
            log.appendBatchDurable(batch);
            replayed += batch.size();
          }
        }
      }
      for (int run = 0; run <= bench.options().runs(); run++) {
        Stopwatch watch = Stopwatch.start();
        EventLog log = EventLog.open(directory, options(Durability.BACKGROUND, 1 << 20));
        watch.stop();
        log.close();
        if (log.recovery().replayedRows() != replayed) {
          throw new IllegalStateException("replayed " + log.recovery());
        }
        if (run > 0) {
          rates.add(replayed * 1e9 / watch.nanos());
        }
      }
      bench.record(SUBJECT, operation, rates, "");
    } finally {
      delete(directory);
    }
  }

  private static void reads(Bench bench, List<List<Event>> batches) throws Exception {
    Path directory = directory(bench);
    int sealRows = (int) Math.max(1, bench.options().rows() / SEGMENTS);
    EventLogOptions options = options(withProjection(), Durability.CHECKPOINT, sealRows);
    LocalFileStore mapped = new LocalFileStore(directory).withMappedReads();
    try (EventLog log = EventLog.open(mapped, options)) {
      append(log, batches, 1);
      log.seal();
      bench.progress("%s", log.stats());
      recordBytes(bench, log, directory);
      UsageEvent middle = (UsageEvent) batches.get(batches.size() / 2).get(0);
      String user = UsageEvents.Dimension.USER.value(UsageEvents.Dimension.USER.size() - 7);
      Filter rare = Filter.eq("user", user);
      long day = middle.timeNanos();
      Filter inDay =
          Filter.and(
              Filter.eq("user", middle.user()),
              Filter.ge("ts", day),
              Filter.lt("ts", day + UsageEvents.DAY_NANOS));
      bench.measure(SUBJECT, AGGREGATE, () -> count(log.aggregate(Filter.all())));
      bench.measure(SUBJECT, RARE, () -> count(log.aggregate(rare)));
      bench.measure(SUBJECT, RARE_DAY, () -> count(log.aggregate(inDay)));
      bench.measure(SUBJECT, RECENT, () -> log.queryRecent(Filter.all(), 100).size());
      bench.measure(
          SUBJECT,
          RECENT_USER,
          () -> log.queryRecent(Filter.eq("user", middle.user()), 100).size());
      LocalDate date = LocalDate.ofEpochDay(day / UsageEvents.DAY_NANOS);
      bench.measure(
          SUBJECT,
          ROLLUP,
          () ->
              log.queryProjection("daily", date, date, Filter.eq("user", middle.user()), 100, null)
                  .rows());
      bench.measure(SUBJECT, HIT, () -> log.get(middle.id()).isPresent());
      bench.measure(SUBJECT, MISS, () -> log.get("no such id").isPresent());
    } finally {
      delete(directory);
    }
  }

  private static void recordBytes(Bench bench, EventLog log, Path directory) throws IOException {
    LocalFileStore store = new LocalFileStore(directory);
    long indexes = 0;
    for (FileEntry file : store.list("segments")) {
      try (SegmentReader reader = SegmentReader.open(store.open("segments/" + file.name()))) {
        long columns = 0;
        for (SegmentDescription.OfColumn column : reader.describe().columns()) {
          columns += column.blockBytes() + column.zoneMapBytes();
          columns += column.partBytes().getOrDefault(Part.DICTIONARY, 0L);
        }
        indexes += file.length() - columns; // footers too
      }
    }
    double rows = log.stats().rows();
    double all = log.stats().segmentBytes();
    bench.record(SUBJECT, BYTES, List.of((all - indexes) / rows), "");
    bench.record(SUBJECT, INDEX_BYTES, List.of(indexes / rows), "");
  }

  private static long count(AggregateResult result) {
    return result.count();
  }

  private static Path directory(Bench bench) throws IOException {
    Path parent = bench.options().directory();
    return parent == null
        ? Files.createTempDirectory("varve-engine")
        : Files.createTempDirectory(Files.createDirectories(parent), "engine");
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException failed)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
