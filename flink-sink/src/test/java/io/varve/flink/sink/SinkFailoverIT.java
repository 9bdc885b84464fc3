package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.table.FileCommitLog;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.highavailability.nonha.embedded.HaLeadershipControl;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** I1, I3: parts of Flink fail, not the job's own tasks. */
@Timeout(300)
class SinkFailoverIT {

  private static final int ROWS = 1500;
  private static final int ROWS_PER_CHECKPOINT = 150;
  private static final String DONE = "DONE";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(2)
              .setNumberSlotsPerTaskManager(4)
              .withHaLeadershipControl()
              .build());

  private static int taskManagers = 2;

  @TempDir Path directory;
  @TempDir Path other;

  private EventJob job() {
    return EventJob.of(directory, true, ROWS, ROWS_PER_CHECKPOINT);
  }

  private static void awaitAllStruck(Faults faults) throws Exception {
    CommonTestUtils.waitUtil(
        faults::allStruck, Duration.ofSeconds(240), Duration.ofMillis(5), "no fault struck");
  }

  private void requireEachRowOnce() throws IOException {
    assertThat(TableContent.ids(directory))
        .isEqualTo(LongStream.rangeClosed(1, ROWS).boxed().toList());
    assertThat(Ledger.requireEveryRecordAgrees(directory)).isPositive();
  }

  private long opens() throws IOException {
    FileCommitLog log = new FileCommitLog(TestTables.store(directory));
    long opens = 0;
    for (long number = 1; number <= log.newest(); number++) {
      if (log.read(number).orElseThrow().body() instanceof CommitRecord.Open) {
        opens++;
      }
    }
    return opens;
  }

  /**
   * The job manager goes while a commit is about to be made or has just been made, and another
   * takes over. The committer notices nothing and goes on while the next attempt starts.
   */
  @ParameterizedTest(name = "{0} a commit")
  @ValueSource(strings = {"BEFORE", "AFTER"})
  void anotherJobManagerTakesOver(String moment, @InjectMiniCluster MiniCluster cluster)
      throws Exception {
    Faults faults =
        Faults.plan(
            directory,
            List.of(Fault.at(moment + " PUBLISH commits/.*Committer").sparing(2).waitingFor(DONE)));
    JobClient job = job().start();
    awaitAllStruck(faults);
    HaLeadershipControl leaders = cluster.getHaLeadershipControl().orElseThrow();
    leaders.revokeJobMasterLeadership(job.getJobID()).get(240, TimeUnit.SECONDS);
    leaders.grantJobMasterLeadership(job.getJobID()).get(240, TimeUnit.SECONDS);
    faults.pass(DONE);

    cluster.requestJobResult(job.getJobID()).get(240, TimeUnit.SECONDS);
    assertThat(opens()).as("the table was opened again").isGreaterThan(1);
    requireEachRowOnce();
  }

  @Test
  void aTaskManagerIsLost(@InjectMiniCluster MiniCluster cluster) throws Exception {
    Faults faults = Faults.plan(directory, List.of(Fault.at("ROW 700 ").waitingFor(DONE)));
    JobClient job = job().start();
    awaitAllStruck(faults);
    loseEveryTaskManager(cluster, faults);

    job.getJobExecutionResult().get(240, TimeUnit.SECONDS);
    assertThat(opens()).as("the table was opened again").isGreaterThan(1);
    requireEachRowOnce();
  }

  /** What the writers handed over is lost with the hosts, so they run again after the commit. */
  @Test
  void theHostsAreLostAfterABatchJobsCommit(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    Faults faults =
        Faults.plan(
            directory, List.of(Fault.at("AFTER PUBLISH commits/.*Committer").waitingFor(DONE)));
    JobClient job = SinkBatchIT.batch(job());
    awaitAllStruck(faults);
    loseEveryTaskManager(cluster, faults);

    job.getJobExecutionResult().get(240, TimeUnit.SECONDS);
    assertThat(faults.restarted()).as("writers ran again").isTrue();
    assertThat(TableContent.ids(directory))
        .isEqualTo(LongStream.rangeClosed(1, ROWS).boxed().toList());
  }

  private static void loseEveryTaskManager(MiniCluster cluster, Faults faults) throws Exception {
    int before = taskManagers;
    for (int i = 0; i < 2; i++) {
      cluster.startTaskManager();
      taskManagers++;
    }
    CompletableFuture<?>[] lost = {
      cluster.terminateTaskManager(before - 2), cluster.terminateTaskManager(before - 1)
    };
    faults.pass(DONE);
    CompletableFuture.allOf(lost).get(240, TimeUnit.SECONDS);
  }

  /** Another part of the job fails and goes back to a checkpoint; this sink's part runs on. */
  @Test
  void anotherRegionOfTheJobFails() throws Exception {
    Faults ours = Faults.plan(directory, List.of());
    Faults others =
        Faults.plan(
            other, List.of(Fault.at("ROW 400 ").killing(), Fault.at("ROW 1200 ").killing()));
    StreamExecutionEnvironment env = job().environment("");
    GeneratorFunction<Long, Long> ids = index -> index + 1;
    env.fromSource(
            new DataGeneratorSource<>(
                ids, ROWS, RateLimiterStrategy.perCheckpoint(ROWS_PER_CHECKPOINT), Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "other ids")
        .uid("other ids")
        .map(new Tripwire(other.toString()))
        .uid("other tripwire")
        .returns(Event.class)
        .sinkTo(new DiscardingSink<>())
        .uid("nowhere");
    env.execute("two regions");

    assertThat(others.restarted()).as("the other region restarted").isTrue();
    assertThat(ours.restarted()).as("the sink's region restarted").isFalse();
    assertThat(opens()).isEqualTo(1);
    requireEachRowOnce();
  }
}
