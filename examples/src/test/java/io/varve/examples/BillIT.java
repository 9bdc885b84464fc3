package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.RecordMapping;
import io.varve.flink.common.TablePaths;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Selection;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.CommitChoice;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableFollower;
import io.varve.table.TableSnapshot;
import io.varve.testkit.TestJob;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Bills against plain Java over the same events: each day once, and the same when made again. */
@Timeout(300)
class BillIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static final Instant FIRST_DAY = Instant.parse("2026-05-01T00:00:00Z");
  private static final Schema SCHEMA = RecordMapping.schemaOf(Event.class, "time");
  private static final RecordMapping<Event> MAPPING = new RecordMapping<>(Event.class, SCHEMA);

  /** One use of a model. */
  public record Event(
      Instant time, @Nullable String user, @Nullable String model, long tokens, long costMicros) {}

  @TempDir Path directory;

  private final Random random = new Random(11);
  private TestJob job;

  @BeforeEach
  void start() throws IOException {
    job = TestJob.start(directory.resolve("usage"), TableDefinition.builder(SCHEMA).build(), 1);
  }

  private Event event(int day) {
    return new Event(
        FIRST_DAY.plus(day, ChronoUnit.DAYS).plusMillis(random.nextInt(86_400_000)),
        random.nextInt(9) == 0 ? null : "user-" + random.nextInt(5),
        random.nextInt(9) == 0 ? null : "model-" + random.nextInt(3),
        random.nextInt(10_000),
        random.nextLong(1_000_000_000));
  }

  private List<Event> write(int count, int... days) throws IOException {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Event event = event(days[random.nextInt(days.length)]);
      job.add(row -> MAPPING.set(event, row));
      events.add(event);
    }
    return events;
  }

  private static long noonOf(int day) {
    return FIRST_DAY.plus(day, ChronoUnit.DAYS).plus(12, ChronoUnit.HOURS).toEpochMilli();
  }

  private String bill() {
    CommandRun run =
        CommandRun.of(
            BillJob.command(),
            "--table",
            directory.resolve("usage"),
            "--bills",
            directory.resolve("bills"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  private static final Comparator<BillLine> ORDER =
      Comparator.comparing(BillLine::run)
          .thenComparing(BillLine::day)
          .thenComparing(BillLine::user, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(BillLine::model, Comparator.nullsFirst(Comparator.naturalOrder()));

  private static List<BillLine> expected(List<Event> events, long run, int day) {
    Map<String, BillLine> lines = new TreeMap<>();
    Instant start = FIRST_DAY.plus(day, ChronoUnit.DAYS);
    for (Event event : events) {
      if (event.time().truncatedTo(ChronoUnit.DAYS).equals(start)) {
        BillLine one =
            new BillLine(
                start, run, event.user(), event.model(), 1, event.tokens(), event.costMicros());
        lines.merge(
            event.user() + "/" + event.model(),
            one,
            (a, b) ->
                new BillLine(
                    start,
                    run,
                    a.user(),
                    a.model(),
                    a.events() + b.events(),
                    a.tokens() + b.tokens(),
                    a.costMicros() + b.costMicros()));
      }
    }
    return new ArrayList<>(lines.values());
  }

  private void assertBilled(List<BillLine> lines) throws Exception {
    lines.sort(ORDER);
    try (BillDatabase database =
        BillDatabase.open(BillJob.embedded(directory.resolve("bills").toString()))) {
      List<BillLine> stored = new ArrayList<>(database.lines());
      stored.sort(ORDER);
      assertThat(stored).as("in the database").isEqualTo(lines);
    }
    List<BillLine> stored =
        new ArrayList<>(
            BillTable.lines(
                TableDirectory.open(TablePaths.open(directory.resolve("bills").toString()))));
    stored.sort(ORDER);
    assertThat(stored).as("in the table").isEqualTo(lines);
  }

  @Test
  void everyDayIsBilledOnceWhenItIsOver() throws Exception {
    List<Event> early = write(2000, 0, 1);
    job.commit(true, noonOf(0));
    assertThat(bill()).contains("of commit 2, which is tagged bill-1");
    assertBilled(new ArrayList<>()); // the first day is not over: the bill of all before is empty

    early.addAll(write(500, 0, 1));
    job.commit(false, noonOf(1));
    assertThat(bill()).contains("Bill 2: days from 2026-05-01T00:00:00Z to before 2026-05-02");
    List<BillLine> lines = expected(early, 2, 0);
    assertBilled(lines);
    assertThat(bill()).contains("No day is over");

    List<Event> late = write(40, 0);
    List<Event> all = new ArrayList<>(early);
    all.addAll(write(700, 1, 2));
    long third = job.commit(true, noonOf(2));
    assertThat(bill()).contains("Bill 3:").contains("of commit");
    lines.addAll(expected(all, 3, 1));
    assertBilled(lines);
    assertThat(lateRows()).isEqualTo(late.size());

    // The last bill is made again, though the table has gone on since.
    write(300, 1, 2);
    assertThat(job.commit(false, noonOf(2) + 1)).isGreaterThan(third);
    reopen(3);
    assertThat(bill()).contains("Bill 3:");
    assertBilled(lines);
    job.close();
  }

  /** As if the process had been killed before it wrote down that the bill was done. */
  private void reopen(int run) throws Exception {
    String url = BillJob.embedded(directory.resolve("bills").toString());
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE bill_run SET done = 0 WHERE number = " + run);
      statement.executeUpdate("DELETE FROM bill WHERE run = " + run + " AND events > 20");
    }
  }

  /** Counts what came after the second bill of days that it covered. */
  private long lateRows() throws IOException {
    TableSnapshot billed = CommitChoice.tagged("bill-2").of(job.table());
    long late = 0;
    for (TableFollower.Step step :
        TableFollower.from(job.table(), billed.number())
            .nextTo(TableSnapshot.latest(job.table()).number())) {
      for (ScanUnit unit : step.units()) {
        late += rowsBefore(unit, FIRST_DAY.plus(1, ChronoUnit.DAYS));
      }
    }
    return late;
  }

  private long rowsBefore(ScanUnit unit, Instant end) throws IOException {
    BoundFilter filter = BoundFilter.of(Filter.lt("time", end), SCHEMA);
    Selection selection = new Selection();
    long rows = 0;
    try (BlockSource source = unit.open(job.table())) {
      for (int block = 0; block < source.blockCount(); block++) {
        filter.select(new Block(source, block), selection);
        rows += selection.count();
      }
    }
    return rows;
  }
}
