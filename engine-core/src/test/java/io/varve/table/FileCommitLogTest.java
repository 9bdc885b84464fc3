package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.LocalFileStore;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Progress;
import io.varve.table.protocol.Reign;
import io.varve.table.protocol.TableState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCommitLogTest {

  @TempDir Path directory;
  private LocalFileStore store;
  private FileCommitLog log;

  @BeforeEach
  void open() {
    store = new LocalFileStore(directory);
    log = new FileCommitLog(store);
  }

  private static CommitRecord record(long number, long base, String value) {
    return new CommitRecord(
        number,
        base,
        number,
        Reign.NONE,
        Progress.NONE,
        new Author("a" + number, "who", "why"),
        new CommitRecord.Maintenance(List.of(new Change.Define("key", value)), null));
  }

  private String valueAt(long number) throws IOException {
    return Objects.requireNonNull(log.state(number).orElseThrow().facts().properties().get("key"));
  }

  @Test
  void isEmptyBeforeTheFirstRecord() throws IOException {
    assertThat(log.newest()).isZero();
    assertThat(log.newestState()).isZero();
    assertThat(log.read(1)).isEmpty();
    assertThat(log.state(0)).contains(TableState.EMPTY);
    assertThat(log.base()).isZero();
  }

  @Test
  void createsARecordOnlyOnce() throws IOException {
    assertThat(log.create(record(1, 0, "a"))).isTrue();
    assertThat(log.create(record(1, 0, "b"))).isFalse();
    assertThat(log.read(1)).contains(record(1, 0, "a"));
    assertThat(log.newest()).isEqualTo(1);
  }

  @Test
  void readsAnyStateFromAFullOneAndTheRecordsSince() throws IOException {
    for (long n = 1; n <= 250; n++) {
      log.create(record(n, n - 1, "v" + n));
      if (n % FileCommitLog.STATE_INTERVAL == 0) {
        log.keepState(n, log.state(n).orElseThrow());
      }
    }
    assertThat(log.newestState()).isEqualTo(200);
    assertThat(valueAt(250)).isEqualTo("v250");
    assertThat(valueAt(199)).isEqualTo("v199");
    for (long n = 1; n < 100; n++) {
      log.deleteRecord(n);
    }
    assertThat(valueAt(150)).isEqualTo("v150");
    assertThat(log.state(99)).isEmpty();
  }

  @Test
  void followsARecordThatGoesBackToAnOlderBase() throws IOException {
    log.create(record(1, 0, "v1"));
    log.create(record(2, 1, "v2"));
    log.create(
        new CommitRecord(
            3,
            1,
            3,
            Reign.NONE,
            Progress.NONE,
            new Author("x", "who", "why"),
            new CommitRecord.Maintenance(List.of(), null)));
    assertThat(valueAt(3)).isEqualTo("v1");
  }

  @Test
  void findsTheNewestRecordWhenTheHintIsLostStaleOrDamaged() throws IOException {
    log.create(record(1, 0, "v1"));
    byte[] stale = store.readAll("HEAD", 100);
    log.create(record(2, 1, "v2"));
    store.replace("HEAD", stale);
    assertThat(new FileCommitLog(store).newest()).isBetween(1L, 2L);
    Files.write(directory.resolve("HEAD"), new byte[] {1, 2, 3});
    assertThat(new FileCommitLog(store).newest()).isEqualTo(2);
    Files.delete(directory.resolve("HEAD"));
    assertThat(new FileCommitLog(store).newest()).isEqualTo(2);
  }

  @Test
  void neverLowersTheBaseHoweverManyRaiseIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> calls = new ArrayList<>();
      for (int i = 1; i <= 40; i++) {
        long through = (i * 17L) % 41;
        calls.add(
            () -> {
              FileCommitLog own = new FileCommitLog(store);
              own.raiseBase(through);
              assertThat(own.base()).isGreaterThanOrEqualTo(through);
              return null;
            });
      }
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(log.base()).isEqualTo(40);
    log.raiseBase(3);
    assertThat(new FileCommitLog(store).base()).isEqualTo(40);
  }

  /** Somebody reads there, though nobody can tell for how long. */
  @Test
  void honoursADamagedLeaseForAsLongAsLeasesUsuallyHold() throws IOException {
    Path file = directory.resolve(TableLayout.lease(3, "x"));
    store.publish(TableLayout.lease(3, "x"), new byte[] {1, 2, 3});
    long written = Files.getLastModifiedTime(file).toMillis();
    assertThat(log.oldestLease(written + ReadLease.DEFAULT_MILLIS)).hasValue(3);
    assertThat(log.oldestLease(written + ReadLease.DEFAULT_MILLIS + 1)).isEmpty();
  }

  @Test
  void namesTheDamagedRecord() throws IOException {
    log.create(record(1, 0, "v1"));
    Path file = directory.resolve(TableLayout.commit(1));
    byte[] bytes = Files.readAllBytes(file);
    bytes[20] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> log.read(1))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining(TableLayout.commit(1))
        .hasMessageContaining("checksum");
  }

  @Test
  void listsDataFilesAndLeases() throws IOException {
    store.publish(TableLayout.segment("p/bucket-0000", "w", 1), new byte[1]);
    store.publish(TableLayout.tail("p/bucket-0000", "w", 2), new byte[1]);
    store.publish(TableLayout.lease(7, "x"), LeaseFile.content(100, "a test"));
    store.publish(TableLayout.lease(5, "y"), LeaseFile.content(90, "a test"));
    assertThat(log.files())
        .extracting(file -> file.file())
        .containsExactly("p/bucket-0000/segments/w-1.vseg", "p/bucket-0000/tail/w-2.vtail");
    assertThat(log.oldestLease(90)).hasValue(5);
    assertThat(log.oldestLease(91)).hasValue(7);
    assertThat(log.oldestLease(101)).isEmpty();
    assertThat(log.missing(List.of("p/bucket-0000/tail/w-2.vtail", "p/x"))).containsExactly("p/x");
  }
}
