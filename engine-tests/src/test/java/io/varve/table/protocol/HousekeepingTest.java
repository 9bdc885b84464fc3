package io.varve.table.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.SnapshotExpiredException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Guests, maintenance, rewind by hand, clean-up and expiry, one act at a time. */
class HousekeepingTest {

  private static final RunId RUN = new RunId(1_000, 1);
  private static final RunId NEWER = new RunId(2_000, 1);
  private static final GuestId GUEST = new GuestId(new RunId(1_500, 1), "sink");

  private final QuietLog table = new QuietLog();

  /** Three records: the open and two commits of one new file each. */
  @BeforeEach
  void commitTwice() throws IOException {
    OpenResult opened = table.open(RUN, 0, null);
    AggregatorState one = table.commit(opened, RUN, 1, opened.last());
    table.commit(opened, RUN, 2, one.last());
  }

  private CommitResult commitGuest(String file) throws IOException {
    return table.run(
        new GuestOperation(
            new GuestRequest(GUEST, table.folded(file), QuietLog.AUTHOR), new LogView()));
  }

  private long maintain(Change... changes) throws IOException {
    return table.run(
        new MaintenanceOperation(head -> List.of(changes), QuietLog.AUTHOR, new LogView()));
  }

  private void replaceFirstTail() throws IOException {
    table.log.write("s", List.of(1));
    TailRange whole = new TailRange("t1-1", TailPosition.START, new TailPosition(1, 1));
    maintain(
        new Change.Replace(
            "p", List.of(), List.of(whole), List.of(new SegmentRef("s", 1, 1, 0, 0, 1)), true));
  }

  private long expire(long cutoff) throws IOException {
    return table.run(expiry(cutoff)).expiredThrough();
  }

  private static Expiry expiry(long cutoff) {
    return new Expiry(
        new ExpiryLimits(cutoff, 1), QuietLog.AUTHOR, new LogView(), new RetainedLog());
  }

  private static OrphanCleanUp cleanUp(long oldBefore) {
    return new OrphanCleanUp(oldBefore, QuietLog.AUTHOR, new LogView(), new RetainedLog());
  }

  @Test
  void aRerunOfABatchJobDoesNothing() throws IOException {
    assertThat(commitGuest("g1")).isEqualTo(CommitResult.COMMITTED);
    assertThat(commitGuest("g2")).isEqualTo(CommitResult.DONE_BEFORE);
    assertThat(NamedFiles.shownBy(table.state())).contains("g1").doesNotContain("g2");
  }

  @Test
  void guestsAndMaintenanceCarryTheReignOn() throws IOException {
    commitGuest("g1");
    maintain(new Change.Define("ttl", "7 d"));
    CommitRecord newest = table.log.read(5).orElseThrow();
    CommitRecord before = table.log.read(3).orElseThrow();
    assertThat(newest.reign()).isEqualTo(before.reign());
    assertThat(newest.progress()).isEqualTo(before.progress());
    assertThat(table.state().facts().properties().get("ttl")).isEqualTo("7 d");
  }

  @Test
  void maintenanceWithoutChangesCreatesNothing() throws IOException {
    assertThat(maintain()).isZero();
    assertThat(table.log.newestExactly()).isEqualTo(3);
  }

  @Test
  void aBatchJobWhoseFilesAreGoneIsToldToRunAgain() {
    FoldedChanges folded = table.folded("g1");
    table.log.deleteFile("g1");
    GuestRequest request = new GuestRequest(GUEST, folded, QuietLog.AUTHOR);
    assertThatThrownBy(() -> table.run(new GuestOperation(request, new LogView())))
        .isInstanceOf(SnapshotExpiredException.class)
        .hasMessageContaining("g1")
        .hasMessageContaining("run it again");
  }

  @Test
  void aRewindByHandFencesTheJobAndKeepsDeletions() throws IOException {
    maintain(new Change.Delete(Tombstone.lasting("d", null, "id = 1")));
    long number =
        table.run(new RewindOperation(new RewindRequest(2, NEWER, QuietLog.AUTHOR), new LogView()));
    CommitRecord rewind = table.log.read(number).orElseThrow();
    assertThat(rewind.base()).isEqualTo(2);
    assertThat(rewind.reign().epoch()).isEqualTo(2);
    assertThat(rewind.reign().run()).isEqualTo(NEWER);
    assertThat(NamedFiles.shownBy(table.state())).containsExactly("t1-1");
    assertThat(table.state().facts().tombstones().containsKey("d")).isTrue();
  }

  @Test
  void expiryDeletesOldRecordsAndTheFilesThatOnlyTheyName() throws IOException {
    replaceFirstTail();
    maintain(new Change.Define("a", "b"));
    table.log.now = 1_000;
    assertThat(expire(900)).isEqualTo(4);
    assertThat(table.deleted).containsExactly("t1-1");
    assertThat(table.log.base()).isEqualTo(4);
    assertThat(table.log.read(4)).isEmpty();
    assertThat(NamedFiles.shownBy(table.log.state(5).orElseThrow())).containsExactly("s", "t1-2");
  }

  @Test
  void expiryKeepsTheNewestRecordHoweverOld() throws IOException {
    table.log.now = 1_000;
    assertThat(expire(900)).isEqualTo(2);
    assertThat(table.log.read(3)).isPresent();
  }

  @Test
  void expiryKeepsATaggedRecord() throws IOException {
    maintain(new Change.Tag("before-migration", 2));
    table.log.now = 1_000;
    assertThat(expire(900)).isEqualTo(1);
    assertThat(table.log.state(2)).isPresent();
  }

  @Test
  void expiryKeepsALeasedRecord() throws IOException {
    table.log.leases.put(1, new MemoryLog.Lease(2, 1_000));
    table.log.now = 1_000;
    assertThat(expire(900)).isEqualTo(1);
  }

  @Test
  void anExpiryThatStoppedHalfWayIsCompletedByTheNext() throws IOException {
    replaceFirstTail();
    table.log.now = 1_000;
    Expiry stopped = expiry(900);
    while (table.log.newestExactly() == 4) {
      assertThat(stopped.step(table.log, table.log.now)).isNull();
    }
    assertThat(table.log.base()).isZero();
    assertThat(expire(0)).isEqualTo(3);
    assertThat(table.log.read(3)).isEmpty();
  }

  @Test
  void cleanUpDeletesWhatNobodyNamesSinceAnOldOpen() throws IOException {
    table.log.write("orphan", List.of(9));
    table.log.now = 100;
    table.open(NEWER, 0, null);
    table.log.write("young", List.of(9));
    table.log.now = 1_000;
    assertThat(table.run(cleanUp(500))).isEqualTo(new Removal(0, 0, List.of("orphan"), 1, false));
    assertThat(table.deleted).containsExactly("orphan");
    assertThat(table.state().facts().listed().containsKey("orphan")).isTrue();
  }

  @Test
  void cleanUpLeavesFilesThatASavepointMayStillName() throws IOException {
    table.log.write("pending", List.of(9));
    table.log.now = 100;
    table.open(NEWER, 0, null);
    assertThat(table.run(cleanUp(-300)).isEmpty()).isTrue();
    assertThat(table.deleted).isEmpty();
  }
}
