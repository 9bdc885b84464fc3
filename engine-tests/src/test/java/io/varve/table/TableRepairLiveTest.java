package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.FencedException;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.RunId;
import io.varve.testkit.CrashingFileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A repair beside a job that writes (operations.md, "Damage"): of segments and old records it is
 * made under the job, which goes on; of tails and lost commits only with the word to take the table
 * over, and then the job is fenced.
 */
class TableRepairLiveTest {

  /** Such that a segment is mostly values, so that damage hits some of them. */
  private static final long[] FIRST =
      LongStream.range(0, 3000).map(i -> -1 - ((i * 0x9E37_79B9_7F4A_7C15L) >>> 2)).toArray();

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final CrashingFileStore store = new CrashingFileStore();
  private UpkeepFixture job;
  private Attempt attempt;

  @BeforeEach
  void start() throws IOException {
    job = new UpkeepFixture(store, (path, millis) -> {});
    attempt = job.start(new RunId(job.now, 1), 0, null);
    attempt.round(true, FIRST);
    attempt.round(false, 10_000);
    attempt.round(false, 10_001);
  }

  @AfterEach
  void stop() throws IOException {
    attempt.close();
    executor.shutdownNow();
  }

  private void damage(String pattern, double at) {
    for (String path : store.paths()) {
      if (path.matches(pattern)) {
        byte[] bytes = store.bytes(path);
        bytes[(int) Math.round((bytes.length - 1) * at)] ^= 1;
        store.put(path, bytes);
      }
    }
  }

  private TableVerifier.Report verify() throws IOException {
    return new TableVerifier(store, true, executor, bytes -> {}).verify();
  }

  private TableRepair.Report repair(boolean takeOver) throws IOException {
    TableVerifier.Report found = verify();
    assertThat(found.problems()).isNotEmpty();
    job.now += UpkeepFixture.HOUR; // the repair comes after the job
    return new TableRepair(store, "a test", () -> job.now).repair(found, takeOver, false);
  }

  private static long lost(TableRepair.Report report) {
    return report.acts().stream().mapToLong(TableRepair.Act::rowsLost).sum();
  }

  /** What the job holds when the repair comes is committed after it, and the next rounds too. */
  @Test
  void aSegmentIsRepairedUnderAJobThatGoesOn() throws IOException {
    damage(".*\\.vseg", 0.3);
    attempt.add(10_002);

    TableRepair.Report report = repair(false);

    assertThat(report.refusals()).isEmpty();
    assertThat(lost(report)).isBetween(1L, 2999L);
    attempt.round(false, 10_003);
    attempt.round(true, 10_004);
    attempt.round(false, 10_005);
    List<Long> rows = job.rows();
    assertThat(rows).hasSize((int) (3000 - lost(report) + 6)).doesNotHaveDuplicates();
    assertThat(rows).endsWith(10_000L, 10_001L, 10_002L, 10_003L, 10_004L, 10_005L);
    assertThat(verify().problems()).isEmpty();
  }

  @Test
  void anOldCommitIsPutAsideUnderAJobThatGoesOn() throws IOException {
    FileCommitLog log = new FileCommitLog(store);
    long newest = TableSnapshot.latest(job.table).number();
    log.keepState(newest - 1, log.state(newest - 1).orElseThrow());
    damage("commits/0*2", 0.5);

    assertThat(repair(false).refusals()).isEmpty();

    attempt.round(true, 10_002);
    assertThat(job.rows()).hasSize(3003).endsWith(10_000L, 10_001L, 10_002L);
    assertThat(verify().problems()).isEmpty();
  }

  /** A tail is the job's: without the word nothing happens, and the job goes on with it. */
  @Test
  void aTailIsLeftAloneWithoutTheWord() throws IOException {
    damage(".*\\.vtail", 0.99);
    List<String> before = store.paths();

    TableRepair.Report refused = repair(false);

    assertThat(refused.refusals()).singleElement().asString().contains("--take-over");
    assertThat(refused.commit()).isZero();
    assertThat(store.paths()).isEqualTo(before);
    attempt.round(false, 10_002);
  }

  @Test
  void aTailIsTakenFromTheJobWhichIsFenced() throws IOException {
    damage(".*\\.vtail", 0.99);
    attempt.add(10_002);

    TableRepair.Report report = repair(true);

    assertThat(report.refusals()).isEmpty();
    assertThat(lost(report)).isEqualTo(1);
    assertThatThrownBy(() -> attempt.round(false, 10_003))
        .isInstanceOf(FencedException.class)
        .hasMessageContaining("a test");
    assertThat(job.rows()).hasSize(3001).endsWith(10_000L);
    assertThat(verify().problems()).isEmpty();
    goesOnInANewAttempt();
  }

  @Test
  void aLostCommitIsTakenFromTheJobWhichIsFenced() throws IOException {
    long newest = TableSnapshot.latest(job.table).number();
    damage("commits/0*" + newest, 0.5);

    TableRepair.Report refused = repair(false);
    assertThat(refused.refusals()).singleElement().asString().contains("--take-over");
    TableRepair.Report report = repair(true);

    assertThat(report.refusals()).isEmpty();
    assertThatThrownBy(() -> attempt.round(false, 10_003)).isInstanceOf(FencedException.class);
    assertThat(job.rows()).hasSize(3001).endsWith(10_000L);
    assertThat(verify().problems()).isEmpty();
    goesOnInANewAttempt();
  }

  private void goesOnInANewAttempt() throws IOException {
    List<Long> expected = new ArrayList<>(job.rows());
    expected.add(20_000L);
    job.now += UpkeepFixture.HOUR;
    try (Attempt heir = job.start(new RunId(job.now, 2), 0, null)) {
      heir.round(true, 20_000);
      assertThat(job.rows()).isEqualTo(expected);
    }
  }
}
