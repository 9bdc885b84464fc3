package io.varve.flink.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RowBuffer;
import io.varve.io.LocalFileStore;
import io.varve.io.LockableFileStore;
import io.varve.io.SnapshotExpiredException;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.table.BackOff;
import io.varve.table.FileCommitLog;
import io.varve.table.HistoryOptions;
import io.varve.table.PartitionRouter;
import io.varve.table.ReadLease;
import io.varve.table.ScanUnit;
import io.varve.table.TableBackup;
import io.varve.table.TableDirectory;
import io.varve.table.TableErasure;
import io.varve.table.TableMaintenance;
import io.varve.table.TableMerger;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import io.varve.table.TableVerifier;
import io.varve.table.TableWriter;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Fold;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.Overwrite;
import io.varve.table.protocol.RunId;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * I1, I6: a streaming job writes and its tasks fail now and then, while every kind of maintenance
 * is done to its table at random and readers are pinned to older commits. Every commit that is met
 * shows what a model of a few lines says; the job fails only where it was made to; and no reader
 * misses a file while its lease lives.
 *
 * <p>{@code varve.soak.seconds} lets it run longer, {@code varve.seed} otherwise. It prints what
 * was done, and fails if something never was.
 */
@Timeout(value = 300, unit = TimeUnit.MINUTES)
class MaintenanceSoakIT {

  private static final int ROWS_PER_SECOND = 3000;
  private static final int MAX_READERS = 3;
  private static final int KEPT_ROWS = 20_000;

  /**
   * How long kinds of maintenance that chance has left out are waited for: some stores are slow.
   */
  private static final long MAX_NANOS_FOR_THE_REST = TimeUnit.MINUTES.toNanos(10);

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private final ExecutorService verifying = Executors.newSingleThreadExecutor();

  @TempDir Path directory;
  @TempDir Path backups;

  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<Reader> readers = new ArrayList<>();
  private final Random random =
      new Random(Long.decode(System.getProperty(SeededTest.SEED_PROPERTY, "20261128")));
  private SoakModel model = new SoakModel(new SoakJob.Shared());
  private long guests;
  private long checked;

  /** How many before the newest are compared at a time: fewer where a slow store takes long. */
  private long olderCommits = 3;

  private long droppedBefore;

  /** Somebody who reads an older commit, under a lease. */
  private record Reader(ReadLease lease, TableSnapshot snapshot, SoakModel.Ids expected) {}

  /** One kind of maintenance; returns whether there was something to do. */
  private interface Chore {
    boolean perform() throws Exception;
  }

  private TableDirectory table() throws IOException {
    return TableDirectory.open(TestTables.store(directory));
  }

  private TableMaintenance maintenance() throws IOException {
    return new TableMaintenance(table(), "soak", System::currentTimeMillis);
  }

