package io.varve.engine;

import io.varve.query.Filter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Events with numbers, for tests. */
final class LogEvents {

  private LogEvents() {}

  static LogEvent event(int number) {
    return LogEvent.builder("id-" + number, number * 1000L)
        .user("user-" + number % 7)
        .status(200 + number % 3)
        .counter(1, number)
        .payload(("payload of " + number + ".").getBytes(StandardCharsets.UTF_8))
        .build();
  }

  static List<LogEvent> events(int from, int to) {
    List<LogEvent> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(event(i));
    }
    return events;
  }

  /** Options of a log that does nothing by itself but what appends bring about. */
  static EventLogOptions.Builder manual() {
    return EventLogOptions.builder()
        .timer((interval, task) -> () -> {})
        .unlinkGrace(java.time.Duration.ZERO);
  }

  static int number(StoredEvent event) {
    return Integer.parseInt(event.getString("id").substring("id-".length()));
  }

  /** Returns the numbers of all events, each once, after a look at all their columns. */
  static List<Integer> numbers(EventReads log) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (StoredEvent event : log.queryRecent(Filter.all(), 1_000_000)) {
      int number = number(event);
      if (!event.toString().equals(expected(number))) {
        throw new AssertionError(event + " instead of " + expected(number));
      }
      numbers.add(number);
    }
    if (new TreeSet<>(numbers).size() != numbers.size()) {
      throw new AssertionError("an event is there twice: " + numbers);
    }
    numbers.sort(null);
    return numbers;
  }

  private static String expected(int number) {
    return "{id=id-"
        + number
        + ", ts="
        + java.time.Instant.ofEpochSecond(0, number * 1000L)
        + ", counter_1="
        + number
        + ", status="
        + (200 + number % 3)
        + ", user=user-"
        + number % 7
        + ", payload="
        + ("payload of " + number + ".").length()
        + " bytes}";
  }

  static List<Integer> range(int from, int to) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = from; i < to; i++) {
      numbers.add(i);
    }
    return numbers;
  }
}
