package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.AlreadyOpenException;
import io.varve.query.Filter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appending, reading and opening again, one behaviour each. */
class EventLogTest {

  @TempDir Path directory;

  private static LogEvent event(int number) {
    return LogEvent.builder("id-" + number, number * 1000L)
        .user("user-" + number % 7)
        .status(200 + number % 3)
        .counter(1, number)
        .payload(("payload of " + number).getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .build();
  }

  private static List<LogEvent> events(int from, int to) {
    List<LogEvent> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(event(i));
    }
    return events;
  }

  private static EventLogOptions.Builder manual() {
    return EventLogOptions.builder().timer((interval, task) -> () -> {});
  }

  private static List<String> ids(List<StoredEvent> events) {
    return events.stream().map(event -> event.getString("id")).toList();
  }

  private static List<String> newest(int count, int to) {
    List<String> ids = new ArrayList<>();
    for (int i = to - 1; i >= to - count; i--) {
      ids.add("id-" + i);
    }
    return ids;
  }

  @Test
  void readsSeeEverythingAppendedBeforeAnyFlush() throws IOException {
    try (EventLog log = EventLog.open(directory, manual().build())) {
      for (int i = 0; i < 40; i++) {
        log.append(event(i));
        assertThat(ids(log.queryRecent(Filter.all(), 1))).containsExactly("id-" + i);
      }
      log.appendBatch(events(40, 1000));
      log.append(event(1000));

      assertThat(ids(log.queryRecent(Filter.all(), 1001))).isEqualTo(newest(1001, 1001));
      assertThat(log.queryRecent(Filter.eq("user", "user-3"), 500)).hasSize(143);
    }
  }

  @Test
  void closedLogHasAllEventsWhenOpenedAgain() throws IOException {
    try (EventLog log = EventLog.open(directory, manual().build())) {
      log.appendBatch(events(0, 1000));
      log.append(event(1000));
    }
    try (EventLog log = EventLog.open(directory, manual().build())) {
      assertThat(log.recovery().replayedRows()).isEqualTo(1001);
      assertThat(log.recovery().torn()).isEmpty();
      log.append(event(1001));
      assertThat(ids(log.queryRecent(Filter.all(), 2000))).isEqualTo(newest(1002, 1002));
    }
    try (EventLog log = EventLog.open(directory, manual().build())) {
      assertThat(ids(log.queryRecent(Filter.all(), 2000))).isEqualTo(newest(1002, 1002));
    }
  }

  @Test
  void sealedEventsAreReadFromSegments() throws IOException {
    try (EventLog log = EventLog.open(directory, manual().sealRows(300).build())) {
      for (int i = 0; i < 50; i++) {
        log.appendBatch(events(i * 100, i * 100 + 100));
      }
      log.seal();
      assertThat(ids(log.queryRecent(Filter.all(), 6000))).isEqualTo(newest(5000, 5000));
    }
    try (EventLog log = EventLog.open(directory, manual().build())) {
      assertThat(log.recovery().replayedRows()).isZero();
      assertThat(ids(log.queryRecent(Filter.all(), 6000))).isEqualTo(newest(5000, 5000));
    }
  }

  @Test
  void secondWriterGetsAlreadyOpen() throws IOException {
    try (EventLog log = EventLog.open(directory, manual().build())) {
      log.append(event(1));
      assertThatThrownBy(() -> EventLog.open(directory, manual().build()))
          .isInstanceOf(AlreadyOpenException.class)
          .hasMessageContaining("this process");
    }
    EventLog.open(directory, manual().build()).close();
  }
}
