package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.RecordMapping;
import io.varve.io.AlreadyOpenException;
import io.varve.io.LocalFileStore;
import io.varve.io.SchemaMismatchException;
import io.varve.io.SnapshotExpiredException;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.query.Value;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log promises, on real files, one behaviour each. */
class EventLogTest {

  private static final long DAY_NANOS = 86_400_000_000_000L;

  @TempDir Path directory;

  private EventLog open() throws IOException {
    return EventLog.open(directory, LogEvents.manual().build());
  }

  private static List<Integer> recent(EventReads log, int limit) throws IOException {
    return log.queryRecent(Filter.all(), limit).stream().map(LogEvents::number).toList();
  }

  @Test
  void readsSeeEverythingAppendedBeforeAnyFlush() throws IOException {
    try (EventLog log = open()) {
      for (int i = 0; i < 40; i++) {
        log.append(LogEvents.event(i));
        assertThat(recent(log, 1)).containsExactly(i);
      }
      log.appendBatch(LogEvents.events(40, 1000));
      log.append(LogEvents.event(1000));

      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 1001));
      assertThat(log.aggregate(Filter.all()).count()).isEqualTo(1001);
      assertThat(log.get("id-1000")).isPresent();
      assertThat(log.get("id-500")).isPresent();
      assertThat(log.get("id-5000")).isEmpty();
    }
  }

  @Test
  void closedLogHasAllEventsWhenOpenedAgain() throws IOException {
    try (EventLog log = open()) {
      log.appendBatch(LogEvents.events(0, 1000));
      log.append(LogEvents.event(1000));
    }
    try (EventLog log = open()) {
      assertThat(log.recovery().replayedRows()).isEqualTo(1001);
      assertThat(log.recovery().torn()).isEmpty();
      assertThat(log.get("id-77")).isPresent();
      log.append(LogEvents.event(1001));
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 1002));
    }
    try (EventLog log = open()) {
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 1002));
    }
  }

  @Test
  void aThousandSmallSegmentsBecomeAFew() throws IOException {
    EventLogOptions options = LogEvents.manual().merge(10, 5000).build();
    try (EventLog log = EventLog.open(directory, options)) {
      for (int i = 0; i < 200; i++) {
        log.appendBatch(LogEvents.events(i * 3, i * 3 + 3));
        log.seal();
      }
      assertThat(log.stats().segments()).isEqualTo(200);

      assertThat(log.merge()).isPositive();

      assertThat(log.stats().segments()).isLessThan(20);
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 600));
    }
  }

  @Test
  void groupsSurviveRestartsHoweverOld() throws IOException {
    try (EventLog log = open()) {
      for (int day = 0; day < 100; day++) {
        long time = day * DAY_NANOS + 1;
        log.append(LogEvent.builder("id-" + day, time).user("alice").counter(1, day).build());
        if (day % 20 == 0) {
          log.seal();
        }
      }
    }
    try (EventLog log = open()) {
      List<AggregateRow> days =
          log.query(
              Filter.eq("user", "alice"),
              List.of(GroupKey.bucket(TimeBucket.DAY)),
              List.of(Measure.sum("counter_1")));
      assertThat(days).hasSize(100);
      for (int day = 0; day < 100; day++) {
        assertThat(days.get(day).getLong(0)).isEqualTo(day * DAY_NANOS);
        assertThat(days.get(day).getLong(1)).isEqualTo(day);
      }
    }
  }

  @Test
  void rollupsOfInclusiveDaysHaveOneOrder() throws IOException {
    try (EventLog log = open()) {
      for (int i = 0; i < 60; i++) {
        long time = i % 6 * DAY_NANOS + i;
        log.append(
            LogEvent.builder("id-" + i, time)
                .user("user-" + i % 2)
                .apiKey("key")
                .model("m")
                .metric(i)
                .build());
        if (i == 30) {
          log.seal();
        }
      }
      LocalDate first = LocalDate.ofEpochDay(1);
      List<AggregateRow> rollup = log.queryRollups(first, LocalDate.ofEpochDay(3), null, null);
      assertThat(rollup.stream().map(row -> row.getLong(0) / DAY_NANOS + row.getString(1)))
          .containsExactly("1user-1", "2user-0", "3user-1");
      assertThat(rollup.get(0).getLong(4)).isEqualTo(10);
      assertThat(rollup.get(0).getLong(5)).isEqualTo(1 + 7 + 13 + 19 + 25 + 31 + 37 + 43 + 49 + 55);
      assertThat(log.queryRollups(first, first, "user-0", null)).isEmpty();
      assertThat(log.queryRollups(first, first, "user-1", "key")).hasSize(1);
    }
  }

  @Test
  void moreThan65535DistinctStrings() throws IOException {
    try (EventLog log = open()) {
      int count = 70_000;
      List<LogEvent> batch = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        batch.add(LogEvent.builder("id-" + i, i).user("user-" + i).build());
        if (batch.size() == EventLog.MAX_BATCH_EVENTS) {
          log.appendBatch(batch);
          batch.clear();
        }
      }
      log.appendBatch(batch);
      log.seal();
      assertThat(log.queryRecent(Filter.eq("user", "user-66666"), 5)).hasSize(1);
      assertThat(log.query(Filter.all(), List.of(GroupKey.column("user")), List.of()))
          .hasSize(count);
    }
  }

  @Test
  void pagesOverEqualTimesLoseAndRepeatNothing() throws IOException {
    try (EventLog log = open()) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        log.append(LogEvent.builder("id-" + i, 42).build());
        expected.add(0, "id-" + i);
        if (i == 100 || i == 101 || i == 333) {
          log.seal();
        }
      }
      List<String> ids = new ArrayList<>();
      RowKey cursor = null;
      do {
        RecentPage page = log.queryRecent(Filter.all(), 7, cursor);
        page.events().forEach(event -> ids.add(event.getString("id")));
        cursor = page.next();
        log.append(LogEvent.builder("late-" + ids.size(), 42).build()); // newer than any page
      } while (cursor != null);
      assertThat(ids).isEqualTo(expected);
    }
  }

  @Test
  void outOfOrderAndFarFutureEventsAreForgottenByTheirOwnTime() throws IOException {
    try (EventLog log = open()) {
      log.append(LogEvent.builder("future", Long.MAX_VALUE).build());
      log.append(LogEvent.builder("old", 10).build());
      log.append(LogEvent.builder("new", 1000).build());
      log.seal();
      log.append(LogEvent.builder("older", 5).build());
      log.seal();

      GcResult gone = log.gc(500);

      assertThat(gone.rows()).isEqualTo(2);
      assertThat(gone.segments()).isEqualTo(1);
      assertThat(gone.bytes()).isPositive();
      log.append(LogEvent.builder("late", 7).build());
      assertThat(log.queryRecent(Filter.all(), 9).stream().map(event -> event.getString("id")))
          .containsExactly("future", "new");
      assertThat(log.aggregate(Filter.all()).count()).isEqualTo(2);
      assertThat(log.get("old")).isEmpty();
      assertThat(log.get("late")).isEmpty();
    }
    try (EventLog log = open()) {
      assertThat(log.aggregate(Filter.all()).count()).isEqualTo(2);
    }
  }

  @Test
  void ttlForgetsByTheClock() throws IOException {
    Instant now = Instant.parse("2026-03-01T00:00:00Z");
    List<Runnable> ticks = new ArrayList<>();
    EventLogOptions options =
        EventLogOptions.builder()
            .ttl(Duration.ofDays(10))
            .clock(java.time.Clock.fixed(now, java.time.ZoneOffset.UTC))
            .timer(
                (interval, task) -> {
                  ticks.add(task);
                  return () -> {};
                })
            .build();
    try (EventLog log = EventLog.open(directory, options)) {
      log.append(LogEvent.builder("young", now.minus(Duration.ofDays(9))).build());
      log.append(LogEvent.builder("old", now.minus(Duration.ofDays(11))).build());
      ticks.get(0).run();
    }
    try (EventLog log = open()) {
      assertThat(log.get("young")).isPresent();
      assertThat(log.get("old")).isEmpty();
    }
  }

  @Test
  void anIdleLogBecomesDurableByTheTimer() throws IOException {
    List<Runnable> ticks = new ArrayList<>();
    EventLogOptions options =
        EventLogOptions.builder()
            .timer(
                (interval, task) -> {
                  ticks.add(task);
                  return () -> {};
                })
            .build();
    try (EventLog log = EventLog.open(directory, options)) {
      log.append(LogEvents.event(1));
      assertThat(log.stats().unsyncedRows()).isEqualTo(1);
      ticks.get(0).run();
      while (log.stats().unsyncedRows() > 0) {
        Thread.onSpinWait();
      }
      assertThat(log.stats().unsyncedBytes()).isZero();
    }
  }

  @Test
  void deletesHoldInEveryReadAndAreGoneFromFilesAfterErase() throws IOException {
    try (EventLog log = open()) {
      log.appendBatch(LogEvents.events(0, 300));
      log.seal();
      log.appendBatch(LogEvents.events(300, 400));
      assertThat(log.delete("id-17")).isTrue();
      assertThat(log.delete("id-17")).isFalse();
      assertThat(log.delete("unknown")).isFalse();
      assertThat(log.deleteAll(List.of("id-18", "id-19", "id-350", "unknown"))).isEqualTo(3);

      assertThat(log.get("id-17")).isEmpty();
      AggregateResult totals = log.aggregate(Filter.all());
      assertThat(totals.count()).isEqualTo(396);
      assertThat(totals.sum("counter_1").toString())
          .isEqualTo(String.valueOf(399 * 400 / 2 - 17 - 18 - 19 - 350));
      assertThat(totals.tally("status").values().stream().mapToLong(n -> n).sum()).isEqualTo(396);
      log.sync();

      EraseResult erased = log.erase(Filter.eq("user", "user-5"));

      assertThat(erased.rows()).isEqualTo(56);
      assertThat(erased.unreachable()).isEmpty();
    }
    try (EventLog log = open()) {
      assertThat(log.aggregate(Filter.all()).count()).isEqualTo(340);
      assertThat(log.stats().deletedRows()).isZero();
    }
  }

  @Test
  void nullIsNotZero() throws IOException {
    try (EventLog log = open()) {
      log.append(LogEvent.builder("null", 1).build());
      log.append(LogEvent.builder("zero", 2).metric(0).build());
      for (int round = 0; round < 2; round++) {
        assertThat(log.queryRecent(Filter.isNull("metric"), 5)).hasSize(1);
        assertThat(log.queryRecent(Filter.eq("metric", 0), 5)).hasSize(1);
        assertThat(log.aggregate(Filter.eq("id", "null")).sum("metric")).isEqualTo(Value.NULL);
        log.seal();
      }
    }
  }

  @Test
  void sumsBeyond64Bits() throws IOException {
    try (EventLog log = open()) {
      BigInteger expected = BigInteger.ZERO;
      for (int i = 0; i < 10; i++) {
        log.append(LogEvent.builder("id-" + i, i).metric(Long.MAX_VALUE).build());
        expected = expected.add(BigInteger.valueOf(Long.MAX_VALUE));
        if (i == 5) {
          log.seal();
        }
      }
      assertThat(log.aggregate(Filter.all()).sum("metric").toString())
          .isEqualTo(expected.toString());
    }
  }

  @Test
  void secondWriterGetsAlreadyOpen() throws IOException {
    try (EventLog log = open()) {
      log.append(LogEvents.event(1));
      assertThatThrownBy(this::open)
          .isInstanceOf(AlreadyOpenException.class)
          .hasMessageContaining("this process");
    }
    open().close();
  }

  @Test
  void readersSeeWhatIsDurableWhileTheWriterRuns() throws IOException {
    try (EventLog log = open();
        EventLogReader reader = EventLogReader.open(directory)) {
      log.appendBatch(LogEvents.events(0, 100));
      log.flush();
      reader.refresh();
      assertThat(LogEvents.numbers(reader)).isEqualTo(LogEvents.range(0, 100));
      log.delete("id-4");
      log.seal();
      log.appendBatchDurable(LogEvents.events(100, 150));
      reader.refresh();
      assertThat(reader.aggregate(Filter.all()).count()).isEqualTo(149);
      assertThat(reader.get("id-4")).isEmpty();
      assertThat(reader.get("id-120")).isPresent();
      assertThat(reader.get("id-20")).isPresent();
    }
  }

  @Test
  void aReaderThatComesTooLateIsTold() throws IOException {
    try (EventLog log = open()) {
      log.appendBatch(LogEvents.events(0, 100));
      log.seal();
      try (EventLogReader reader = EventLogReader.open(directory)) {
        Scan scan = reader.scan(Filter.all());
        log.erase(Filter.eq("user", "user-1"));
        assertThatThrownBy(() -> reader.get("id-3"))
            .isInstanceOf(SnapshotExpiredException.class)
            .hasMessageContaining("refresh");
        assertThatThrownBy(scan::next).isInstanceOf(SnapshotExpiredException.class);
        assertThatThrownBy(scan::next)
            .as("what is missing is not passed over")
            .isInstanceOf(SnapshotExpiredException.class);
        scan.close();
        reader.refresh();
        assertThat(reader.get("id-3")).isPresent();
      }
    }
  }

  @Test
  void schemaIsAddedToReorderedWidenedAndReadAcrossVersions() throws IOException {
    Schema first =
        Schema.builder()
            .timeColumn("ts", DataType.timestampLtz(9))
            .column("amount", DataType.int32())
            .column("name", DataType.string())
            .build();
    EventLogOptions options =
        LogEvents.manual().definition(TableDefinition.builder(first).build()).build();
    try (EventLog log = EventLog.open(directory, options)) {
      log.append(log.newEvent().set("ts", at(1)).set("amount", 7L).set("name", "a").build());
      Schema second =
          new Schema(
              2,
              List.of(
                  new Field(3, "label", DataType.string(), true),
                  new Field(2, "amount", DataType.int64(), true),
                  first.timeField(),
                  new Field(4, "extra", DataType.float64(), true)),
              1);
      log.changeSchema(second);
      log.append(log.newEvent().set("ts", at(2)).set("amount", 1L << 40).set("extra", 0.5).build());
      assertThatThrownBy(() -> log.changeSchema(first)).isInstanceOf(SchemaMismatchException.class);
    }
    try (EventLog log = EventLog.open(directory, LogEvents.manual().build())) {
      List<StoredEvent> events = log.queryRecent(Filter.all(), 5);
      assertThat(events.get(0).getLong("amount")).isEqualTo(1L << 40);
      assertThat(events.get(0).getDouble("extra")).isEqualTo(0.5);
      assertThat(events.get(1).getLong("amount")).isEqualTo(7);
      assertThat(events.get(1).getString("label")).isEqualTo("a");
      assertThat(events.get(1).isNull("extra")).isTrue();
    }
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }

  /** An event of one's own. */
  record Order(Instant placed, String customer, long cents) {}

  @Test
  void recordsAreAppendedByTheirComponents() throws IOException {
    Schema schema = RecordMapping.schemaOf(Order.class, "placed");
    EventLogOptions options =
        LogEvents.manual().definition(TableDefinition.builder(schema).build()).build();
    try (EventLog log = EventLog.open(directory, options)) {
      RecordMapping<Order> mapping = new RecordMapping<>(Order.class, schema);
      log.appendBatch(
          List.of(new Order(at(1), "bob", 5), new Order(at(2), "eve", 6)), mapping::set);
      assertThat(log.queryRecent(Filter.eq("customer", "bob"), 5).get(0).getLong("cents"))
          .isEqualTo(5);
    }
  }

  @Test
  void anInvalidEventAppendsNothingOfItsBatch() throws IOException {
    try (EventLog log = open()) {
      List<Event> batch = new ArrayList<>(LogEvents.events(0, 10));
      batch.add(row -> row.setString(0, "no time"));
      assertThatThrownBy(() -> log.appendBatch(batch))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'ts'");
      assertThat(log.aggregate(Filter.all()).count()).isZero();
    }
  }

  @Test
  void checkpointIsALogOfItsOwn(@TempDir Path other) throws IOException {
    Path copy = other.resolve("checkpoint");
    Path restored = other.resolve("restored");
    try (EventLog log = open()) {
      log.appendBatch(LogEvents.events(0, 100));
      log.delete("id-5");
      log.checkpoint(copy);
      log.appendBatch(LogEvents.events(100, 200));
      log.erase(Filter.all());
      assertThat(log.aggregate(Filter.all()).count()).isZero();
    }
    EventLog.restore(copy, restored);
    List<Integer> expected = LogEvents.range(0, 100);
    expected.remove(Integer.valueOf(5));
    for (Path path : List.of(copy, restored)) {
      try (EventLog log = EventLog.open(path, LogEvents.manual().build())) {
        assertThat(LogEvents.numbers(log)).isEqualTo(expected);
        log.append(LogEvents.event(1000));
      }
    }
    assertThatThrownBy(() -> EventLog.restore(copy, restored)).hasMessageContaining("not empty");
  }

  @Test
  void everyCallPassesOnAnInterruptedThread() throws IOException {
    try (EventLog log = open()) {
      List<Interruptible> calls =
          List.of(
              () -> log.appendBatchDurable(LogEvents.events(0, 100)),
              () -> log.append(LogEvents.event(100)),
              log::sync,
              log::seal,
              () -> log.append(LogEvents.event(101)),
              () -> log.delete("id-3"),
              () -> log.queryRecent(Filter.all(), 5),
              () -> log.aggregate(Filter.all()),
              () -> log.get("id-7"),
              () -> log.verify(true),
              () -> log.gc(10),
              log::seal,
              log::merge,
              () -> log.erase(Filter.eq("id", "id-9")),
              log::stats);
      for (Interruptible call : calls) {
        Thread.currentThread().interrupt();
        call.run();
        assertThat(Thread.interrupted()).isTrue();
      }
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).isTrue();
    try (EventLog log = open()) {
      List<Integer> expected = LogEvents.range(1, 102);
      expected.removeAll(List.of(3, 9));
      assertThat(LogEvents.numbers(log)).isEqualTo(expected);
      assertThat(log.health().reasons()).isEmpty();
    }
  }

  /** A call that may be interrupted. */
  private interface Interruptible {

    void run() throws IOException;
  }

  @Test
  void manyProducersAndReadersAgree() throws Exception {
    int producers = 4;
    int batches = 60;
    ExecutorService executor = Executors.newFixedThreadPool(producers + 1);
    try (EventLog log = EventLog.open(directory, LogEvents.manual().sealRows(700).build())) {
      CountDownLatch done = new CountDownLatch(producers);
      List<Future<?>> all = new ArrayList<>();
      for (int producer = 0; producer < producers; producer++) {
        int first = producer * 100_000;
        all.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < batches; i++) {
                    int from = first + i * 20;
                    if (i % 5 == 0) {
                      log.appendBatchDurable(LogEvents.events(from, from + 20));
                    } else {
                      log.appendBatch(LogEvents.events(from, from + 20));
                    }
                    if (log.get("id-" + (from + 19)).isEmpty()) {
                      throw new AssertionError("own write not read: " + from);
                    }
                  }
                  done.countDown();
                  return null;
                }));
      }
      all.add(
          executor.submit(
              () -> {
                long before = 0;
                while (done.getCount() > 0) {
                  long count = log.aggregate(Filter.all()).count();
                  if (count < before || count % 20 != 0) {
                    throw new AssertionError(count + " events after " + before);
                  }
                  before = count;
                }
                return null;
              }));
      for (Future<?> each : all) {
        each.get();
      }
      assertThat(LogEvents.numbers(log)).hasSize(producers * batches * 20);
    } finally {
      executor.shutdownNow();
    }
    try (EventLog log = open()) {
      assertThat(LogEvents.numbers(log)).hasSize(producers * batches * 20);
      assertThat(log.verify(true).isClean()).isTrue();
    }
  }

  @Test
  void aFileStoreOfOnesOwnServesAsWell() throws IOException {
    try (EventLog log = EventLog.open(new LocalFileStore(directory), LogEvents.manual().build())) {
      log.append(LogEvents.event(1));
      assertThat(log.health().status()).isEqualTo(LogHealth.Status.HEALTHY);
    }
  }
}
