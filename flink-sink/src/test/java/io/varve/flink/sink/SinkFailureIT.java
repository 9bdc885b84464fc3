package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.table.WriterOptions;
import io.varve.testkit.SeededTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** I1: each row is in the table once, wherever a job fails. */
@Timeout(300)
class SinkFailureIT {

  private static final int ROWS = 1500;
  private static final int ROWS_PER_CHECKPOINT = 150;
  private static final int NEVER_SEALS = 1 << 20;
  private static final String COMMIT = "PUBLISH commits/";
  private static final String FIRST_RECORD = "PUBLISH commits/0*1 ";
  private static final String LAST_SEGMENT = "AFTER SYNC .*vseg @ .*2/2";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  /**
   * A case.
   *
   * @param name where the job fails
   * @param seals whether tails become segments while the job runs
   * @param restarts whether the job has to be restarted
   * @param faults what makes it fail
   */
  private record Case(String name, boolean seals, boolean restarts, List<Fault> faults) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case restarts(String name, Fault... faults) {
    return new Case(name, true, true, List.of(faults));
  }

  private static Case restartsUnsealed(String name, Fault... faults) {
    return new Case(name, false, true, List.of(faults));
  }

  private static Case goesOn(String name, Fault... faults) {
    return new Case(name, true, false, List.of(faults));
  }

  private static Fault row() {
    return Fault.at("ROW 800 ");
  }

  /** Half-way through the second source's rows, when there are commits, and tails to adopt. */
  private static Fault lateRow() {
    return Fault.at("ROW 1100 ");
  }

  private static Stream<Case> cases() {
    return Stream.of(
        restarts("while writing", row()),
        restarts("appending to a tail", Fault.at("BEFORE WRITE .*vtail").sparing(6)),
        restarts("after appending to a tail", Fault.at("AFTER WRITE .*vtail").sparing(6)),
        restarts("tail sync", Fault.at("BEFORE SYNC .*vtail").sparing(3)),
        restarts("segment creation", Fault.at("BEFORE CREATE .*vseg").sparing(2)),
        restarts("segment write", Fault.at("BEFORE WRITE .*vseg").sparing(3)),
        restarts("segment sync", Fault.at("BEFORE SYNC .*vseg").sparing(2)),
        restarts("directory sync", Fault.at("BEFORE SYNC_DIRECTORY").sparing(3)),
        restarts("another operator's snapshot", Fault.at("BEFORE SNAPSHOT").sparing(5)),
        goesOn("aborted checkpoint", Fault.at("DURING SNAPSHOT").sparing(5)),
        goesOn("many aborted checkpoints", Fault.at("DURING SNAPSHOT").sparing(3).times(9)),
        restarts(
            "aborted checkpoint, then a failure",
            Fault.at("DURING SNAPSHOT").sparing(5).times(3),
            Fault.at("BEFORE " + COMMIT).after("DURING SNAPSHOT 6").killing()),
        restarts("between barrier and commit", Fault.at("NOTIFY 4 ")),
        restarts("commit begins", Fault.at("OPEN commits/.*Committer").sparing(8)),
        goesOn("commit record, once", Fault.at("BEFORE " + COMMIT).sparing(3)),
        restarts("commit record, for long", Fault.at("BEFORE " + COMMIT).sparing(3).times(12)),
        restarts("task ends before commit", Fault.at("BEFORE " + COMMIT).sparing(3).killing()),
        goesOn("commit of unknown outcome", Fault.at("AFTER " + COMMIT).sparing(3)),
        restarts("task ends after commit", Fault.at("AFTER " + COMMIT).sparing(3).killing()),
        goesOn("head hint", Fault.at("BEFORE REPLACE HEAD").sparing(2)),
        restarts("head hint, task ends", Fault.at("BEFORE REPLACE HEAD").sparing(2).killing()),
        goesOn("open record, once", Fault.at("BEFORE " + FIRST_RECORD)),
        goesOn("open record of unknown outcome", Fault.at("AFTER " + FIRST_RECORD)),
        restarts("task ends before open", Fault.at("BEFORE " + FIRST_RECORD).killing()),
        restarts("task ends after open", Fault.at("AFTER " + FIRST_RECORD).killing()),
        restarts(
            "twice, the second time before the open",
            row(),
            Fault.at("BEFORE " + COMMIT + ".*Aggregator.*#1").killing()),
        restarts(
            "twice, the second time after the open",
            row(),
            Fault.at("AFTER " + COMMIT + ".*Aggregator.*#1").killing()),
        restarts(
            "three times, the open fails before and after",
            row(),
            Fault.at("AFTER " + COMMIT + ".*Aggregator.*#1").killing(),
            Fault.at("BEFORE " + COMMIT + ".*Aggregator.*#2").killing()),
        restartsUnsealed("reading a tail to adopt", lateRow(), Fault.at("OPEN .*vtail @ .*#1")),
        restartsUnsealed("writing what was adopted", lateRow(), Fault.at("WRITE .*vseg @ .*#1")),
        restartsUnsealed(
            "after an adoption is durable", lateRow(), Fault.at("AFTER SYNC .*vseg @ .*#1")),
        restartsUnsealed(
            "task ends before an adoption is committed",
            lateRow(),
            Fault.at("BEFORE " + COMMIT).after("AFTER SYNC .*vseg @ .*#1").killing()),
        restartsUnsealed(
            "task ends after an adoption is committed",
            lateRow(),
            Fault.at("AFTER " + COMMIT).after("AFTER SYNC .*vseg @ .*#1").killing()),
        restartsUnsealed("seal at end of input", Fault.at("BEFORE WRITE .*vseg")),
        restartsUnsealed(
            "task ends before the last commit",
            Fault.at("BEFORE " + COMMIT).after(LAST_SEGMENT).killing()),
        restartsUnsealed(
            "task ends after the last commit",
            Fault.at("AFTER " + COMMIT).after(LAST_SEGMENT).killing()));
  }

