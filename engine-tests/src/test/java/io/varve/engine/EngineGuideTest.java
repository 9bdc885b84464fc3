package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RecordMapping;
import io.varve.column.RowBatch;
import io.varve.io.LocalFileStore;
import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of docs/engine.md: compiled, run, and the same as on the page. */
class EngineGuideTest {

  private static final Path SOURCE = Path.of("src/test/java/io/varve/engine/EngineGuideTest.java");

  @TempDir Path directory;

  private final Instant now = Instant.parse("2026-03-01T10:00:00Z");

  /** An event of one's own. */
  record Order(Instant placed, String customer, long cents) {}

  @Test
  void appendReadDeleteCopy(@TempDir Path other) throws IOException {
    List<LogEvent> events = LogEvents.events(0, 10);
    try (EventLog log = EventLog.open(directory, EventLogOptions.defaults())) {
      log.append(LogEvent.builder("01J0001", now).user("alice").status(200).metric(12).build());
      log.appendBatch(events); // all of them or, after a crash, none
      log.sync(); // durable
    }
    try (EventLog log = EventLog.open(directory, EventLogOptions.defaults())) {
      read(log);
      Path copy = other.resolve("copy");
      Path elsewhere = other.resolve("elsewhere");
      log.checkpoint(copy); // hard links where possible
      EventLog.restore(copy, elsewhere);
      long cutoffNanos = 5000;
      log.delete("01J0001"); // gone from every read, durably
      log.erase(Filter.eq("user", "alice")); // gone from the files
      log.gc(cutoffNanos); // older events are gone, also such as come later
      log.merge();
      assertThat(log.aggregate(Filter.all()).count()).isEqualTo(5);
    }
    try (EventLogReader reader = EventLogReader.open(directory)) {
      reader.aggregate(Filter.all());
      reader.refresh(); // what is durable now
    }
  }

  private void read(EventLog log) throws IOException {
    long rows = 0;
    List<StoredEvent> last = log.queryRecent(Filter.eq("user", "alice"), 50);
    RecentPage page = log.queryRecent(Filter.between("status", 400, 599), 50, null);
    AggregateResult totals = log.aggregate(Filter.all()); // count, exact sums, tallies
    List<AggregateRow> days =
        log.query(
            Filter.eq("user", "alice"),
            List.of(GroupKey.bucket(TimeBucket.DAY), GroupKey.column("model")),
            List.of(Measure.countRows(), Measure.sum("metric")));
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    List<AggregateRow> rollup = log.queryRollups(today.minusDays(6), today, "alice", null);
    RollupPage groups =
        log.queryProjection("daily", today, today, Filter.eq("model", "m"), 100, null);
    Optional<StoredEvent> one = log.get("01J0001");
    try (Scan scan = log.scan(Filter.all(), "user", "metric")) {
      for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
        rows += batch.rowCount();
      }
    }
    assertThat(last).hasSize(1);
    assertThat(page.events()).isEmpty();
    assertThat(totals.count()).isEqualTo(11);
    assertThat(days).hasSize(1);
    assertThat(rollup).hasSize(1);
    assertThat(groups.rows()).isEmpty();
    assertThat(groups.next()).isNull();
    assertThat(one).isPresent();
    assertThat(rows).isEqualTo(11);
  }

  @Test
  void columnsOfOnesOwn() throws IOException {
    Schema schema = RecordMapping.schemaOf(Order.class, "placed");
    EventLogOptions options =
        EventLogOptions.builder().definition(TableDefinition.builder(schema).build()).build();
    RecordMapping<Order> mapping = new RecordMapping<>(Order.class, schema);
    try (EventLog log = EventLog.open(directory, options)) {
      log.appendBatch(List.of(new Order(now, "bob", 995)), mapping::set);
      log.append(log.newEvent().set("placed", now).set("customer", "eve").set("cents", 5L).build());
    }
    try (EventLog log = EventLog.open(directory, options)) {
      assertThat(log.aggregate(Filter.all()).sum("cents")).hasToString("1000");
    }
  }

  @Test
  void severalThreadsReadMappedFiles() throws IOException {
    EventLogOptions options = EventLogOptions.defaults();
    try (EventLog log = EventLog.open(directory, options)) {
      log.appendBatch(LogEvents.events(0, 100));
    }
    Aggregation rollup =
        new Aggregation(
            List.of(GroupKey.column("user")),
            List.of(Measure.countRows()),
            Filter.all(),
            ZoneOffset.UTC);
    ExecutorService executor = Executors.newFixedThreadPool(1);
    try {
      try (EventLog log = EventLog.open(new LocalFileStore(directory).withMappedReads(), options)) {
        log.query(rollup, executor, 2); // this thread and one of the executor's
      }
      try (EventLog log = EventLog.open(directory, options)) {
        assertThat(log.query(rollup, executor, 2)).isEqualTo(log.query(rollup));
      }
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void thePageShowsWhatIsRunHere() throws IOException {
    String source = squeezed(Files.readString(SOURCE));
    List<String> parts = List.of(Files.readString(Path.of("../docs/engine.md")).split("```", -1));
    int snippets = 0;
    for (int i = 1; i < parts.size(); i += 2) {
      String snippet = parts.get(i).lines().skip(1).collect(Collectors.joining("\n"));
      assertThat(source).contains(squeezed(snippet));
      snippets++;
    }
    assertThat(snippets).isEqualTo(7);
  }

  /** Leaves out margins and line breaks. */
  private static String squeezed(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining(" ")).strip();
  }
}
