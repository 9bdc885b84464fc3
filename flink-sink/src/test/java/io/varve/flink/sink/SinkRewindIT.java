package io.varve.flink.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.FileStore;
import io.varve.table.FileCommitLog;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.OnRewind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** I3: a job restored from an older savepoint takes the table back to it, and ends exact. */
@Timeout(300)
class SinkRewindIT {

  private static final int ROWS = 3000;
  private static final int ROWS_PER_CHECKPOINT = 120;
  private static final List<Long> ALL = LongStream.rangeClosed(1, ROWS).boxed().toList();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;
  @TempDir Path savepoints;

  private EventJob job(boolean keyed) {
    return EventJob.of(directory, keyed, ROWS, ROWS_PER_CHECKPOINT);
  }

  private List<Long> ids() throws IOException {
    return TableContent.ids(directory);
  }

  private void awaitRows(int rows) throws Exception {
    awaitRows(rows, 0);
  }

  /** Waits until a record after that one shows so many rows. */
  private void awaitRows(int rows, long afterRecord) throws Exception {
    CommonTestUtils.waitUtil(
        () -> {
          try {
            return newest() > afterRecord && ids().size() >= rows;
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        },
        Duration.ofSeconds(240),
        Duration.ofMillis(5),
        "the table never had " + rows + " rows");
  }

  private static void awaitEmitted(Faults faults, int rows) throws Exception {
    CommonTestUtils.waitUtil(
        () -> faults.rows() > rows, Duration.ofSeconds(240), Duration.ofMillis(5), "no rows");
  }

  private String stop(JobClient client) throws Exception {
    return patiently(
        () ->
            client.stopWithSavepoint(false, savepoints.toString(), SavepointFormatType.CANONICAL));
  }

  private String savepoint(JobClient client) throws Exception {
    return patiently(
        () -> client.triggerSavepoint(savepoints.toString(), SavepointFormatType.CANONICAL));
  }

  /** Flink refuses savepoints until every task runs. */
  private static String patiently(Supplier<CompletableFuture<String>> savepoint) throws Exception {
    AtomicReference<String> taken = new AtomicReference<>("");
    CommonTestUtils.waitUntilIgnoringExceptions(
        () -> {
          taken.set(savepoint.get().orTimeout(60, TimeUnit.SECONDS).join());
          return true;
        },
        Duration.ofSeconds(240),
        Duration.ofMillis(20),
        "no savepoint could be taken");
    return requireNonNull(taken.get());
  }

  private static void finish(JobClient client) throws Exception {
    client.getJobExecutionResult().get(240, TimeUnit.SECONDS);
  }

  private long newest() throws IOException {
    return new FileCommitLog(TestTables.store(directory)).newest();
  }

  /** Returns the ids that each open record after a record shows. */
  private List<List<Long>> shownByOpensAfter(long number) throws IOException {
    FileStore table = TestTables.toRead(directory);
    FileCommitLog log = new FileCommitLog(table);
    List<List<Long>> shown = new ArrayList<>();
    Ledger.requireEveryRecordAgrees(directory);
    for (long at = number + 1; at <= log.newest(); at++) {
      CommitRecord record = log.read(at).orElseThrow();
      if (record.body() instanceof CommitRecord.Open) {
        shown.add(TableContent.idsAt(table, at));
      }
    }
    return shown;
  }

  @ParameterizedTest(name = "keyed: {0}")
  @ValueSource(booleans = {false, true})
  void anOlderSavepointTakesTheTableBackToItAgainAndAgain(boolean keyed) throws Exception {
    JobClient first = job(keyed).start();
    awaitRows(600);
    String older = stop(first);
    List<Long> atOlder = ids();
    assertThat(atOlder)
        .hasSizeGreaterThanOrEqualTo(600)
        .hasSizeLessThan(ROWS)
        .doesNotHaveDuplicates();

    JobClient second = job(keyed).withParallelism(4).startFrom(older);
    awaitRows(atOlder.size() + 600);
    String newer = stop(second);
    List<Long> atNewer = ids();
    assertThat(atNewer).containsAll(atOlder).doesNotHaveDuplicates();

    for (int time = 0; time < 2; time++) {
      long before = newest();
      JobClient again = job(keyed).withParallelism(time == 0 ? 1 : 2).startFrom(older);
      if (time == 0) {
        awaitRows(atOlder.size() + 240, before);
        stop(again);
      } else {
        finish(again);
      }
      assertThat(shownByOpensAfter(before)).containsExactly(atOlder);
    }
    assertThat(ids()).isEqualTo(ALL);

    long before = newest();
    finish(job(keyed).withParallelism(3).startFrom(newer));
    assertThat(shownByOpensAfter(before)).containsExactly(atNewer);
    assertThat(ids()).isEqualTo(ALL);
  }

  @ParameterizedTest(name = "keyed: {0}")
  @ValueSource(booleans = {false, true})
  void aSavepointOfARunningJobIsGoneBackTo(boolean keyed) throws Exception {
    JobClient first = job(keyed).start();
    awaitRows(600);
    String savepoint = savepoint(first);
    int atLeast = ids().size();
    finish(first);
    assertThat(ids()).isEqualTo(ALL);

    List<List<Long>> shown = new ArrayList<>();
    for (int parallelism : new int[] {4, 1}) {
      long before = newest();
      finish(job(keyed).withParallelism(parallelism).startFrom(savepoint));
      shown.addAll(shownByOpensAfter(before));
      assertThat(ids()).isEqualTo(ALL);
    }
    assertThat(shown).hasSize(2);
    assertThat(shown.get(0)).isEqualTo(shown.get(1)).doesNotHaveDuplicates();
    assertThat(shown.get(0)).hasSizeLessThan(ROWS).hasSizeGreaterThanOrEqualTo(600);
    assertThat(shown.get(0).size()).isLessThanOrEqualTo(atLeast + 2 * ROWS_PER_CHECKPOINT);
  }

  @ParameterizedTest(name = "keyed: {0}")
  @ValueSource(booleans = {false, true})
  void rescalingKeepsEachRow(boolean keyed) throws Exception {
    JobClient running = job(keyed).start();
    awaitRows(400);
    String savepoint = stop(running);
    running = job(keyed).withParallelism(4).startFrom(savepoint);
    awaitRows(1200);
    savepoint = stop(running);
    finish(job(keyed).withParallelism(1).startFrom(savepoint));

    assertThat(ids()).isEqualTo(ALL);
  }

  @Test
  void aJobWithoutCheckpointsKeepsItsRowsInSavepoints() throws Exception {
    EventJob slow = EventJob.of(directory, false, ROWS, 0);
    Faults faults = Faults.plan(directory, List.of());
    JobClient first = slow.start();
    awaitEmitted(faults, 300);
    String older = stop(first);
    List<Long> atOlder = ids();
    assertThat(atOlder).hasSizeGreaterThan(200).hasSizeLessThan(ROWS).doesNotHaveDuplicates();

    int before = faults.rows();
    JobClient second = slow.startFrom(older);
    awaitEmitted(faults, before + 300);
    String newer = stop(second);
    assertThat(ids()).containsAll(atOlder).doesNotHaveDuplicates();
    finish(slow.startFrom(newer));
    assertThat(ids()).isEqualTo(ALL);

    long record = newest();
    finish(slow.withParallelism(4).startFrom(older));
    assertThat(shownByOpensAfter(record)).containsExactly(atOlder);
    assertThat(ids()).isEqualTo(ALL);
  }

  @Test
  void aJobWithoutCheckpointsThatFailsAfterASavepointStartsAnew() throws Exception {
    EventJob slow = EventJob.of(directory, true, ROWS, 0);
    Faults faults = Faults.plan(directory, List.of(Fault.at("ROW 2900 ")));
    JobClient first = slow.start();
    awaitEmitted(faults, 300);
    String savepoint = savepoint(first);
    assertThat(ids()).isEmpty();
    finish(first);
    assertThat(faults.allStruck()).as("the fault struck").isTrue();
    assertThat(ids()).isEqualTo(ALL);

    finish(slow.startFrom(savepoint));
    assertThat(ids()).isEqualTo(ALL);
  }

  @Test
  void onRewindFailRefusesAndDoesNotRestart() throws Exception {
    JobClient first = job(false).start();
    awaitRows(400);
    String savepoint = stop(first);
    finish(job(false).startFrom(savepoint));
    long before = newest();

    Faults faults = Faults.plan(directory, List.of());
    JobClient refused = job(false).withOnRewind(OnRewind.FAIL).startFrom(savepoint);

    assertThatThrownBy(() -> finish(refused))
        .hasStackTraceContaining("the table was not opened: the table has gone on from")
        .hasStackTraceContaining("Set sink.on-rewind to rewind");
    assertThat(faults.restarted()).isFalse();
    assertThat(newest()).isEqualTo(before);
    assertThat(ids()).isEqualTo(ALL);
  }

  @Test
  void onRewindFailGoesOnWhereNothingIsLost() throws Exception {
    JobClient first = job(false).start();
    awaitRows(400);
    String savepoint = stop(first);
    finish(job(false).withOnRewind(OnRewind.FAIL).startFrom(savepoint));

    assertThat(ids()).isEqualTo(ALL);
  }

  @Test
  void onRewindAppendKeepsTheRowsThereAre() throws Exception {
    JobClient first = job(false).start();
    awaitRows(400);
    String savepoint = stop(first);
    int atSavepoint = ids().size();
    finish(job(false).startFrom(savepoint));

    finish(job(false).withOnRewind(OnRewind.APPEND).startFrom(savepoint));

    List<Long> ids = ids();
    assertThat(ids).hasSize(ROWS + ROWS - atSavepoint);
    assertThat(ids.stream().distinct()).hasSize(ROWS);
  }
}
