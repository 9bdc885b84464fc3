package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.CrashingFileStore;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The machine crashes at any operation on files: unsynced bytes are dropped, torn or kept, names
 * come and go. What was acknowledged as durable must be there, what was not may be, and of a batch
 * all or nothing.
 */
class EventLogCrashTest {

  private static final String CRASHED = "the machine has crashed";

  /** What was appended, in order, and how far it is promised. */
  private static final class Promise {

    private final List<List<Integer>> batches = new ArrayList<>();
    private int durableBatches;
    private final List<Integer> deleted = new ArrayList<>();
    private final List<Integer> maybeDeleted = new ArrayList<>();
    private int next;

    List<LogEvent> batch(Random random) {
      int size = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(300);
      batches.add(LogEvents.range(next, next + size));
      next += size;
      return LogEvents.events(next - size, next);
    }
  }

  @SeededTest(runs = 30)
  void acknowledgedEventsSurviveACrashAnywhere(Random random) throws IOException {
    CrashingFileStore store = new CrashingFileStore();
    Promise promise = new Promise();
    for (int life = 0; life < 4; life++) {
      store.failOperations(random.nextInt(life == 3 ? 1000 : 120), Long.MAX_VALUE, CRASHED);
      live(store, random, promise);
      store = store.crash(random);
      check(store, promise);
    }
  }

  private static void live(CrashingFileStore store, Random random, Promise promise) {
    try (EventLog log = EventLog.open(store, LogEvents.manual().sealRows(400).build())) {
      for (int step = 0; step < 30; step++) {
        step(log, random, promise);
      }
      log.sync();
      promise.durableBatches = promise.batches.size();
    } catch (IOException crashed) {
      assertThat(crashed).hasMessageContaining(CRASHED);
    }
  }

  private static void step(EventLog log, Random random, Promise promise) throws IOException {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> log.appendBatch(promise.batch(random));
      case 3 -> {
        log.appendBatchDurable(promise.batch(random));
        promise.durableBatches = promise.batches.size();
      }
      case 4 -> {
        log.sync();
        promise.durableBatches = promise.batches.size();
      }
      case 5 -> log.seal();
      case 6 -> log.merge();
      default -> {
        if (promise.next > 0) {
          int victim = random.nextInt(promise.next);
          promise.maybeDeleted.add(victim);
          if (log.delete("id-" + victim)) {
            promise.deleted.add(victim);
          }
        }
      }
    }
  }

  /** Looks at what is left, and makes it the new truth. */
  private static void check(CrashingFileStore store, Promise promise) throws IOException {
    List<Integer> left;
    try (EventLog log = EventLog.open(store, LogEvents.manual().build())) {
      assertThat(log.recovery().lost()).isEmpty();
      left = LogEvents.numbers(log);
      assertThat(log.verify(true).problems()).isEmpty();
    }
    List<List<Integer>> kept = new ArrayList<>();
    int number = 0;
    for (List<Integer> batch : promise.batches) {
      List<Integer> there = batch.stream().filter(left::contains).toList();
      List<Integer> certain =
          batch.stream().filter(event -> !promise.maybeDeleted.contains(event)).toList();
      boolean whole = there.containsAll(certain);
      if (number++ < promise.durableBatches) {
        assertThat(whole).as("durable batch %s of %s", batch, there).isTrue();
      } else {
        assertThat(whole || there.isEmpty()).as("torn batch %s: %s", batch, there).isTrue();
      }
      if (!there.isEmpty()) {
        kept.add(batch);
      }
    }
    assertThat(left.stream().filter(promise.deleted::contains)).isEmpty();
    assertThat(left.stream().allMatch(event -> event < promise.next)).isTrue();
    promise.batches.clear();
    promise.batches.addAll(kept);
    promise.durableBatches = kept.size();
  }
}
