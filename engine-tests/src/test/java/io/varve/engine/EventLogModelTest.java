package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBatch;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.testkit.CrashingFileStore;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Random operations on a log and on a list answer alike. */
class EventLogModelTest {

  /** An event as the model keeps it, in the order of appending. */
  private record Row(int order, long time, String id, String user, @Nullable Integer amount) {}

  private final CrashingFileStore store = new CrashingFileStore();
  private final List<Row> rows = new ArrayList<>();
  private long floor = Long.MIN_VALUE;
  private int appended;

  private static final Comparator<Row> NEWEST_FIRST =
      Comparator.comparingLong(Row::time).thenComparingInt(Row::order).reversed();

  @SeededTest(runs = 15)
  void answersAreThoseOfAList(Random random) throws IOException {
    EventLog log = open(random);
    try {
      for (int step = 0; step < 120; step++) {
        if (random.nextInt(25) == 0) {
          log.close();
          log = open(random);
        } else if (random.nextInt(3) == 0) {
          change(log, random);
        } else if (random.nextBoolean()) {
          append(log, random);
        } else {
          ask(log, random);
        }
      }
    } finally {
      log.close();
    }
  }

  private EventLog open(Random random) throws IOException {
    return EventLog.open(
        store,
        LogEvents.manual()
            .sealRows(1 + random.nextInt(200))
            .merge(2 + random.nextInt(3), 100 + random.nextInt(1000))
            .build());
  }

  private void append(EventLog log, Random random) throws IOException {
    int count = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(400);
    List<LogEvent> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Integer amount = random.nextInt(4) == 0 ? null : random.nextInt(1000) - 500;
      Row row =
          new Row(
              appended,
              random.nextInt(50) * 1_000_000L - 10_000_000,
              "id-" + appended,
              "user-" + random.nextInt(6),
              amount);
      appended++;
      LogEvent.Builder event = LogEvent.builder(row.id(), row.time()).user(row.user());
      if (amount != null) {
        event.metric(amount).status(amount % 3);
      }
      batch.add(event.build());
      rows.add(row);
    }
    if (batch.size() == 1) {
      log.append(batch.get(0));
    } else {
      log.appendBatch(batch);
    }
  }

  private void change(EventLog log, Random random) throws IOException {
    switch (random.nextInt(6)) {
      case 0 -> log.seal();
      case 1 -> log.merge();
      case 2, 3 -> {
        String id = "id-" + random.nextInt(appended + 5);
        boolean there = live().stream().anyMatch(row -> row.id().equals(id));
        assertThat(log.delete(id)).isEqualTo(there);
        rows.removeIf(row -> row.id().equals(id));
      }
      case 4 -> {
        String user = "user-" + random.nextInt(12);
        long expected = live().stream().filter(row -> row.user().equals(user)).count();
        assertThat(log.erase(Filter.eq("user", user)).rows()).isGreaterThanOrEqualTo(expected);
        rows.removeIf(row -> row.user().equals(user));
      }
      default -> {
        long cutoff = random.nextInt(60) * 500_000L - 20_000_000;
        long older = live().stream().filter(row -> row.time() < cutoff).count();
        assertThat(log.gc(cutoff).rows()).isEqualTo(older);
        floor = Math.max(floor, cutoff);
      }
    }
  }

  private List<Row> live() {
    return rows.stream().filter(row -> row.time() >= floor).toList();
  }

  private void ask(EventLog log, Random random) throws IOException {
    String user = "user-" + random.nextInt(7);
    boolean all = random.nextBoolean();
    Filter filter = all ? Filter.all() : Filter.eq("user", user);
    List<Row> expected =
        live().stream().filter(row -> all || row.user().equals(user)).sorted(NEWEST_FIRST).toList();
    switch (random.nextInt(5)) {
      case 0 -> askPages(log, filter, 1 + random.nextInt(40), expected);
      case 1 -> askTotals(log, filter, expected);
      case 2 -> askGroups(log, filter, expected);
      case 3 -> {
        String id = "id-" + random.nextInt(appended + 5);
        assertThat(log.get(id).map(event -> event.getString("id")))
            .isEqualTo(live().stream().map(Row::id).filter(id::equals).findAny());
      }
      default -> askScan(log, filter, expected);
    }
  }

  private static void askPages(EventLog log, Filter filter, int limit, List<Row> expected)
      throws IOException {
    List<String> ids = new ArrayList<>();
    RowKey cursor = null;
    do {
      RecentPage page = log.queryRecent(filter, limit, cursor);
      page.events().forEach(event -> ids.add(event.getString("id")));
      cursor = page.next();
    } while (cursor != null && ids.size() < 200);
    int compared = cursor == null ? expected.size() : ids.size();
    assertThat(ids).isEqualTo(expected.stream().limit(compared).map(Row::id).toList());
  }

  private static void askTotals(EventLog log, Filter filter, List<Row> expected)
      throws IOException {
    AggregateResult totals = log.aggregate(filter);
    List<Integer> amounts = amounts(expected);
    assertThat(totals.count()).isEqualTo(expected.size());
    assertThat(String.valueOf(totals.sum("metric")))
        .isEqualTo(
            amounts.isEmpty()
                ? "null"
                : String.valueOf(amounts.stream().mapToLong(Integer::longValue).sum()));
    Map<String, Long> tally = new TreeMap<>();
    expected.forEach(
        row -> tally.merge(row.amount() == null ? "null" : "" + row.amount() % 3, 1L, Long::sum));
    Map<String, Long> actual = new TreeMap<>();
    totals.tally("status").forEach((value, count) -> actual.put("" + value, count));
    assertThat(actual).isEqualTo(tally);
  }

  private static List<Integer> amounts(List<Row> rows) {
    List<Integer> amounts = new ArrayList<>();
    for (Row row : rows) {
      if (row.amount() != null) {
        amounts.add(row.amount());
      }
    }
    return amounts;
  }

  private static void askGroups(EventLog log, Filter filter, List<Row> expected)
      throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    expected.forEach(row -> counts.merge(row.user(), 1L, Long::sum));
    Map<String, Long> actual = new TreeMap<>();
    for (AggregateRow row :
        log.query(filter, List.of(GroupKey.column("user")), List.of(Measure.countRows()))) {
      actual.put(row.getString(0), row.getLong(1));
    }
    assertThat(actual).isEqualTo(counts);
  }

  private static void askScan(EventLog log, Filter filter, List<Row> expected) throws IOException {
    List<String> ids = new ArrayList<>();
    try (Scan scan = log.scan(filter, "id")) {
      for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
        for (int row = 0; row < batch.rowCount(); row++) {
          ids.add(((io.varve.column.BinaryColumn) batch.column(0)).getString(row));
        }
      }
    }
    assertThat(ids).containsExactlyInAnyOrderElementsOf(expected.stream().map(Row::id).toList());
  }
}
