package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.SchemaChange;
import io.varve.testkit.FaultInjectingFileStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments stay open between queries, but no longer than somebody can ask for them. */
class EventLogFilesTest {

  private static final int SEGMENTS = 6;

  @TempDir Path directory;

  private FaultInjectingFileStore store;

  @BeforeEach
  void createStore() {
    store = new FaultInjectingFileStore(new LocalFileStore(directory), (what, path, when) -> {});
  }

  private List<String> open() {
    return store.openForReading("segments");
  }

  private static void sealSegments(EventLog log) throws IOException {
    for (int segment = 0; segment < SEGMENTS; segment++) {
      for (int i = 0; i < 50; i++) {
        log.append(LogEvents.event(segment * 50 + i));
      }
      log.seal();
    }
  }

  @Test
  void aSegmentIsOpenedOnceAndClosedWithTheLog() throws IOException {
    try (EventLog log = EventLog.open(store, LogEvents.manual().build())) {
      sealSegments(log);
      for (int i = 0; i < 3; i++) {
        assertThat(log.aggregate(Filter.eq("status", 200L)).count()).isLessThanOrEqualTo(300);
        log.queryRecent(Filter.all(), 1000);
      }
      assertThat(open()).hasSize(SEGMENTS).doesNotHaveDuplicates();
    }
    assertThat(open()).isEmpty();
  }

  @Test
  void readersByEarlierColumnsAreClosed() throws IOException {
    try (EventLog log = EventLog.open(store, LogEvents.manual().build())) {
      sealSegments(log);
      log.queryRecent(Filter.all(), 1000);
      log.alter(List.of(new SchemaChange.Add("note", DataType.string(), true, null, null)));
      assertThat(open()).isEmpty();
      log.queryRecent(Filter.all(), 1000);
      assertThat(open()).hasSize(SEGMENTS);
    }
    assertThat(open()).isEmpty();
  }

  @Test
  void mergedSegmentsAreClosed() throws IOException {
    try (EventLog log = EventLog.open(store, LogEvents.manual().merge(SEGMENTS, 1000).build())) {
      sealSegments(log);
      log.queryRecent(Filter.all(), 1000);
      assertThat(log.merge()).isPositive();
      assertThat(open()).isEmpty();
      assertThat(log.queryRecent(Filter.all(), 1000)).hasSize(300);
      assertThat(open()).hasSize(1);
    }
    assertThat(open()).isEmpty();
  }
}
