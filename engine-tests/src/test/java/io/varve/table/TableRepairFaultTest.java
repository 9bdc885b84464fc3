package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.VarveException;
import io.varve.query.Filter;
import io.varve.schema.TableDefinition;
import io.varve.testkit.CrashingFileStore;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The k-th call on the store fails in a repair, before it did anything or after it did everything,
 * for each k. What a reader sees then is the damaged table or the repaired one, never a part; the
 * bytes that are damaged are still somewhere; and the repair, given again, completes.
 */
class TableRepairFaultTest {

  private final ExecutorService executor = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    executor.shutdownNow();
  }

  /** A segment of three blocks, a small one, a tail of two frames, and deletes on all of them. */
  private static CrashingFileStore table() throws IOException {
    CrashingFileStore store = new CrashingFileStore();
    TableDefinition definition = TableDefinition.builder(UpkeepFixture.SCHEMA).build();
    try (TestTable table = TestTable.create(store, definition, WriterOptions.DEFAULTS)) {
      add(table, 0, 2500);
      table.commit(true);
      add(table, 2500, 2520);
      table.commit(true);
      add(table, 2520, 2550);
      table.commit(false);
      new TableMaintenance(table.table(), "a test", () -> 1)
          .delete(Filter.or(Filter.eq("n", 7L), Filter.eq("n", 2530L)), "asked for");
      add(table, 2550, 2580);
      table.commit(false);
    }
    return store;
  }

  private static void add(TestTable table, long from, long to) throws IOException {
    for (long row = from; row < to; row++) {
      long number = row;
      table.add(
          sink -> {
            sink.setTimestamp(0, 1_700_000_000_000L + number, 0);
            // Most are such that a segment is mostly values, so that damage hits some of them.
            sink.setLong(1, number < 2500 && number != 7 ? random(number) : number);
          });
    }
  }

  private static long random(long number) {
    return -1 - ((number * 0x9E37_79B9_7F4A_7C15L) >>> 2);
  }

  private static CrashingFileStore copy(CrashingFileStore of) {
    CrashingFileStore copy = new CrashingFileStore();
    of.paths().forEach(path -> copy.put(path, of.bytes(path)));
    return copy;
  }

  private static byte[] flip(byte[] bytes, double at) {
    byte[] flipped = bytes.clone();
    flipped[(int) Math.round((bytes.length - 1) * at)] ^= 16;
    return flipped;
  }

  /** Damages each file whose path matches; returns the bytes they have now, by path. */
  private static Map<String, byte[]> damage(
      CrashingFileStore store, String pattern, UnaryOperator<byte[]> damage) {
    Map<String, byte[]> damaged = new TreeMap<>();
    for (String path : store.paths()) {
      if (path.matches(pattern)) {
        damaged.put(path, damage.apply(store.bytes(path)));
        store.put(path, damaged.get(path));
      }
    }
    assertThat(damaged).isNotEmpty();
    return damaged;
  }

  private TableVerifier.Report verify(CrashingFileStore store) throws IOException {
    return new TableVerifier(store, true, executor, bytes -> {}).verify();
  }

  /** Returns what a reader sees; null if it meets damage. */
  private static @Nullable List<Long> read(CrashingFileStore store) throws IOException {
    try {
      return UpkeepFixture.rows(TableSnapshot.latest(TableDirectory.open(store)));
    } catch (VarveException damaged) {
      return null;
    }
  }

  private void repairAtEveryFailure(
      CrashingFileStore damaged, Map<String, byte[]> bytes, boolean takeOver) throws IOException {
    TableVerifier.Report found = verify(copy(damaged));
    CrashingFileStore whole = copy(damaged);
    TableRepair.Report report =
        new TableRepair(whole, "a test", () -> 9).repair(found, takeOver, false);
    assertThat(report.refusals()).isEmpty();
    List<Long> before = read(copy(damaged));
    List<Long> expected = read(whole);
    assertThat(expected).isNotEmpty().doesNotContain(7L, 2530L).doesNotHaveDuplicates();
    for (Moment moment : Moment.values()) {
      int failures = 0;
      boolean injected = true;
      for (int at = 1; injected; at++) {
        CrashingFileStore store = copy(damaged);
        Outcome outcome = repair(store, found, takeOver, at, moment);
        injected = outcome != Outcome.UNTOUCHED;
        failures += outcome == Outcome.FAILED ? 1 : 0;
        String when = moment + " call " + at;
        List<Long> seen = read(store);
        if (outcome != Outcome.FAILED || (seen != null && !seen.equals(before))) {
          assertThat(seen).as(when).isEqualTo(expected);
        }
        requireKept(store, "", bytes, when);
        TableVerifier.Report again = verify(store);
        TableRepair.Report second =
            new TableRepair(store, "a test", () -> 10).repair(again, takeOver, false);
        assertThat(second.refusals()).as(when).isEmpty();
        assertThat(verify(store).problems()).as(when).isEmpty();
        assertThat(read(store)).as(when).isEqualTo(expected);
        requireKept(store, TableRepair.QUARANTINE + "/", bytes, when);
      }
      assertThat(failures).isGreaterThan(10);
    }
  }

  private enum Outcome {
    /** There are fewer calls. */
    UNTOUCHED,
    /** A call failed, and was made again: commits do so where the outcome is unknown. */
    RETRIED,
    FAILED
  }

  /** Repairs with one call that fails. */
  private static Outcome repair(
      CrashingFileStore store, TableVerifier.Report found, boolean takeOver, int at, Moment moment)
      throws IOException {
    int[] calls = {0};
    FaultInjectingFileStore.Hook hook =
        (operation, path, when) -> {
          if (when == moment && ++calls[0] == at) {
            throw new IOException("injected at " + operation + " of " + path);
          }
        };
    try {
      new TableRepair(new FaultInjectingFileStore(store, hook), "a test", () -> 9)
          .repair(found, takeOver, false);
      return calls[0] < at ? Outcome.UNTOUCHED : Outcome.RETRIED;
    } catch (IOException failed) {
      if (!String.valueOf(failed.getMessage()).contains("injected")) {
        throw failed;
      }
      return Outcome.FAILED;
    }
  }

  /** Nothing that is damaged is deleted, wherever it lies now. */
  private static void requireKept(
      CrashingFileStore store, String below, Map<String, byte[]> damaged, String when) {
    damaged.forEach(
        (path, bytes) -> {
          List<String> kept = new ArrayList<>();
          for (String file : store.paths()) {
            if (file.startsWith(below)
                && file.contains(path)
                && Arrays.equals(store.bytes(file), bytes)) {
              kept.add(file);
            }
          }
          assertThat(kept).as(path + " " + when).isNotEmpty();
        });
  }

  @Test
  void ofASegment() throws IOException {
    CrashingFileStore store = table();
    Map<String, byte[]> damaged = damage(store, ".*\\.vseg", bytes -> flip(bytes, 0.3));
    repairAtEveryFailure(store, damaged, false);
  }

  @Test
  void ofATail() throws IOException {
    CrashingFileStore store = table();
    Map<String, byte[]> damaged = damage(store, ".*\\.vtail", bytes -> flip(bytes, 0.9));
    repairAtEveryFailure(store, damaged, true);
  }

  /** The newest record is lost: the table goes back to the one before. */
  @Test
  void ofTheNewestCommit() throws IOException {
    CrashingFileStore store = table();
    Map<String, byte[]> damaged = damage(store, "commits/0*5", bytes -> flip(bytes, 0.5));
    repairAtEveryFailure(store, damaged, true);
  }

  /** What is only derived, and a record that nobody needs any more. */
  @Test
  void ofTheHintAStateAndAnOldCommit() throws IOException {
    CrashingFileStore store = table();
    FileCommitLog log = new FileCommitLog(store);
    log.keepState(2, log.state(2).orElseThrow());
    log.keepState(4, log.state(4).orElseThrow());
    Map<String, byte[]> damaged = damage(store, "HEAD", bytes -> new byte[3]);
    damaged.putAll(damage(store, "states/0*2", bytes -> flip(bytes, 0.7)));
    damaged.putAll(damage(store, "commits/0*3", bytes -> flip(bytes, 0.2)));
    repairAtEveryFailure(store, damaged, false);
  }

  /** Everything at once. */
  @Test
  void ofASegmentATailAndTheNewestCommit() throws IOException {
    CrashingFileStore store = table();
    Map<String, byte[]> damaged = damage(store, ".*\\.vseg", bytes -> flip(bytes, 0.5));
    damaged.putAll(damage(store, ".*\\.vtail", bytes -> flip(bytes, 0.3)));
    damaged.putAll(damage(store, "commits/0*5", bytes -> Arrays.copyOf(bytes, 9)));
    repairAtEveryFailure(store, damaged, true);
  }

  /** A file that somebody put into the log is not counted up to. */
  @Test
  void ofAFileFarAheadIsRefused() throws IOException {
    CrashingFileStore store = table();
    store.put("commits/09223372036854775806", new byte[] {1});
    TableRepair repair = new TableRepair(store, "a test", () -> 1);
    TableRepair.Report report = repair.repair(verify(store), true, false);
    assertThat(report.refusals()).hasSize(1);
    assertThat(report.refusals().get(0))
        .contains("09223372036854775806")
        .contains("the file before it by 5")
        .contains("move the file away");
    assertThat(report.commit()).isZero();
    store.delete("commits/09223372036854775806");
    assertThat(verify(store).problems()).isEmpty();
  }
}
