package io.varve.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.LocalFileStore;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A chaos that never finds anything proves nothing: the check sees every kind of difference. */
@Timeout(300)
class TableCheckIT {

  private static final String SUBMISSION = "chaos-1";
  private static final int COMMITS = 3;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir static Path root;
  private static Path lastPart = Path.of("");
  private static byte[] wholePart = {};

  @BeforeAll
  static void runTheJob(@InjectClusterRESTAddress URI address) throws Exception {
    Configuration cluster = new Configuration();
    cluster.set(DeploymentOptions.TARGET, "remote");
    cluster.set(DeploymentOptions.ATTACHED, false);
    cluster.set(RestOptions.ADDRESS, address.getHost());
    cluster.set(RestOptions.PORT, address.getPort());
    Sandbox sandbox = new Sandbox(root);
    Files.createDirectories(sandbox.control());
    ledger().submit(SUBMISSION, "");
    JobClient job =
        new ChaosJob(sandbox, true, 3000, Duration.ofMillis(100))
            .submit(cluster, SUBMISSION, 2, "");
    CommonTestUtils.waitUtil(
        TableCheckIT::hasCommits, Duration.ofSeconds(30), Duration.ofMillis(20), "no commits");
    job.stopWithSavepoint(
            false, root.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
        .get(30, TimeUnit.SECONDS);
    lastPart = findLastPart();
    wholePart = Files.readAllBytes(lastPart);
  }

  @BeforeEach
  void repairTheLedger() throws IOException {
    Files.write(lastPart, wholePart);
  }

  private static boolean hasCommits() {
    try {
      return check().newest() > COMMITS;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static Ledger ledger() {
    return new Ledger(new Sandbox(root).ledger());
  }

  private static TableCheck check() throws IOException {
    LocalFileStore store = new LocalFileStore(new Sandbox(root).table());
    return new TableCheck(TableDirectory.open(store), ledger());
  }

  private static Path findLastPart() throws IOException {
    OptionalLong newest = ledger().newest(SUBMISSION);
    return new Sandbox(root)
        .ledger()
        .resolve(SUBMISSION)
        .resolve("%010d".formatted(newest.getAsLong()))
        .resolve("0-of-2");
  }

  private static void checkLast() throws IOException, DifferenceException {
    TableCheck check = check();
    check.check(check.newest());
  }

  /** Replaces one line of the ledger: what the emitter says of one key. */
  private static KeyHistory tamper(UnaryOperator<Stretch> change) throws IOException {
    List<KeyHistory> lines = Files.readAllLines(lastPart).stream().map(KeyHistory::parse).toList();
    KeyHistory victim = lines.get(0);
    KeyHistory changed =
        KeyHistory.empty(victim.key()).with(change.apply(victim.stretches().get(0)));
    Stream<KeyHistory> rest = lines.stream().skip(1);
    Files.write(
        lastPart, Stream.concat(Stream.of(changed), rest).map(KeyHistory::toString).toList());
    return victim;
  }

  @Test
  void everyCommitEqualsTheLedger() throws Exception {
    TableCheck check = check();
    long rows = 0;
    for (long number = 1; number <= check.newest(); number++) {
      long more = check.check(number);
      assertThat(more).isGreaterThanOrEqualTo(rows);
      rows = more;
    }
    assertThat(rows).isPositive();
  }

  @Test
  void seesARowThatTheSourceNeverEmitted() throws Exception {
    KeyHistory victim = tamper(stretch -> new Stretch(stretch.attempt(), 0, stretch.to() - 1));

    assertThatThrownBy(TableCheckIT::checkLast)
        .isInstanceOf(DifferenceException.class)
        .hasMessageContaining("1 keys differ")
        .hasMessageContaining("key " + victim.key() + ": " + victim.rows() + " rows")
        .hasMessageContaining("too many: " + (victim.rows() - 1) + " of attempt");
  }

  @Test
  void seesARowThatIsMissing() throws Exception {
    KeyHistory victim = tamper(stretch -> new Stretch(stretch.attempt(), 0, stretch.to() + 1));

    assertThatThrownBy(TableCheckIT::checkLast)
        .isInstanceOf(DifferenceException.class)
        .hasMessageContaining("missing: " + victim.rows() + " of attempt")
        .hasMessageContaining("in no file");
  }

  @Test
  void seesRowsOfAnAttemptThatWasGivenUp() throws Exception {
    tamper(stretch -> new Stretch(stretch.attempt() ^ 1, 0, stretch.to()));

    assertThatThrownBy(TableCheckIT::checkLast)
        .isInstanceOf(DifferenceException.class)
        .hasMessageContaining("too many: 0 of attempt")
        .hasMessageContaining("missing: 0 of attempt");
  }

  @Test
  void doesNotGuessWhatASubtaskDidNotWriteDown() throws Exception {
    Files.delete(lastPart);

    assertThatThrownBy(TableCheckIT::checkLast)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("subtasks are missing");
  }
}
