package io.varve.chaos;

import static io.varve.chaos.Tally.Item;

import io.varve.io.LocalFileStore;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.protocol.CommitRecord;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.flink.api.common.JobStatus;
import org.jspecify.annotations.Nullable;

/** One run: misfortunes one after the other, and every commit compared. Confined to one thread. */
final class ChaosRun {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MAX_PARALLELISM = 4; // leaves a TaskManager's slots free
  private static final String FENCED_MESSAGE = "no longer writes to this table";

  private final Sandbox sandbox;
  private final Cluster cluster;
  private final Disk disk;
  private final Jobs jobs;
  private final Ledger ledger;
  private final Random random;
  private final PrintStream out;
  private final Tally tally = new Tally();
  private final Deque<Misfortune> deck = new ArrayDeque<>();
  private final long start = System.nanoTime();
  private @Nullable TableCheck check;
  private long checked;

  ChaosRun(
      Sandbox sandbox, Cluster cluster, Disk disk, ChaosJob job, Random random, PrintStream out) {
    this.sandbox = sandbox;
    this.cluster = cluster;
    this.disk = disk;
    this.ledger = new Ledger(sandbox.ledger());
    this.jobs = new Jobs(cluster, job, ledger);
    this.random = random;
    this.out = out;
  }

  Tally tally() {
    return tally;
  }