  private TableUpkeep upkeep() throws IOException {
    return new TableUpkeep(table(), "soak", System::currentTimeMillis);
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  @AfterEach
  void stopVerifying() {
    verifying.shutdownNow();
  }

  @Test
  void maintenanceDoesNoHarm() throws Exception {
    long seconds = Long.getLong("varve.soak.seconds", 8);
    SoakJob.Shared shared = SoakJob.shared(directory);
    model = new SoakModel(shared);
    JobClient job = SoakJob.start(directory, ROWS_PER_SECOND);
    FileCommitLog log = new FileCommitLog(TestTables.store(directory));
    while (log.newest() < 5) {
      requireRunning(job);
      Thread.onSpinWait();
    }
    Map<String, Chore> chores = chores();
    List<String> names = List.copyOf(chores.keySet());
    long begin = System.nanoTime();
    long span = TimeUnit.SECONDS.toNanos(seconds);
    List<String> missing = new ArrayList<>(names);
    for (long now = 0;
        now < span || (!missing.isEmpty() && now < span + MAX_NANOS_FOR_THE_REST);
        now = System.nanoTime() - begin) {
      requireRunning(job);
      List<String> among = now < span ? names : missing;
      olderCommits = now < span ? 3 : 0;
      String name = among.get(random.nextInt(among.size()));
      if (requireNonNull(chores.get(name)).perform()) {
        count(name);
        missing.remove(name);
      }
      checkCommits(log);
      assertThat(shared.starts.get() - 1)
          .as("restarts, of which each was injected")
          .isLessThanOrEqualTo(shared.injected.get());
    }
    for (Reader reader : readers) {
      reread(reader);
      reader.lease().close();
    }
    assertThat(
            new TableVerifier(TestTables.store(directory), true, verifying, bytes -> {})
                .verify()
                .problems())
        .isEmpty();
    requireRunning(job);
    job.cancel().get(240, TimeUnit.SECONDS);
    counts.put("restarts after an injected failure", shared.starts.get() - 1);
    counts.put("failures injected", shared.injected.get());
    counts.put("commits made", (int) log.newest());
    System.out.println("soak of " + seconds + " s: " + counts);
    assertThat(missing).as("kinds of maintenance that were never done").isEmpty();
    assertThat(counts.values()).allMatch(times -> times > 0);
  }

  private static void requireRunning(JobClient job) throws Exception {
    JobStatus status = job.getJobStatus().get(240, TimeUnit.SECONDS);
    assertThat(status.isGloballyTerminalState()).as(status.toString()).isFalse();
  }

  private Map<String, Chore> chores() throws IOException {
    Map<String, Chore> chores = new TreeMap<>();
    chores.put("delete by id", this::deleteIds);
    chores.put("delete by filter", () -> deleteRange(false));
    chores.put("erase", () -> deleteRange(true));
    chores.put("gc", this::dropOldRows);
    chores.put("merge", this::merge);
    chores.put("expire", () -> !upkeep().expire(new HistoryOptions(500, 3), false).isEmpty());
    chores.put("orphans", this::removeOrphans);
    chores.put("tag", this::tag);
    if (table().store() instanceof LockableFileStore) {
      chores.put("backup", this::backUp); // backups are made of local tables
    }
    chores.put("guest load", () -> load(false));
    chores.put("guest overwrite", () -> load(true));
    chores.put("truncate", this::truncate);
    chores.put("columns", this::changeColumns);
    chores.put("options", this::changeOptions);
    chores.put("verify", this::verify);
    chores.put("reader pinned", this::pin);
    chores.put("reader read again", this::readAgain);
    chores.put("task failure", this::failTask);
    chores.put("storage failure", this::failStorage);
    return chores;
  }

  private long newestEvent() throws IOException {
    TableSnapshot latest = TableSnapshot.latest(table());
    return latest.record().isEmpty() ? 0 : model.lastEvent(latest.record().get());
  }

  /** Deletes a few rows: of those that are there and of those that come. */
  private boolean deleteIds() throws Exception {
    long last = newestEvent();
    long first = Math.max(1, last - random.nextInt(5000) + 500);
    long after = first + 1 + random.nextInt(50);
    long commit = maintenance().deleteIds(LongStream.range(first, after).boxed().toList(), "soak");
    model.removed(commit, first, after);
    return true;
  }

  private boolean deleteRange(boolean erase) throws Exception {
    long last = newestEvent();
    boolean ofGuests = guests > 0 && random.nextBoolean();
    long newest = ofGuests ? SoakModel.GUESTS + guests - 1 : last;
    if (newest < 1) {
      return false;
    }
    long first = Math.max(ofGuests ? SoakModel.GUESTS : 1, newest - random.nextInt(4000));
    long after = Math.min(first + 1 + random.nextInt(300), newest + 1); // all of it is visible
    Filter filter = Filter.and(Filter.ge("id", first), Filter.lt("id", after));
    long commit =
        erase
            ? new TableErasure(table(), "soak", System::currentTimeMillis)
                .erase(filter, "soak")
                .commit()
            : maintenance().delete(filter, "soak");
    model.removed(commit, first, after);
    return true;
  }

  /** Returns the last event that a commit of this test shows; it can't have expired long ago. */
  private long eventAt(long commit) throws IOException {
    return new FileCommitLog(TestTables.store(directory))
        .read(commit)
        .map(model::lastEvent)
        .orElseThrow(() -> new AssertionError("commit " + commit + " expired at once"));
  }

  private boolean dropOldRows() throws Exception {
    long before = newestEvent() - KEPT_ROWS;
    if (before <= droppedBefore) {
      before = droppedBefore + 1;
    }
    long nanos = (1_000_000_000L + before) * 1_000_000_000L;
    long commit = upkeep().dropOlderThan(nanos, "soak");
    model.removed(commit, 1, Math.max(1, before));
    droppedBefore = before;
    return true;
  }

  private boolean merge() throws Exception {
    TableMerger merger =
        new TableMerger(table(), WriterOptions.DEFAULTS, "soak", System::currentTimeMillis)
            .withTargetRows(20_000);
    boolean merged = false;
    for (TableMerger.Plan plan : merger.plan()) {
      merged |= merger.merge(plan, "soak").commit() > 0;
    }
    return merged;
  }

  private boolean removeOrphans() throws Exception {
    HistoryOptions history = new HistoryOptions(3000, 3);
    upkeep().removeLeftovers(history, false);
    upkeep().removeOrphans(history, false);
    return true;
  }

  private boolean tag() throws Exception {
    TableUpkeep upkeep = upkeep();
    if (!upkeep.tags().isEmpty()) {
      return upkeep.untag("soak") > 0;
    }
    return upkeep.tag("soak", TableSnapshot.latest(table()).number()) > 0;
  }

  private boolean backUp() throws Exception {
    Path copy = backups.resolve("copy-" + random.nextInt(1 << 30));
    TableSnapshot snapshot = TableSnapshot.latest(table());
    try {
      new TableBackup(random.nextBoolean(), System::currentTimeMillis, bytes -> {})
          .write(snapshot, "soak", new LocalFileStore(copy));
    } catch (SnapshotExpiredException expired) {
      return false; // it had been taken before the lease was
    }
    TableSnapshot there = TableSnapshot.latest(TableDirectory.open(new LocalFileStore(copy)));
    requireSame(there, model.at(there.record().orElseThrow()), "a backup");
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    return true;
  }

  /** Takes all rows away, but seldom, since a table of no rows tests little. */
  private boolean truncate() throws Exception {
    if (random.nextInt(5) > 0) {
      return false;
    }
    long commit = maintenance().truncate(List.of(Map.of()), "soak");
    if (commit > 0) {
      truncated(commit);
    }
    return commit > 0;
  }

  private void truncated(long commit) throws IOException {
    model.removed(commit, 1, eventAt(commit) + 1);
    model.removed(commit, SoakModel.GUESTS, SoakModel.GUESTS + guests);
  }

  /** A column comes, gets another name and goes; the job's rows leave it empty. */
  private boolean changeColumns() throws Exception {
    Schema schema = TableSnapshot.latest(table()).table().schema();
    SchemaChange change =
        schema.find("note").isPresent()
            ? new SchemaChange.Rename("note", "remark")
            : schema.find("remark").isPresent()
                ? new SchemaChange.Drop("remark")
                : new SchemaChange.Add("note", DataType.string(), true, null, null);
    return maintenance().alter(List.of(change), "soak") > 0;
  }

  private boolean changeOptions() throws Exception {
    String rows = String.valueOf(2000 + random.nextInt(3000));
    return maintenance().setOptions(Map.of("segment.target-rows", rows), "soak") > 0;
  }

  private boolean load(boolean overwrite) throws Exception {
    if (overwrite && random.nextInt(5) > 0) {
      return false;
    }
    TableDirectory table = TableSnapshot.latest(table()).table();
    long number = random.nextLong();
    int rows = 1 + random.nextInt(500);
    Fold fold = new Fold();
    try (TableWriter writer =
        new TableWriter(table, number, WriterOptions.DEFAULTS, System::currentTimeMillis)) {
      PartitionRouter router = new PartitionRouter(table.definition());
      for (long row = guests; row < guests + rows; row++) {
        Event event = Event.of(SoakModel.GUESTS / 1024 + row);
        router.setString(2, event.key());
        RowBuffer buffer = writer.rows(router.path(OptionalInt.empty()));
        buffer.setTimestamp(0, event.time().toEpochMilli(), 0);
        buffer.setLong(1, SoakModel.GUESTS + row);
        buffer.setString(2, event.key());
        buffer.setLong(3, event.amount());
        buffer.endRow();
        writer.rowAdded();
      }
      fold.add(writer.barrier(true));
    }
    GuestId guest = new GuestId(new RunId(System.currentTimeMillis(), number), "soak");
    Author author = new Author(UUID.randomUUID().toString(), "soak", "load");
    LogView view = new LogView();
    Overwrite replaced = overwrite ? head -> Set.of("") : Overwrite.NOTHING;
    new GuestOperation(new GuestRequest(guest, fold.take(), replaced, author), view)
        .run(new FileCommitLog(table.store()), System::currentTimeMillis, BackOff::await);
    long commit = view.head().number();
    if (overwrite) {
      truncated(commit);
    }
    model.added(commit, SoakModel.GUESTS + guests, SoakModel.GUESTS + guests + rows);
    guests += rows;
    return true;
  }

  private boolean verify() throws Exception {
    TableVerifier.Report report =
        new TableVerifier(
                TestTables.store(directory), random.nextInt(4) == 0, verifying, bytes -> {})
            .verify();
    assertThat(report.problems()).isEmpty();
    return true;
  }

  private boolean pin() throws Exception {
    if (readers.size() == MAX_READERS) {
      readers.remove(random.nextInt(MAX_READERS)).lease().close();
      return false;
    }
    TableSnapshot snapshot = TableSnapshot.latest(table());
    try {
      ReadLease lease =
          ReadLease.take(snapshot, "soak", ReadLease.DEFAULT_MILLIS, System::currentTimeMillis);
      readers.add(new Reader(lease, snapshot, model.at(snapshot.record().orElseThrow())));
    } catch (SnapshotExpiredException expired) {
      return false; // it had expired before the lease was written
    }
    return true;
  }

  private boolean readAgain() throws Exception {
    Iterator<Reader> all = readers.iterator();
    while (all.hasNext()) {
      reread(all.next());
    }
    return !readers.isEmpty();
  }

  private static void reread(Reader reader) throws IOException {
    requireSame(reader.snapshot(), reader.expected(), "a reader with a lease");
  }

  private boolean failTask() {
    SoakJob.Shared shared = SoakJob.shared(directory);
    String[] sites = {"map", "snapshot", "convert"};
    return shared.failAt.compareAndSet("", sites[random.nextInt(sites.length)]);
  }

  /** The next access of a kind fails, whoever of the job makes it: task, upkeep or merger. */
  private boolean failStorage() {
    String[] sites = {"BEFORE WRITE", "BEFORE SYNC", "BEFORE CREATE", "PUBLISH"};
    SoakJob.shared(directory).injected.incrementAndGet();
    Faults.plan(directory, List.of(Fault.at(sites[random.nextInt(sites.length)] + " ")));
    return true;
  }

  private void checkCommits(FileCommitLog log) throws IOException {
    long newest = log.newest();
    for (long number = Math.max(checked + 1, newest - olderCommits); number <= newest; number++) {
      TableSnapshot snapshot;
      try {
        snapshot = TableSnapshot.at(table(), number);
      } catch (SnapshotExpiredException expired) {
        continue;
      }
      try (ReadLease lease =
          ReadLease.take(snapshot, "soak", ReadLease.DEFAULT_MILLIS, System::currentTimeMillis)) {
        requireSame(
            snapshot, model.at(snapshot.record().orElseThrow()), "commit " + lease.record());
        count("commits compared");
      } catch (SnapshotExpiredException expired) {
        continue;
      }
    }
    checked = newest;
  }

  private static void requireSame(TableSnapshot snapshot, SoakModel.Ids expected, String what)
      throws IOException {
    SoakModel.Ids found = new SoakModel.Ids();
    int field = snapshot.table().schema().field(1).id();
    for (ScanUnit unit : snapshot.units()) {
      try (BlockSource rows = unit.open(snapshot.table())) {
        for (int block = 0; block < rows.blockCount(); block++) {
          LongColumn column = (LongColumn) rows.read(block, field);
          long[] deleted = rows.deletedRows(block);
          for (int row = 0; row < rows.rowCount(block); row++) {
            if (deleted == null || (deleted[row >>> 6] & (1L << row)) == 0) {
              found.add(column.get(row));
            }
          }
        }
      }
    }
    if (!found.equals(expected)) {
      SoakModel.Ids missing = new SoakModel.Ids();
      missing.own().or(expected.own());
      missing.own().andNot(found.own());
      missing.guests().or(expected.guests());
      missing.guests().andNot(found.guests());
      SoakModel.Ids surplus = new SoakModel.Ids();
      surplus.own().or(found.own());
      surplus.own().andNot(expected.own());
      surplus.guests().or(found.guests());
      surplus.guests().andNot(expected.guests());
      throw new AssertionError(
          what
              + " at "
              + snapshot.number()
              + " shows "
              + found.count()
              + " rows, expected "
              + expected.count()
              + "; missing "
              + missing
              + ", surplus "
              + surplus);
    }
  }
}
