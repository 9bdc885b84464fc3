package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBatch;
import io.varve.io.VarveException;
import io.varve.query.Filter;
import io.varve.query.GroupKey;
import io.varve.query.Measure;
import io.varve.testkit.Allocations;
import io.varve.testkit.CrashingFileStore;
import io.varve.testkit.FileMutator;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;

/**
 * Every kind of file of a log, changed at random with its checksums made right again, and then
 * everything that a reader does: an error that names what is wrong, or an answer; never another
 * exception, much memory or a hang. {@code varve.runs} multiplies the logs; prints what it did.
 */
class EventLogFuzzTest {

  private static final int CHANGES_OF_A_SEGMENT = 20;
  private static final int CHANGES_OF_ANOTHER = 4;

  /** Some times what reading the log takes, much less than a wild length would ask for. */
  private static final long MAX_ALLOCATION = 400L << 20;

  private static final Map<String, Integer> REFUSED = new TreeMap<>();
  private static final Map<String, Integer> CHANGED = new TreeMap<>();

  private final CrashingFileStore store = new CrashingFileStore();

  @AfterAll
  static void print() {
    System.out.println("files of logs changed: " + CHANGED + ", refused: " + REFUSED);
  }

  private EventLog open() throws IOException {
    return EventLog.open(store, LogEvents.manual().build());
  }

  private void write(Random random) throws IOException {
    int rows = 0;
    try (EventLog log = open()) {
      for (int batch = 2 + random.nextInt(3); batch > 0; batch--) {
        int end = rows + 1 + random.nextInt(batch == 2 ? 1024 : 300);
        log.appendBatchDurable(events(random, rows, end));
        rows = end;
        if (batch > 1) {
          log.seal();
        }
      }
      log.delete("id-" + random.nextInt(rows));
      log.deleteAll(List.of("id-1", "id-2", "id-5"));
    }
  }

  private static List<LogEvent> events(Random random, int from, int to) {
    List<LogEvent> events = new ArrayList<>();
    int width = 1 + random.nextInt(62);
    for (int i = from; i < to; i++) {
      LogEvent.Builder event =
          LogEvent.builder("id-" + i, i * 40_000_000_000L)
              .metric(random.nextLong() >> width)
              .counter(1, i)
              .counter(2, random.nextInt(9) == 0 ? random.nextLong() : 7)
              .user("user-" + random.nextInt(9))
              .apiKey("key" + random.nextInt(5000))
              .payload(
                  ("{\"n\":" + i + ",\"x\":\"" + i % 13 + "\"}").getBytes(StandardCharsets.UTF_8));
      if (random.nextInt(3) > 0) {
        event.status(200 + random.nextInt(3));
      }
      events.add(event.build());
    }
    return events;
  }

  @SeededTest(runs = 12)
  void anyChangeIsAnErrorOrAnAnswer(Random random) throws IOException {
    write(random);
    Map<String, byte[]> good = new TreeMap<>();
    for (String path : store.paths()) {
      good.put(path, store.bytes(path));
    }
    for (Map.Entry<String, byte[]> file : good.entrySet()) {
      String path = file.getKey();
      String kind = path.replaceAll("[/.].*", "");
      FileMutator mutator = new FileMutator(file.getValue());
      int changes = kind.equals("segments") ? CHANGES_OF_A_SEGMENT : CHANGES_OF_ANOTHER;
      for (int n = file.getValue().length == 0 ? 0 : changes; n > 0; n--) {
        store.paths().forEach(this::remove);
        good.forEach(store::put);
        store.put(path, mutator.mutate(random));
        CHANGED.merge(kind, 1, Integer::sum);
        if (random.nextBoolean()) {
          if (!isAnswered(this::readByAnother)) {
            REFUSED.merge(kind, 1, Integer::sum);
          }
        } else if (!isAnswered(this::readByWriter)) {
          REFUSED.merge(kind, 1, Integer::sum);
        }
      }
    }
  }

  private void remove(String path) {
    try {
      store.delete(path);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private interface Reading {
    void run() throws IOException;
  }

  /** Returns whether there was an answer, and not an error that tells what is wrong. */
  private static boolean isAnswered(Reading reading) throws IOException {
    long before = Allocations.bytes();
    try {
      reading.run();
      return true;
    } catch (VarveException told) {
      assertThat(told.getMessage()).isNotBlank();
      return false;
    } finally {
      assertThat(Allocations.bytes() - before).isLessThan(MAX_ALLOCATION);
    }
  }

  /** The same of a read that may name a column that there is no longer, or have a sum too large. */
  private static int answers(Reading reading) throws IOException {
    try {
      return isAnswered(reading) ? 1 : 0;
    } catch (IllegalArgumentException | ArithmeticException told) {
      assertThat(told.getMessage()).isNotBlank();
      return 0;
    } catch (IllegalStateException told) {
      assertThat(told.getMessage()).containsAnyOf("no id column", "not the preset columns");
      return 0;
    }
  }

  private void readByAnother() throws IOException {
    try (EventLogReader log = EventLogReader.open(store)) {
      read(log);
    }
  }

  private void readByWriter() throws IOException {
    try (EventLog log = open()) {
      read(log);
      // A manifest may say that there has to be a value where these events have none.
      answers(() -> log.append(LogEvents.event(100_000)));
      answers(() -> log.delete("id-7"));
      log.seal();
      log.merge();
      read(log);
    }
  }

  /** Each read by itself, since one that fails says nothing about the next. */
  private static void read(EventReads log) throws IOException {
    answers(() -> log.queryRecent(Filter.all(), 5000));
    answers(() -> log.queryRecent(Filter.eq("user", "user-3"), 10));
    answers(() -> log.aggregate(Filter.all()));
    answers(() -> log.aggregate(Filter.eq("api_key", "key77")));
    answers(
        () ->
            log.query(
                Filter.gt("metric", 0L),
                List.of(GroupKey.column("user"), GroupKey.column("status")),
                List.of(Measure.countRows(), Measure.sum("counter_2"), Measure.max("id"))));
    answers(
        () -> log.queryRollups(LocalDate.of(1970, 1, 1), LocalDate.of(1971, 1, 1), "user-1", null));
    answers(() -> log.get("id-17"));
    answers(() -> log.get("none"));
    answers(() -> scan(log));
    log.verify(true);
  }

  private static void scan(EventReads log) throws IOException {
    try (Scan scan = log.scan(Filter.all(), "payload", "flags")) {
      int rows = 0;
      for (RowBatch batch = scan.next(); batch != null; batch = scan.next()) {
        rows += batch.rowCount();
      }
      assertThat(rows).isNotNegative();
    }
  }
}
