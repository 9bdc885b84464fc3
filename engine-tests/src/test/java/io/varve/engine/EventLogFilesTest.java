package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.InputFile;
import io.varve.io.LocalFileStore;
import io.varve.io.LockableFileStore;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.SchemaChange;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments stay open between queries, but no longer than somebody can ask for them. */
class EventLogFilesTest {

  private static final int SEGMENTS = 6;

  @TempDir Path directory;

  private final Set<String> open = new TreeSet<>();
  private final Set<String> openedTwice = new TreeSet<>();

  /** Returns a store of the directory that takes note of segments that are opened and closed. */
  private LockableFileStore store() {
    LocalFileStore local = new LocalFileStore(directory);
    return proxy(
        LockableFileStore.class,
        local,
        (result, method) ->
            result instanceof InputFile file && file.name().contains("/segments/")
                ? watched(file)
                : result);
  }

  private InputFile watched(InputFile file) {
    if (!open.add(file.name())) {
      openedTwice.add(file.name());
    }
    return proxy(
        InputFile.class,
        file,
        (result, method) -> {
          if (method.equals("close")) {
            open.remove(file.name());
          }
          return result;
        });
  }

  /** Sees, and may replace, what calls return. */
  private interface Watch {
    Object after(Object result, String method);
  }

  private static <T> T proxy(Class<T> type, T target, Watch watch) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return watch.after(method.invoke(target, arguments), method.getName());
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            }));
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
    try (EventLog log = EventLog.open(store(), LogEvents.manual().build())) {
      sealSegments(log);
      for (int i = 0; i < 3; i++) {
        assertThat(log.aggregate(Filter.eq("status", 200L)).count()).isLessThanOrEqualTo(300);
        log.queryRecent(Filter.all(), 1000);
      }
      assertThat(open).hasSize(SEGMENTS);
    }
    assertThat(openedTwice).isEmpty();
    assertThat(open).isEmpty();
  }

  @Test
  void readersByEarlierColumnsAreClosed() throws IOException {
    try (EventLog log = EventLog.open(store(), LogEvents.manual().build())) {
      sealSegments(log);
      log.queryRecent(Filter.all(), 1000);
      log.alter(List.of(new SchemaChange.Add("note", DataType.string(), true, null, null)));
      assertThat(open).isEmpty();
      log.queryRecent(Filter.all(), 1000);
      assertThat(open).hasSize(SEGMENTS);
    }
    assertThat(open).isEmpty();
  }

  @Test
  void mergedSegmentsAreClosed() throws IOException {
    try (EventLog log = EventLog.open(store(), LogEvents.manual().merge(SEGMENTS, 1000).build())) {
      sealSegments(log);
      log.queryRecent(Filter.all(), 1000);
      assertThat(log.merge()).isPositive();
      assertThat(open).isEmpty();
      assertThat(log.queryRecent(Filter.all(), 1000)).hasSize(300);
      assertThat(open).hasSize(1);
    }
    assertThat(open).isEmpty();
  }
}
