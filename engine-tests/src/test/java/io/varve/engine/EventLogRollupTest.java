package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.Preaggregation;
import io.varve.io.LocalFileStore;
import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Filter;
import io.varve.query.Measure;
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
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
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
  void aConditionThatTheDictionaryOfASegmentDecidesNeedsNoKey() throws IOException {
    try (EventLog log = open()) {
      for (int i = 0; i < 400; i++) {
        String label = i % 2 == 0 ? "a" : "c";
        log.append(
            LogEvent.builder("id-" + i, i).user("user-" + i % 4).label(1, label).metric(i).build());
      }
      log.seal();
      assertThat(storedProjections(log)).contains("daily");
      Filter user = Filter.eq("user", "user-3");
      for (Filter absent :
          List.of(Filter.eq("label_1", "b"), Filter.in("label_1", List.of("b", "bb")))) {
        Aggregation groups =
            Aggregation.builder()
                .groupBy("user")
                .measure(Measure.countRows())
                .measure(Measure.countRows().where(absent))
                .where(Filter.or(user, absent))
                .build();
        List<AggregateRow> rows = log.query(groups);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).getString(0)).isEqualTo("user-3");
        assertThat(rows.get(0).getLong(1)).isEqualTo(100);
        assertThat(rows.get(0).getLong(2)).isZero();
      }
    }
  }

  /** Appends and seals five events a day of each of 700 users, whose names are digits. */
  private static void appendUsersOfDigits(EventLog log) throws IOException {
    List<LogEvent> events = new ArrayList<>();
    for (int i = 0; i < 2 * 700 * 5; i++) {
      int user = i % 700;
      long time = i / (700 * 5) * DAY_NANOS + i;
      LogEvent.Builder event = LogEvent.builder("id-" + i, time).apiKey("key").metric(i);
      if (user != 77) { // nobody
        event.user(digits(user));
      }
      if (user % 3 == 0) {
        event.counter(1, user);
      }
      events.add(event.build());
      if (events.size() == 1000) {
        log.appendBatch(events);
        events.clear();
      }
    }
    log.appendBatch(events);
    log.seal();
  }

  private static String digits(int user) {
    return String.format(Locale.ROOT, "%08d", user * 3);
  }

  @Test
  void aUsersDayIsFoundAmongManyUsersOfDigits() throws IOException {
    try (EventLog log = open()) {
      appendUsersOfDigits(log);
      assertThat(storedProjections(log)).contains("daily");
      for (int user = 0; user < 700; user += 7) {
        if (user == 77) {
          continue;
        }
        for (int day = 0; day < 2; day++) {
          List<AggregateRow> rows = log.queryRollups(day(day), day(day), digits(user), null);
          assertThat(rows).hasSize(1);
          assertThat(group(rows.get(0))).isEqualTo(day + " " + digits(user) + " key");
          assertThat(rows.get(0).getLong(4)).isEqualTo(5);
          long first = day * 3500L + user;
          assertThat(rows.get(0).getInteger(5)).isEqualTo(5 * first + 700 * 10);
        }
        assertThat(log.queryRollups(day(0), day(1), digits(user), null)).hasSize(2);
      }
      assertThat(log.queryRollups(day(0), day(1), "00000001", null)).isEmpty();
      assertThat(log.queryRollups(day(0), day(1), "no digits", null)).isEmpty();
    }
  }

  @Test
  void groupsAreFoundAndReadOneByOneAsAllTogether() throws IOException {
    try (EventLog log = open()) {
      appendUsersOfDigits(log);
      LocalFileStore store = new LocalFileStore(directory);
      String path = LogLayout.SEGMENTS + "/" + store.list(LogLayout.SEGMENTS).get(0).name();
      try (SegmentReader reader = SegmentReader.open(store.open(path), log.schema())) {
        int found = 0;
        for (Preaggregation groups : reader.preaggregations()) {
          for (int block = 0; block < groups.blockCount(); block++) {
            found += checkFinding(groups, block, fieldId(log, "user"));
            for (Field field : log.schema().fields()) {
              for (Preaggregation.Role role : Preaggregation.Role.values()) {
                checkReading(groups, block, role, field.id());
              }
            }
            checkReading(groups, block, Preaggregation.Role.ROWS, 0);
          }
        }
        assertThat(found).isEqualTo(2 * 699);
      }
    }
  }

  private static int fieldId(EventLog log, String column) {
    return log.schema().field(log.schema().indexOf(column)).id();
  }

  private static int checkFinding(Preaggregation groups, int block, int user) throws IOException {
    if (!groups.has(Preaggregation.Role.KEY, user)) {
      return 0;
    }
    Column keys = groups.read(block, Preaggregation.Role.KEY, user);
    if (!(keys instanceof BinaryColumn values)) {
      return 0;
    }
    List<byte[]> wanted = new ArrayList<>();
    BitSet present = new BitSet();
    for (int row = 0; row < values.size(); row++) {
      present.set(row, !values.isNull(row));
      wanted.add(values.get(row)); // no bytes of a null
    }
    long[] bits = new long[16];
    Arrays.fill(bits, -1);
    for (int row = 0; row < wanted.size(); row++) {
      assertThat(groups.find(block, user, wanted.get(row), bits)).isTrue();
      BitSet expected = new BitSet();
      for (int other = 0; other < wanted.size(); other++) {
        expected.set(
            other, present.get(other) && Arrays.equals(wanted.get(other), wanted.get(row)));
      }
      assertThat(BitSet.valueOf(bits)).isEqualTo(expected);
    }
    return present.cardinality();
  }

  private static void checkReading(
      Preaggregation groups, int block, Preaggregation.Role role, int fieldId) throws IOException {
    if (!groups.has(role, fieldId)) {
      return;
    }
    Column all = groups.read(block, role, fieldId);
    List<String> expected = texts(all);
    int last = all.size() - 1;
    int[] rows = {0, last / 3, last / 2, last};
    List<String> few = texts(groups.readFew(block, role, fieldId, rows, rows.length));
    for (int n = 0; n < rows.length; n++) {
      assertThat(few.get(n))
          .as("%s of %s in row %s", role, fieldId, n)
          .isEqualTo(expected.get(rows[n]));
    }
  }

  private static List<String> texts(Column column) {
    List<String> texts = new ArrayList<>();
    for (int row = 0; row < column.size(); row++) {
      String text;
      if (column.isNull(row)) {
        text = "null";
      } else if (column instanceof LongColumn longs) {
        text = String.valueOf(longs.get(row));
      } else if (column instanceof PairColumn pairs) {
        text = pairs.high()[row] + " " + pairs.low()[row];
      } else if (column instanceof DictionaryColumn coded) {
        text = coded.dictionary().getString(coded.code(row));
      } else {
        text = ((BinaryColumn) column).getString(row);
      }
      texts.add(text);
    }
    return texts;
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
