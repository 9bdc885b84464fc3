package io.varve.table;

import static io.varve.table.UpkeepFixture.HISTORY;
import static io.varve.table.UpkeepFixture.HOUR;
import static io.varve.table.WriterOptions.DEFAULTS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.FencedException;
import io.varve.io.OpenRefusedException;
import io.varve.io.SnapshotExpiredException;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.AggregatorState;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.Removal;
import io.varve.table.protocol.RunId;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expiry, clean-up, leases and tags on the files of a table that is being written. */
class TableUpkeepTest {

  @TempDir Path directory;
  private UpkeepFixture job;

  @BeforeEach
  void create() throws IOException {
    job = new UpkeepFixture(directory);
  }

  private Removal expire() throws IOException {
    return job.upkeep().expire(HISTORY, false);
  }

  private Removal removeOrphans() throws IOException {
    return job.upkeep().removeOrphans(HISTORY, false);
  }

  @Test
  void aDryRunTellsExactlyWhatThenGoes() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1, 2);
      attempt.round(false, 3);
      attempt.round(true, 4); // the tail becomes a segment
      job.now += 25 * HOUR;
      attempt.round(false, 5);
      Removal planned = job.upkeep().expire(HISTORY, true);
      assertThat(planned.records()).isEqualTo(3);
      assertThat(planned.files()).singleElement().asString().endsWith(".vtail");
      assertThat(planned.bytes()).isEqualTo(Files.size(directory.resolve(planned.files().get(0))));
      assertThat(expire()).isEqualTo(planned);
      assertThat(job.files()).hasSize(2).doesNotContainAnyElementsOf(planned.files());
      assertThat(job.rows()).containsExactly(1L, 2L, 3L, 4L, 5L);
      assertThat(expire().isEmpty()).isTrue();
    }
    assertThatThrownBy(() -> TableSnapshot.at(job.table, 3))
        .isInstanceOf(SnapshotExpiredException.class);
  }

  @Test
  void theNewestCommitsStayHoweverOld() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      for (int i = 0; i < 9; i++) {
        attempt.round(false, i);
      }
    }
    job.now += 1000 * HOUR;
    HistoryOptions four = new HistoryOptions(HOUR, 4);
    assertThat(job.upkeep().expire(four, false).expiredThrough()).isEqualTo(6);
    assertThat(UpkeepFixture.rows(TableSnapshot.at(job.table, 7))).hasSize(6);
  }

  /** Danger: a savepoint whose rows were never committed, restored after the job went on. */
  @Test
  void filesOfAnUncommittedSavepointStayForTheHistoryAndGoAfterIt() throws IOException {
    AggregatorState savepoint;
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1);
      attempt.add(2);
      attempt.barrier(true);
      savepoint = attempt.aggregator.snapshot();
      job.date();
    }
    job.now += HOUR;
    AggregatorState older =
        new AggregatorState(
            savepoint.tableId(),
            savepoint.lineage(),
            savepoint.epoch(),
            savepoint.pending().get(0).previous(),
            List.of());
    try (Attempt other = job.start(job.run(2), 1, older)) {
      other.round(false, 3);
      job.now += 23 * HOUR;
      other.round(false, 4);
      assertThat(expire().files()).isEmpty();
      assertThat(removeOrphans().isEmpty()).isTrue();
    }
    try (Attempt restored = job.start(job.run(3), 2, savepoint)) {
      assertThat(job.rows()).containsExactly(1L, 2L);
      restored.round(false, 5);
      job.now += 25 * HOUR;
      restored.round(false, 6);
      expire();
      Removal planned = job.upkeep().removeOrphans(HISTORY, true);
      assertThat(removeOrphans()).isEqualTo(planned);
      assertThat(job.rows()).containsExactly(1L, 2L, 5L, 6L);
    }
    assertThatThrownBy(() -> job.start(job.run(4), 2, savepoint))
        .isInstanceOf(OpenRefusedException.class)
        .hasMessageContaining("savepoint has expired");
  }

  /** Danger: a checkpoint completed, but its commit was never made, and the job lay long. */
  @Test
  void filesOfARetainedCheckpointWhoseNotificationWasLostStay() throws IOException {
    AggregatorState checkpoint;
    RunId first = job.run(1);
    try (Attempt attempt = job.start(first, 0, null)) {
      attempt.round(false, 1);
      attempt.add(2);
      attempt.barrier(false);
      checkpoint = attempt.aggregator.snapshot();
      job.date();
    }
    job.now += 1000 * HOUR;
    expire();
    assertThat(removeOrphans().isEmpty()).isTrue();
    try (Attempt restored = job.start(job.run(2), 2, checkpoint)) {
      assertThat(job.rows()).containsExactly(1L, 2L);
      restored.round(false, 3);
    }
    assertThat(job.rows()).containsExactly(1L, 2L, 3L);
  }

  /** Danger: an attempt that was replaced wakes after its files have been cleaned up. */
  @Test
  void aZombieThatWakesAfterItsFilesHaveGoneChangesNothing() throws IOException {
    RunId run = job.run(1);
    try (Attempt zombie = job.start(run, 0, null)) {
      zombie.round(false, 1);
      AggregatorState state = zombie.aggregator.snapshot();
      zombie.add(2);
      Committable late = requireNonNull(zombie.barrier(true));
      job.date();
      job.now += HOUR;
      try (Attempt current = job.start(run, 1, state)) {
        current.round(false, 2);
        job.now += 25 * HOUR;
        current.round(false, 3);
        expire();
        Removal orphans = removeOrphans();
        assertThat(orphans.files()).singleElement().asString().endsWith(".vseg");
        assertThat(directory.resolve(orphans.files().get(0))).doesNotExist();
        assertThatThrownBy(() -> zombie.commit(late)).isInstanceOf(FencedException.class);
        assertThat(job.rows()).containsExactly(1L, 2L, 3L);
        current.round(false, 4);
      }
    }
    assertThat(job.rows()).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void nothingIsListedWhileThereCanBeNoOtherOrphans() throws IOException {
    TableUpkeep upkeep = job.upkeep();
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.add(1);
      attempt.barrier(true);
      job.date();
    }
    job.now += HOUR;
    try (Attempt attempt = job.start(job.run(2), 0, null)) {
      assertThat(upkeep.removeNewOrphans(HISTORY).isEmpty()).isTrue();
      job.now += 25 * HOUR;
      attempt.round(false, 2);
      assertThat(upkeep.removeNewOrphans(HISTORY).files()).hasSize(1);
      job.store.create("bucket-0000/segments/0-0.vseg").close();
      Files.setLastModifiedTime(
          directory.resolve("bucket-0000/segments/0-0.vseg"), FileTime.fromMillis(1));
      assertThat(upkeep.removeNewOrphans(HISTORY).isEmpty()).isTrue();
      assertThat(upkeep.removeOrphans(HISTORY, false).files()).hasSize(1);
    }
  }

  @Test
  void expiryWaitsForALeaseUntilItLapses() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1);
      TableSnapshot read = TableSnapshot.latest(job.table);
      attempt.round(true, 2);
      attempt.round(false, 3);
      job.now += 25 * HOUR;
      ReadLease lease = ReadLease.take(read, "a test", 30 * HOUR, () -> job.now);
      attempt.round(false, 4);
      assertThat(expire().expiredThrough()).isEqualTo(1);
      assertThat(UpkeepFixture.rows(read)).containsExactly(1L);
      job.now += 29 * HOUR;
      lease.renew();
      job.now += 29 * HOUR;
      attempt.round(false, 5);
      assertThat(expire().expiredThrough()).isEqualTo(1);
      job.now += 2 * HOUR;
      assertThat(expire().expiredThrough()).isEqualTo(5);
      assertThatThrownBy(lease::renew)
          .isInstanceOf(SnapshotExpiredException.class)
          .hasMessageContaining("commit 2 has expired");
      assertThat(job.store.list(TableLayout.LEASES)).isEmpty();
      assertThatThrownBy(() -> ReadLease.take(read, "a test", HOUR, () -> job.now))
          .isInstanceOf(SnapshotExpiredException.class);
    }
  }

  @Test
  void aLeaseThatIsGivenBackHoldsNothingOrOnlyForItsGrace() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1);
      TableSnapshot read = TableSnapshot.latest(job.table);
      ReadLease one = ReadLease.take(read, "a test", 100 * HOUR, () -> job.now);
      ReadLease two = ReadLease.take(read, "a test", 100 * HOUR, () -> job.now);
      attempt.round(false, 2);
      job.now += 25 * HOUR;
      one.close();
      one.close();
      two.closeAfter(HOUR);
      assertThat(expire().expiredThrough()).isEqualTo(1);
      job.now += 2 * HOUR;
      assertThat(expire().expiredThrough()).isEqualTo(2);
    }
  }

  @Test
  void theEmptyTableNeedsNoLease() throws IOException {
    try (ReadLease lease =
        ReadLease.take(TableSnapshot.latest(job.table), "a test", HOUR, () -> job.now)) {
      lease.renew();
      assertThat(job.store.list(TableLayout.LEASES)).isEmpty();
    }
  }

  @Test
  void aTaggedCommitStaysUntilTheTagIsTakenAway() throws IOException {
    TableUpkeep upkeep = job.upkeep();
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1);
      long bill = attempt.round(false, 2);
      assertThat(upkeep.tag("bill-2026-10", bill)).isEqualTo(bill + 1);
      assertThat(upkeep.tag("bill-2026-10", bill)).isZero();
      assertThat(upkeep.tags()).containsExactly(Map.entry("bill-2026-10", bill));
      assertThatThrownBy(() -> upkeep.tag("bill-2026-10", 1))
          .hasMessageContaining("names commit " + bill);
      assertThatThrownBy(() -> upkeep.tag(" ", 1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> upkeep.tag("next", 99))
          .isInstanceOf(SnapshotExpiredException.class)
          .hasMessageContaining("from 1 to 4");
      job.now += 25 * HOUR;
      attempt.round(true, 3);
      assertThat(upkeep.expire(HISTORY, false).expiredThrough()).isEqualTo(bill - 1);
      assertThat(UpkeepFixture.rows(TableSnapshot.at(job.table, bill))).containsExactly(1L, 2L);
      assertThat(upkeep.untag("bill-2026-10")).isPositive();
      assertThat(upkeep.untag("bill-2026-10")).isZero();
      assertThat(upkeep.expire(HISTORY, false).expiredThrough()).isEqualTo(bill);
      assertThatThrownBy(() -> upkeep.tag("late", bill))
          .isInstanceOf(SnapshotExpiredException.class);
    }
  }

  @Test
  void whatFailuresLeaveOfTheLogGoesWhenItIsOld() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1);
      job.now += 25 * HOUR;
      attempt.round(false, 2);
      expire();
      byte[] record = job.store.readAll(TableLayout.commit(2), 1 << 20);
      job.store.publish(TableLayout.commit(1), record); // by someone who slept
      job.store.publish(TableLayout.state(1), record);
      for (String temporary :
          List.of("commits/.00000000000000000004.x.tmp", ".HEAD.x.tmp", ".proof-x")) {
        job.store.create(temporary).close();
      }
      job.date();
      job.store.create("commits/.00000000000000000005.y.tmp").close();
      ReadLease.take(TableSnapshot.latest(job.table), "a test", HOUR, () -> job.now);
      job.now += 30 * HOUR;
      List<String> planned = job.upkeep().removeLeftovers(HISTORY, true);
      assertThat(planned)
          .contains(TableLayout.commit(1), TableLayout.state(1), ".HEAD.x.tmp", ".proof-x")
          .anyMatch(file -> file.startsWith("leases/"))
          .hasSize(6);
      assertThat(job.upkeep().removeLeftovers(HISTORY, false)).isEqualTo(planned);
      assertThat(directory.resolve("commits/.00000000000000000005.y.tmp")).exists();
      assertThat(job.upkeep().removeLeftovers(HISTORY, true)).isEmpty();
      attempt.round(false, 3);
    }
    assertThat(job.rows()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aStoppedUpkeepEndsAndTheNextGoesOn() throws IOException {
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(false, 1);
      job.now += 25 * HOUR;
      attempt.round(false, 2);
    }
    TableUpkeep stopped = job.upkeep();
    stopped.stop();
    assertThatThrownBy(() -> stopped.expire(HISTORY, false)).hasMessageContaining("stopped");
    assertThat(expire().records()).isEqualTo(1);
  }

  /** Steady state: the number of files follows the rows, not the checkpoints. */
  @Test
  void manyCheckpointsLeaveABoundedNumberOfFiles() throws IOException {
    TableUpkeep upkeep = job.upkeep();
    HistoryOptions hour = new HistoryOptions(HOUR, 3);
    WriterOptions options =
        WriterOptions.DEFAULTS.withTargetRows(64).withTargetAgeMillis(1000 * HOUR);
    long most = 0;
    try (Attempt attempt = job.start(job.run(1), 0, null, options)) {
      for (int i = 0; i < 300; i++) {
        job.now += HOUR / 10;
        attempt.round(false, i);
        if (i % 10 == 9) {
          upkeep.expire(hour, false);
          upkeep.removeNewOrphans(hour);
          upkeep.removeLeftovers(hour, false);
        }
        if (i == 100) {
          most = job.fileCount();
        }
      }
    }
    long segments = job.files().stream().filter(file -> file.endsWith(".vseg")).count();
    assertThat(segments).isEqualTo(300 / 64);
    assertThat(job.fileCount()).isLessThanOrEqualTo(most + segments + 16);
    assertThat(job.rows()).hasSize(300);
  }

  private static long nanos(long millis) {
    return millis * 1_000_000;
  }

  /** Whole segments go, a straddling one is trimmed, and rows that come late are gone at once. */
  @Test
  void noRowOlderThanTheCutoffIsEverReturned() throws IOException {
    TableUpkeep upkeep = job.upkeep();
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      long start = job.now;
      attempt.round(true, 1, 2);
      job.now += HOUR;
      attempt.add(3);
      job.now += HOUR;
      attempt.round(true, 4);
      attempt.round(false, 5);
      job.now += HOUR;
      attempt.round(true, 6);
      long cutoff = nanos(start + 2 * HOUR);
      assertThat(upkeep.dropOlderThan(cutoff, "a test")).isPositive();
      assertThat(job.rows()).containsExactly(4L, 5L, 6L);
      TableSnapshot snapshot = TableSnapshot.latest(job.table);
      assertThat(snapshot.units()).hasSize(2); // the first segment has gone
      assertThat(snapshot.units()).filteredOn(unit -> unit.asOf() == 0).as("untouched").hasSize(1);

      assertThat(upkeep.dropOlderThan(cutoff, "again")).isZero();
      assertThat(upkeep.dropOlderThan(cutoff - 1, "earlier")).isZero();
      job.now = start;
      attempt.round(false, 7); // late by more than the cutoff
      assertThat(job.rows()).containsExactly(4L, 5L, 6L);
    }
  }

  /** Going back to before it brings the dropped files back, but not their rows. */
  @Test
  void aRewindDoesNotBringDroppedRowsBack() throws IOException {
    AggregatorState older;
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(true, 1);
      job.now += HOUR;
      attempt.round(true, 2);
      older = attempt.aggregator.snapshot();
      attempt.round(true, 3);
      job.upkeep().dropOlderThan(nanos(job.now), "a test");
      assertThat(job.rows()).containsExactly(2L, 3L);
    }
    job.start(job.run(2), 2, older).close();
    assertThat(job.rows()).containsExactly(2L);
  }

  @Test
  void aTimeToLiveMakesARecordOnlyWhereRowsGo() throws IOException {
    UpkeepOptions ttl = new UpkeepOptions(HISTORY, 1, 100 * HOUR);
    TableUpkeep upkeep = job.upkeep();
    try (Attempt attempt = job.start(job.run(1), 0, null)) {
      attempt.round(true, 1);
      job.now += 50 * HOUR;
      attempt.round(true, 2);
      assertThat(upkeep.dropExpiredRows(ttl)).isZero();
      job.now += 52 * HOUR;
      assertThat(upkeep.dropExpiredRows(ttl)).isPositive();
      assertThat(job.rows()).containsExactly(2L);
      job.now += 20 * HOUR;
      assertThat(upkeep.dropExpiredRows(ttl)).isZero();
      job.now += 30 * HOUR;
      attempt.round(true, 3);
      assertThat(upkeep.dropExpiredRows(ttl)).isPositive();
      assertThat(job.rows()).containsExactly(3L);
      job.now += 25 * HOUR;
      attempt.round(false, 4);
      upkeep.expire(HISTORY, false);
      assertThat(job.files()).hasSize(2);
    }
  }

  /**
   * Only guests write to this table: what one of them has left goes after the history, what another
   * is about to commit stays, and after a job with checkpoints has come its starts count again.
   */
  @Test
  void whatBatchJobsLeaveGoesAfterTheHistory() throws IOException {
    try (TestTable guests = TestTable.create(job.store, job.table.definition(), DEFAULTS)) {
      addTo(guests, 1);
      guests.barrier(true);
      job.date();
      guests.startWriter(); // the attempt that is run again
      addTo(guests, 1);
      guests.commit(true);
      job.date();
      job.now += 20 * HOUR;
      addTo(guests, 2);
      Fold running = new Fold();
      running.add(guests.barrier(true));
      job.date();
      assertThat(job.files()).hasSize(3);
      assertThat(removeOrphans().isEmpty()).as("younger than the history").isTrue();

      job.now += 5 * HOUR;
      assertThat(job.upkeep().removeOrphans(HISTORY, true).files()).hasSize(1);
      assertThat(removeOrphans().files()).hasSize(1);
      guests.commit(running);
      assertThat(job.rows()).containsExactly(1L, 2L);

      guests.startWriter();
      addTo(guests, 3);
      guests.barrier(true);
      job.date();
      job.now += 25 * HOUR;
      job.start(job.run(1), 0, null).close();
      assertThat(removeOrphans().isEmpty()).as("the job has just started").isTrue();
    }
  }

  private void addTo(TestTable table, long number) throws IOException {
    long time = job.now;
    table.add(
        row -> {
          row.setTimestamp(0, time, 0);
          row.setLong(1, number);
        });
  }
}
