package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.Preaggregation;
import io.varve.io.LocalFileStore;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Value;
import io.varve.schema.Field;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.segment.SegmentReader;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rollups promise: they are stored, and exact whatever happens to the events beside them. */
class EventLogRollupTest {

  private static final long DAY_NANOS = 86_400_000_000_000L;
  private static final int DAYS = 6;

  @TempDir Path directory;

  /** An event as the model keeps it. */
  private record Row(String id, long time, String user, String key, long metric) {}

  private EventLog open() throws IOException {
    return EventLog.open(directory, LogEvents.manual().build());
  }

  private static LocalDate day(int day) {
    return LocalDate.ofEpochDay(day);
  }

  private static Row append(EventLog log, int number, Random random) throws IOException {
    Row row =
        new Row(
            "id-" + number,
            random.nextLong(DAYS * DAY_NANOS),
            "user-" + random.nextInt(3),
            "key-" + random.nextInt(2),
            random.nextLong());
    log.append(
        LogEvent.builder(row.id(), row.time())
            .user(row.user())
            .apiKey(row.key())
            .model("m")
            .metric(row.metric())
            .build());
    return row;
  }

  @SeededTest(runs = 8)
  void storedGroupsAreExactBesideUnsealedRowsDeletesAndForgottenTime(Random random)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    long floor = Long.MIN_VALUE;
    int number = 0;
    try (EventLog first = open()) {
      for (int i = 0; i < 400; i++) {
        rows.add(append(first, number++, random));
      }
      first.seal();
    }
    try (EventLog log = open()) { // of which every group but those to come is stored
      assertThat(storedProjections(log)).contains("daily");
      for (int step = 0; step < 12; step++) {
        switch (random.nextInt(5)) {
          case 0 -> {
            for (int i = 0; i < 100; i++) {
              rows.add(append(log, number++, random));
            }
          }
          case 1 -> log.seal();
          case 2 -> {
            for (int i = 0; i < 5 && !rows.isEmpty(); i++) {
              log.delete(rows.remove(random.nextInt(rows.size())).id());
            }
          }
          case 3 -> {
            floor = Math.max(floor, random.nextLong(DAYS * DAY_NANOS / 3));
            log.gc(floor);
          }
          default -> log.merge();
        }
        long cutoff = floor;
        rows.removeIf(row -> row.time() < cutoff);
        check(log, rows, random);
      }
    }
  }

  private static void check(EventLog log, List<Row> rows, Random random) throws IOException {
    int from = random.nextInt(DAYS);
    int to = from + random.nextInt(DAYS - from);
    String user = random.nextBoolean() ? null : "user-" + random.nextInt(3);
    String key = random.nextBoolean() ? null : "key-" + random.nextInt(2);
    Map<String, List<Long>> expected = new TreeMap<>();
    for (Row row : rows) {
      long day = row.time() / DAY_NANOS;
      if (day >= from
          && day <= to
          && (user == null || user.equals(row.user()))
          && (key == null || key.equals(row.key()))) {
        String group = day + " " + row.user() + " " + row.key();
        expected.computeIfAbsent(group, g -> new ArrayList<>()).add(row.metric());
      }
    }
    List<AggregateRow> rollup = log.queryRollups(day(from), day(to), user, key);
    assertThat(rollup.stream().map(EventLogRollupTest::group))
        .containsExactlyElementsOf(expected.keySet());
    Iterator<List<Long>> groups = expected.values().iterator();
    for (AggregateRow row : rollup) {
      List<Long> metrics = groups.next();
      assertThat(row.getLong(4)).isEqualTo(metrics.size());
      assertThat(row.getInteger(5))
          .isEqualTo(
              metrics.stream()
                  .map(java.math.BigInteger::valueOf)
                  .reduce(java.math.BigInteger.ZERO, java.math.BigInteger::add));
    }
  }

  private static String group(AggregateRow row) {
    return row.getLong(0) / DAY_NANOS + " " + row.getString(1) + " " + row.getString(2);
  }

  private List<String> storedProjections(EventLog log) throws IOException {
    List<String> names = new ArrayList<>();
    LocalFileStore store = new LocalFileStore(directory);
    for (var file : store.list(LogLayout.SEGMENTS)) {
      String path = LogLayout.SEGMENTS + "/" + file.name();
      try (SegmentReader reader = SegmentReader.open(store.open(path), log.schema())) {
        reader.preaggregations().stream().map(Preaggregation::name).forEach(names::add);
      }
    }
    return names;
  }

  @Test
  void pagesOfAProjectionAreItsGroupsInOrder() throws IOException {
    try (EventLog log = open()) {
      Random random = new Random(1);
      for (int i = 0; i < 500; i++) {
        append(log, i, random);
        if (i == 400) {
          log.seal();
        }
      }
      LocalDate last = day(DAYS - 1);
      RollupPage all = log.queryProjection("daily", day(0), last, Filter.all(), 1000, null);
      assertThat(all.rows()).hasSize(DAYS * 3 * 2);
      assertThat(all.next()).isNull();
      List<AggregateRow> paged = new ArrayList<>();
      List<Value> after = null;
      do {
        RollupPage page = log.queryProjection("daily", day(0), last, Filter.all(), 7, after);
        assertThat(page.rows()).hasSizeLessThanOrEqualTo(7);
        paged.addAll(page.rows());
        after = page.next();
      } while (after != null);
      assertThat(paged).isEqualTo(all.rows());
      assertThat(
              log.queryProjection("daily", day(1), day(1), Filter.eq("user", "user-1"), 9, null)
                  .rows())
          .hasSize(2);
      assertThatThrownBy(() -> log.queryProjection("hourly", day(0), last, Filter.all(), 7, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("daily");
      assertThatThrownBy(() -> log.queryProjection("daily", day(0), last, Filter.all(), 0, null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> log.queryProjection("daily", last, day(0), Filter.all(), 1, null))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void declaredProjectionsSurviveRestartsAndRenames() throws IOException {
    TableDefinition definition =
        TableDefinition.builder(LogEvent.DEFINITION.schema())
            .idColumn("id")
            .projection(Projection.parse("hourly", "hour, region", "sum(metric), max(status)"))
            .build();
    EventLogOptions options = LogEvents.manual().definition(definition).build();
    try (EventLog log = EventLog.open(directory, options)) {
      for (int i = 0; i < 40; i++) {
        log.append(LogEvent.builder("id-" + i, i).region("eu").metric(i).status(200).build());
      }
      log.seal();
    }
    try (EventLog log = EventLog.open(directory, options)) {
      assertThat(log.definition()).isEqualTo(definition);
      log.changeSchema(renamed(log.schema()));
      assertThat(log.definition().idColumn()).isEqualTo("event_id");
      assertThat(storedProjections(log)).contains("hourly");
      AggregateRow row =
          log.queryProjection("hourly", day(0), day(0), Filter.all(), 5, null).rows().get(0);
      assertThat(row.getString(1)).isEqualTo("eu");
      assertThat(row.getLong(3)).isEqualTo(780);
      assertThat(log.get("id-7").orElseThrow().getLong("cost")).isEqualTo(7);
    }
  }

  private static Schema renamed(Schema before) {
    List<Field> fields = new ArrayList<>();
    for (Field field : before.fields()) {
      String name =
          switch (field.name()) {
            case "id" -> "event_id";
            case "metric" -> "cost";
            default -> field.name();
          };
      fields.add(new Field(field.id(), name, field.type(), field.nullable()));
    }
    return new Schema(before.version() + 1, fields, before.timeFieldId());
  }
}