  /**
   * Lets misfortunes strike, then ends the job and compares everything once more.
   *
   * @throws DifferenceException if the table ever shows anything but the ledger
   * @throws IOException if the job does not get up again, or the run itself fails
   */
  void run(Duration duration) throws IOException, DifferenceException {
    jobs.start(randomParallelism(MAX_PARALLELISM));
    awaitTable();
    awaitCommit(0);
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < duration.toNanos()) {
      if (deck.isEmpty()) {
        deck.addAll(Misfortune.deck(random));
      }
      Misfortune misfortune = deck.remove();
      long before = check().newest();
      say(misfortune + " (" + describe(before) + ")");
      strike(misfortune);
      boolean atOnce = misfortune == Misfortune.KILL_TASK_MANAGER && random.nextInt(3) == 0;
      if (!atOnce) {
        awaitCommit(before);
        Wait.pause(random.nextInt(1500));
      }
      catchUp();
    }
    finish();
  }

  private void say(String text) {
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    out.printf(Locale.ROOT, "%5d s  %s%n", seconds, text);
  }

  private String describe(long newest) {
    return jobs.current().name()
        + ", parallelism "
        + jobs.current().parallelism()
        + ", commit "
        + newest;
  }

  private int randomParallelism(int most) {
    return 1 + random.nextInt(most);
  }

  private void strike(Misfortune misfortune) throws IOException, DifferenceException {
    switch (misfortune) {
      case KILL_TASK_MANAGER -> kill(randomTaskManager(), Item.TASK_MANAGER_KILLS);
      case KILL_BEFORE_COMMIT -> killInCommit(Moment.BEFORE);
      case KILL_AFTER_COMMIT -> killInCommit(Moment.AFTER);
      case KILL_JOB_MANAGER -> kill("jobmanager", Item.JOB_MANAGER_KILLS);
      case ZOMBIE_IN_COMMIT -> zombieInCommit();
      case ZOMBIE -> zombie();
      case FULL_DISK -> fullDisk();
      case SLOW_DISK -> slowDisk();
      case RESCALE -> rescale();
      case SAVEPOINT -> savepoint();
      case REWIND -> rewind();
      case TAKE_OVER -> takeOver();
    }
  }

  private String randomTaskManager() {
    return "taskmanager-" + (1 + random.nextInt(Cluster.TASK_MANAGERS));
  }

  private void kill(String name, Item item) throws IOException {
    cluster.signal("KILL", cluster.process(name));
    tally.count(item);
    Wait.pause(random.nextInt(1500));
    cluster.restart(name);
  }

  private void killInCommit(Moment moment) throws IOException {
    HeldCommit held = HeldCommit.await(sandbox, moment);
    String name = cluster.nameOf(held.process());
    cluster.signal("KILL", held.process());
    HeldCommit.release(sandbox);
    tally.count(Item.TASK_MANAGER_KILLS);
    tally.count(Item.KILLS_IN_COMMIT);
    cluster.restart(name);
  }

  /** The zombie goes on with the very commit in which it fell asleep. */
  private void zombieInCommit() throws IOException {
    HeldCommit held = HeldCommit.await(sandbox, Moment.BEFORE);
    long before = check().newest();
    cluster.stop(held.process());
    try {
      HeldCommit.release(sandbox);
      Wait.until("another attempt to open", PATIENCE, () -> isOpenedAfter(before));
      if (random.nextBoolean()) {
        awaitCommit(before);
      }
    } finally {
      cluster.signal("CONT", held.process());
    }
    tally.count(Item.ZOMBIES);
    String outcome = held.awaitOutcome(sandbox);
    if (outcome.equals(DiskFaults.REFUSED)) {
      tally.count(Item.FENCED);
    }
    say("  woken inside " + held.file() + ": " + outcome);
  }

  /** The zombie goes on with whatever it was about. */
  private void zombie() throws IOException {
    String name = randomTaskManager();
    long process = cluster.process(name);
    long before = check().newest();
    long fences = cluster.countInLog(name, FENCED_MESSAGE);
    cluster.stop(process);
    boolean replaced = false;
    try {
      Wait.until("another attempt", Duration.ofSeconds(10), () -> isOpenedAfter(before));
      replaced = true;
    } catch (IOException unneeded) {
      say("  " + name + " had no part in the job");
    } finally {
      cluster.signal("CONT", process);
    }
    if (replaced) {
      tally.count(Item.ZOMBIES);
      awaitCommit(check().newest());
      if (cluster.countInLog(name, FENCED_MESSAGE) > fences) {
        tally.count(Item.FENCED);
      }
    }
  }

  private void fullDisk() throws IOException {
    disk.fill();
    try {
      Wait.pause(3000 + random.nextInt(4000));
    } finally {
      disk.free();
    }
    tally.count(Item.FULL_DISKS);
  }

  private void slowDisk() throws IOException {
    disk.slowDown(50 + random.nextInt(250));
    try {
      Wait.pause(3000 + random.nextInt(4000));
    } finally {
      disk.speedUp();
    }
    tally.count(Item.SLOW_DISKS);
  }

  private void rescale() throws IOException {
    int before = jobs.current().parallelism();
    Jobs.Savepoint savepoint = jobs.stop();
    int other = 1 + (before - 1 + randomParallelism(MAX_PARALLELISM - 1)) % MAX_PARALLELISM;
    jobs.startFrom(savepoint, other);
    tally.count(Item.RESCALES);
  }

  private void savepoint() throws IOException {
    jobs.takeSavepoint();
    tally.count(Item.SAVEPOINTS);
  }

  private void rewind() throws IOException {
    if (jobs.savepoints().isEmpty()) {
      jobs.takeSavepoint();
      awaitCommit(check().newest());
    }
    jobs.cancel();
    List<Jobs.Savepoint> savepoints = jobs.savepoints();
    Jobs.Savepoint older = savepoints.get(random.nextInt(savepoints.size()));
    jobs.startFrom(older, randomParallelism(MAX_PARALLELISM));
    tally.count(Item.REWINDS);
  }

  private void takeOver() throws IOException, DifferenceException {
    Jobs.Savepoint savepoint = jobs.takeSavepoint();
    Jobs.Submission replaced = jobs.current();
    int free = Cluster.SLOTS - replaced.parallelism();
    jobs.startFrom(savepoint, randomParallelism(Math.min(free, MAX_PARALLELISM)));
    awaitCommit(check().newest());
    Wait.until(
        replaced.name() + " to fail for good",
        PATIENCE,
        () -> replaced.status().isGloballyTerminalState());
    if (replaced.status() != JobStatus.FAILED) {
      throw new DifferenceException(
          replaced.name() + " was replaced, and ended " + replaced.status());
    }
    tally.count(Item.TAKE_OVERS);
  }

  private TableCheck check() {
    TableCheck opened = check;
    if (opened == null) {
      throw new IllegalStateException("there is no table yet");
    }
    return opened;
  }

  private TableDirectory table() throws IOException {
    return TableDirectory.open(new LocalFileStore(sandbox.table()));
  }

  private void awaitTable() throws IOException {
    Wait.until(
        "the table",
        PATIENCE,
        () -> {
          try {
            check = new TableCheck(table(), ledger);
            return true;
          } catch (NoSuchFileException notYet) {
            return false;
          }
        });
  }

  /** Waits until the current submission has committed a checkpoint. */
  private void awaitCommit(long before) throws IOException {
    String name = jobs.current().name();
    try {
      Wait.until(
          name + " to commit",
          PATIENCE,
          () ->
              isAnyAfter(
                  before,
                  record ->
                      record.body() instanceof CommitRecord.Data
                          && TableCheck.submission(record).equals(name)));
    } catch (IOException stuck) {
      throw new IOException(stuck.getMessage() + "; it is " + jobs.current().status(), stuck);
    }
  }

  private boolean isOpenedAfter(long before) throws IOException {
    return isAnyAfter(before, record -> record.body() instanceof CommitRecord.Open);
  }

  /** Something that holds of a record or not. */
  @FunctionalInterface
  private interface RecordTest {
    boolean holds(CommitRecord record);
  }

  private boolean isAnyAfter(long before, RecordTest test) throws IOException {
    FileCommitLog log = new FileCommitLog(table().store());
    for (long number = before + 1; ; number++) {
      CommitRecord record = log.read(number).orElse(null);
      if (record == null) {
        return false;
      }
      if (test.holds(record)) {
        return true;
      }
    }
  }

  /** Compares the commits made since the last time. */
  private void catchUp() throws IOException, DifferenceException {
    long newest = check().newest();
    while (checked < newest) {
      checked++;
      check().check(checked);
      tally.count(Item.COMMITS);
    }
  }

  /** Stops the job, and compares everything once more with nothing remembered. */
  private void finish() throws IOException, DifferenceException {
    say("stop with a savepoint, then compare all commits again");
    jobs.stop();
    catchUp();
    TableCheck again = new TableCheck(table(), ledger);
    long newest = again.newest();
    long rows = 0;
    FileCommitLog log = new FileCommitLog(table().store());
    long epochs = 0;
    long last = 0;
    for (long number = again.expired() + 1; number <= newest; number++) {
      rows = again.check(number);
      CommitRecord record = log.read(number).orElseThrow();
      last = record.progress().checkpoint();
      epochs = Math.max(epochs, record.reign().epoch());
      tally.count(Item.COMMITS_AGAIN);
    }
    OptionalLong emitted = ledger.newest(jobs.current().name());
    if (emitted.isEmpty() || emitted.getAsLong() != last) {
      throw new DifferenceException(
          "the last commit is of checkpoint " + last + ", the ledger goes on to " + emitted);
    }
    tally.set(Item.ROWS, rows);
    tally.set(Item.EPOCHS, epochs);
    tally.set(Item.SUBMISSIONS, Long.parseLong(jobs.current().name().substring(6)));
  }
}
