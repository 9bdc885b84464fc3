package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.Filter;
import io.varve.testkit.CrashingFileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The k-th operation on files fails, for every k until none does: nothing promised is lost. */
class EventLogFaultTest {

  /** What one run was promised. */
  private static final class Run {

    private final List<Integer> durable = new ArrayList<>();
    private final List<Integer> appended = new ArrayList<>();
    private final List<Integer> deleted = new ArrayList<>();
    private final List<Integer> erased = new ArrayList<>();
    private boolean triedToErase;
    private boolean triedToDelete;

    void live(CrashingFileStore store) throws IOException {
      try (EventLog log = EventLog.open(store, LogEvents.manual().sealRows(150).build())) {
        for (int i = 0; i < 6; i++) {
          appended.addAll(LogEvents.range(i * 100, i * 100 + 100));
          log.appendBatchDurable(LogEvents.events(i * 100, i * 100 + 100));
          durable.addAll(LogEvents.range(i * 100, i * 100 + 100));
        }
        log.seal();
        triedToDelete = true;
        log.delete("id-17");
        deleted.add(17);
        log.merge();
        triedToErase = true;
        log.erase(Filter.eq("user", "user-3"));
        erased.addAll(LogEvents.range(0, 600).stream().filter(i -> i % 7 == 3).toList());
      }
    }

    void check(List<Integer> left) {
      assertThat(left).isSubsetOf(appended);
      assertThat(left.stream().filter(deleted::contains)).isEmpty();
      assertThat(left.stream().filter(erased::contains)).isEmpty();
      List<Integer> certain = new ArrayList<>(durable);
      if (triedToDelete) {
        certain.remove(Integer.valueOf(17));
      }
      if (triedToErase) {
        certain.removeIf(i -> i % 7 == 3);
      }
      assertThat(left).containsAll(certain);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, No space left on device", "1000000, Input/output error"})
  void everyFailureIsCleanAndLosesNothing(long count, String message) throws IOException {
    boolean failed = true;
    int failures = 0;
    for (int k = 0; failed; k++) {
      CrashingFileStore store = new CrashingFileStore();
      store.failOperations(k, k + count, message);
      Run run = new Run();
      try {
        run.live(store);
      } catch (IOException expected) {
        assertThat(expected).hasMessageContaining(message);
      }
      failed = store.hasFailed();
      failures += failed ? 1 : 0;
      store.heal();
      try (EventLog log = EventLog.open(store, LogEvents.manual().build())) {
        assertThat(log.recovery().lost()).isEmpty();
        run.check(LogEvents.numbers(log));
        log.appendDurable(LogEvents.event(1_000_000));
        assertThat(log.get("id-1000000")).isPresent();
      }
    }
    assertThat(failures).isGreaterThan(40);
  }
}
