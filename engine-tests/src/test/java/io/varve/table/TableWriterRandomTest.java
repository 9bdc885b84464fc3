package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.table.protocol.WriterChanges;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.MemoryFileStore;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows of more partitions than have tails of their own, in random sizes and numbers, sealed beside
 * the writing or in it: every commit shows what came before its barrier, whichever call was the
 * last before the power went, and whatever became of bytes and names that were not synced.
 */
class TableWriterRandomTest {

  private static final int NEVER = Integer.MAX_VALUE;

  private final MemoryFileStore store = new MemoryFileStore();
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<String, List<String>> written = new TreeMap<>();
  private Map<String, List<String>> committed = new TreeMap<>();
  private Map<String, List<String>> committing = committed;
  private int texts;

  @SeededTest(runs = 40)
  void everyCommitShowsWhatCameBeforeIt(Random random) throws IOException {
    write(random, NEVER);
  }

  @SeededTest(runs = 120)
  void whatWasCommittedIsThereAfterAPowerLoss(Random random) throws IOException {
    write(random, random.nextInt(random.nextInt(5) == 0 ? 8000 : 1500));
    store.losePower(random);
    WrittenTable after = new WrittenTable(store);
    Map<String, List<String>> content = after.content();
    assertThat(content).isIn(committed, committing);
    WriterOptions options = options(random);
    try (TableWriter heir = new TableWriter(after.table(), random.nextLong(), options, () -> 0)) {
      after.commit(heir.barrier(false));
      heir.adopt(TableSnapshot.latest(after.table()).state(), path -> true);
      after.commit(heir.barrier(false));
    }
    assertThat(after.content()).isEqualTo(content);
    assertThat(TableSnapshot.latest(after.table()).units())
        .allMatch(unit -> unit instanceof ScanUnit.OfSegment);
  }

  private void write(Random random, int lastCall) throws IOException {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Executor executor = random.nextBoolean() ? Runnable::run : thread;
    AtomicInteger clock = new AtomicInteger();
    new WrittenTable(store); // is there whatever happens
    try {
      WrittenTable table =
          new WrittenTable(
              new FaultInjectingFileStore(
                  store,
                  (operation, path, moment) -> {
                    if (calls.incrementAndGet() > lastCall) {
                      throw new IOException("the power is gone");
                    }
                  }));
      try (TableWriter writer =
          new TableWriter(
              table.table(), random.nextLong(), options(random), clock::get, executor)) {
        int rounds = 2 + random.nextInt(5);
        int partitions = 1 + random.nextInt(random.nextBoolean() ? 3 : 100);
        for (int round = 1; round <= rounds; round++) {
          addRows(writer, random, partitions);
          clock.addAndGet(random.nextInt(3));
          boolean last = round == rounds && random.nextBoolean();
          take(table, writer.barrier(last), random);
        }
      }
    } catch (IOException powerLoss) {
      assertThat(lastCall).as("%s", powerLoss).isNotEqualTo(NEVER);
    } finally {
      thread.shutdown();
    }
  }

  private void take(WrittenTable table, WriterChanges changes, Random random) throws IOException {
    table.collect(changes);
    if (random.nextInt(4) > 0) {
      committing = copy(written);
      table.commit();
      committed = committing;
      assertThat(new WrittenTable(store).content()).isEqualTo(committed);
    }
  }

  private void addRows(TableWriter writer, Random random, int partitions) throws IOException {
    int rows = random.nextInt(random.nextInt(4) == 0 ? 3000 : 400);
    boolean repeated = random.nextBoolean();
    for (int i = 0; i < rows; i++) {
      int part = random.nextInt(partitions) / (random.nextInt(4) == 0 ? 1 : 9);
      String partition = "p=" + part + "/bucket-0000";
      String text =
          repeated
              ? "row of " + random.nextInt(300)
              : "row " + ++texts + "x".repeat(random.nextInt(20));
      WrittenTable.add(writer, partition, text);
      written.computeIfAbsent(partition, path -> new ArrayList<>()).add(text);
    }
  }

  private static Map<String, List<String>> copy(Map<String, List<String>> content) {
    Map<String, List<String>> copy = new TreeMap<>();
    content.forEach((partition, texts) -> copy.put(partition, texts.stream().sorted().toList()));
    return copy;
  }

  private static WriterOptions options(Random random) {
    return WriterOptions.DEFAULTS
        .withTargetRows(random.nextBoolean() ? 20 + random.nextInt(300) : 1 << 20)
        .withTargetAgeMillis(1 + random.nextInt(5))
        .withBufferBytes(random.nextBoolean() ? 1 << (12 + random.nextInt(8)) : 64 << 20);
  }
}
