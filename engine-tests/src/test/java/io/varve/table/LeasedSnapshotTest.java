package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.FileEntry;
import io.varve.io.SnapshotExpiredException;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Expiry;
import io.varve.table.protocol.ExpiryLimits;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RetainedLog;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.FaultInjectingFileStore.Operation;
import io.varve.testkit.MemoryFileStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases that readers hold for as long as they read. */
class LeasedSnapshotTest {

  private final MemoryFileStore store = new MemoryFileStore(UpkeepFixture.UNDATED);
  private UpkeepFixture fixture;

  @BeforeEach
  void create() throws IOException {
    fixture = new UpkeepFixture(store, store::date);
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(true, 1);
    job.round(true, 2);
  }

  private List<FileEntry> leases() throws IOException {
    return store.list(TableLayout.LEASES);
  }

  @Test
  void isRenewedUntilItIsClosed() throws Exception {
    TableSnapshot snapshot = TableSnapshot.latest(fixture.table);
    CountDownLatch written = new CountDownLatch(4); // once when it is taken, and three times since
    LongSupplier clock =
        () -> {
          written.countDown();
          return 10_000 - written.getCount();
        };
    try (LeasedSnapshot leased = LeasedSnapshot.of(snapshot, "a test", 30, clock)) {
      assertThat(leased.snapshot()).isSameAs(snapshot);
      assertThat(written.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(LeaseFile.list(store)).hasSize(1);
    }
    assertThat(leases()).isEmpty();
  }

  @Test
  void aCommitThatExpiresIsRefusedAndTheNewestTakenAnew() throws IOException {
    TableSnapshot newest = TableSnapshot.latest(fixture.table);
    TableSnapshot old = TableSnapshot.at(fixture.table, newest.number() - 1);
    Author author = new Author("expiry", "a job", "everything");
    new Expiry(new ExpiryLimits(Long.MAX_VALUE, 1), author, new LogView(), new RetainedLog())
        .run(new FileCommitLog(store), () -> fixture.now, lost -> {});

    assertThatThrownBy(() -> LeasedSnapshot.of(old, "a test", () -> fixture.now))
        .isInstanceOf(SnapshotExpiredException.class);
    assertThat(leases()).isEmpty();
    try (LeasedSnapshot leased = LeasedSnapshot.latest(fixture.table, "a test", () -> 0)) {
      assertThat(UpkeepFixture.rows(leased.snapshot())).containsExactly(1L, 2L);
    }
  }

  @Test
  void whoCanNotWriteReadsAllTheSame() throws IOException {
    TableDirectory full =
        TableDirectory.open(
            new FaultInjectingFileStore(
                store,
                (operation, path, when) -> {
                  if (operation == Operation.PUBLISH) {
                    throw new IOException("no space left on device");
                  }
                }));
    try (LeasedSnapshot leased = LeasedSnapshot.latest(full, "a test", () -> fixture.now)) {
      assertThat(leased.isLeased()).isFalse();
      assertThat(UpkeepFixture.rows(leased.snapshot())).containsExactly(1L, 2L);
    }
    assertThat(leases()).isEmpty();
  }

  /** A lease that nobody holds would keep an erasure waiting. */
  @Test
  void whoCanNotLookAtTheLogOnceTheLeaseIsWrittenLeavesNone() throws IOException {
    boolean[] written = new boolean[1];
    TableDirectory failing =
        TableDirectory.open(
            new FaultInjectingFileStore(
                store,
                (operation, path, when) -> {
                  boolean lease = path.startsWith(TableLayout.LEASES);
                  written[0] |= lease && operation == Operation.PUBLISH;
                  if (written[0] && !lease && operation != Operation.DELETE) {
                    throw new IOException("the network is down");
                  }
                }));
    TableSnapshot snapshot = TableSnapshot.latest(failing);
    try (LeasedSnapshot leased = LeasedSnapshot.of(snapshot, "a test", () -> fixture.now)) {
      assertThat(leased.isLeased()).isFalse();
      assertThat(leases()).isEmpty();
    }
  }
}