  /** Every second case has a key; a long run makes each case with and without. */
  static Stream<Arguments> casesWithAndWithoutKey() {
    boolean both = Integer.getInteger(SeededTest.RUNS_PROPERTY, 1) > 1;
    List<Arguments> arguments = new ArrayList<>();
    for (boolean keyed : new boolean[] {false, true}) {
      int number = 0;
      for (Case one : cases().toList()) {
        if (both || (number++ % 2 == 0) == keyed) {
          arguments.add(Arguments.of(one, keyed));
        }
      }
    }
    return arguments.stream();
  }

  private void requireEachRowOnce(long rows) throws Exception {
    requireNoThreadLeft();
    assertThat(TableContent.ids(directory))
        .isEqualTo(LongStream.rangeClosed(1, rows).boxed().toList());
    assertThat(Ledger.requireEveryRecordAgrees(directory)).isPositive();
  }

  /** However attempts end, nobody goes on encoding their segments. */
  private static void requireNoThreadLeft() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith(VarveSinkWriter.SEALING_THREAD)) {
        thread.join(20_000);
        assertThat(thread.isAlive()).as("%s lives", thread).isFalse();
      }
    }
  }

  @SeededTest(runs = 4)
  void everyRowIsThereOnceWhateverHappensToCommits(Random random) throws Exception {
    Faults faults =
        Faults.plan(
            directory,
            List.of(
                Fault.sometimes("BEFORE " + COMMIT, random, 0.3).times(8),
                Fault.sometimes("AFTER " + COMMIT, random, 0.3).times(8),
                Fault.sometimes("BEFORE " + COMMIT, random, 0.15).times(4).killing(),
                Fault.sometimes("AFTER " + COMMIT, random, 0.15).times(4).killing(),
                Fault.sometimes("BEFORE .*vseg", random, 0.02).times(2),
                Fault.sometimes("SNAPSHOT", random, 0.05).times(4)));
    EventJob.of(directory, random.nextBoolean(), ROWS, ROWS_PER_CHECKPOINT).run();

    assertThat(faults.anyStruck()).as("a fault struck").isTrue();
    requireEachRowOnce(ROWS);
  }

  @SeededTest(runs = 5)
  void everyRowIsThereOnceWhateverTheTable(Random random) throws Exception {
    Faults faults =
        Faults.plan(
            directory,
            List.of(
                Fault.sometimes("ROW ", random, 0.003).times(3),
                Fault.sometimes("(BEFORE|AFTER) (WRITE|SYNC|CREATE)", random, 0.01).times(3),
                Fault.sometimes(COMMIT, random, 0.1).times(2).killing()));
    WriterOptions writer =
        new WriterOptions(
            1 + random.nextInt(600),
            1 + random.nextInt(100_000),
            1 + random.nextInt(200),
            1 + random.nextInt(20_000),
            1 + random.nextInt(8));
    EventJob.of(directory, false, ROWS, ROWS_PER_CHECKPOINT)
        .withTable(Event.randomTable(random))
        .withParallelism(1 + random.nextInt(4))
        .withWriter(writer)
        .run();

    assertThat(faults.anyStruck()).as("a fault struck").isTrue();
    requireEachRowOnce(ROWS);
  }

  @Test
  void aStateThatCouldNotBeKeptIsKeptLater() throws Exception {
    int rows = 2400;
    Faults faults = Faults.plan(directory, List.of(Fault.at("BEFORE PUBLISH states/")));
    EventJob.of(directory, false, rows, 20).withTargetRows(NEVER_SEALS).run();

    assertThat(faults.allStruck()).as("the fault struck").isTrue();
    requireEachRowOnce(rows);
    assertThat(TestTables.store(directory).list("states")).hasSize(1);
  }

  @ParameterizedTest(name = "{0}, keyed: {1}")
  @MethodSource("casesWithAndWithoutKey")
  void everyRowIsThereOnce(Case one, boolean keyed) throws Exception {
    Faults faults = Faults.plan(directory, one.faults());
    EventJob job = EventJob.of(directory, keyed, ROWS, ROWS_PER_CHECKPOINT);
    (one.seals() ? job : job.withTargetRows(NEVER_SEALS)).run();

    assertThat(faults.allStruck()).as("every fault struck").isTrue();
    assertThat(faults.restarted()).as("restarted").isEqualTo(one.restarts());
    requireEachRowOnce(ROWS);
  }
}
