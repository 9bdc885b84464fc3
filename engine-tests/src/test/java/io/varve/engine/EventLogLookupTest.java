package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.encoding.ValueHash;
import io.varve.io.LocalFileStore;
import io.varve.io.LockableFileStore;
import io.varve.segment.BloomFilter;
import io.varve.segment.SegmentReader;
import io.varve.testkit.CrashingFileStore;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How events are found by their ids, and when other processes find them. */
class EventLogLookupTest {

  @TempDir Path directory;

  private EventLog open() throws IOException {
    return EventLog.open(directory, LogEvents.manual().build());
  }

  @Test
  void idsAreFoundThroughABloomOfTheirNumber() throws IOException {
    int count = 20_000;
    try (EventLog log = open()) {
      for (int from = 0; from < count; from += 1000) {
        log.appendBatch(LogEvents.events(from, from + 1000));
      }
      log.seal();
      for (int i = 0; i < count; i += 97) {
        assertThat(LogEvents.number(log.get("id-" + i).orElseThrow())).isEqualTo(i);
        assertThat(log.get("id-" + (count + i))).isEmpty();
      }
    }
    LocalFileStore store = new LocalFileStore(directory);
    String path = LogLayout.SEGMENTS + "/" + store.list(LogLayout.SEGMENTS).get(0).name();
    try (SegmentReader reader = SegmentReader.open(store.open(path))) {
      int idField = reader.schema().field(reader.schema().indexOf("id")).id();
      BloomFilter bloom = Objects.requireNonNull(reader.bloomFilter(idField));
      int passed = 0;
      for (int i = 0; i < count; i++) {
        assertThat(bloom.mayContain(ValueHash.of(utf8("id-" + i)))).isTrue();
        passed += bloom.mayContain(ValueHash.of(utf8("id-" + (count + i)))) ? 1 : 0;
      }
      assertThat(passed).as("of ids that are not there").isBetween(1, count / 100);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void flushIsABarrierForWhatEveryThreadAppended() throws Exception {
    try (EventLog log = open()) {
      ExecutorService producers = Executors.newFixedThreadPool(4);
      try {
        List<Future<?>> appends = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          LogEvent event = LogEvents.event(i);
          appends.add(
              producers.submit(
                  () -> {
                    log.append(event);
                    return null;
                  }));
        }
        for (Future<?> append : appends) {
          append.get();
        }
      } finally {
        producers.shutdown();
      }
      log.flush();

      assertThat(log.stats().unsyncedRows()).isZero();
      try (EventLogReader reader = EventLogReader.open(directory)) {
        assertThat(LogEvents.numbers(reader)).isEqualTo(LogEvents.range(0, 40));
      }
    }
  }

  @Test
  void manyIdsAreDeletedThroughOneReaderOfEachFile() throws IOException {
    AtomicInteger opened = new AtomicInteger();
    LockableFileStore store = counting(new CrashingFileStore(), opened);
    try (EventLog log = EventLog.open(store, LogEvents.manual().build())) {
      log.appendBatch(LogEvents.events(0, 1000));
      log.seal();
      log.appendBatch(LogEvents.events(1000, 1500));
      List<String> ids = new ArrayList<>();
      for (int i = 500; i < 1200; i++) {
        ids.add("id-" + i);
      }
      opened.set(0);
      assertThat(log.deleteAll(ids)).isEqualTo(700);
      assertThat(opened.get()).isLessThanOrEqualTo(2);
      assertThat(LogEvents.numbers(log)).hasSize(800);
    }
  }

  /** Returns a store that counts how often a file is opened. */
  private static LockableFileStore counting(LockableFileStore store, AtomicInteger opened) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("open")) {
            opened.incrementAndGet();
          }
          try {
            return method.invoke(store, arguments);
          } catch (InvocationTargetException failed) {
            throw failed.getCause();
          }
        };
    return (LockableFileStore)
        Proxy.newProxyInstance(
            EventLogLookupTest.class.getClassLoader(),
            new Class<?>[] {LockableFileStore.class},
            handler);
  }
}
