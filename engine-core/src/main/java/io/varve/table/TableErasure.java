package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.query.Filter;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Expiry;
import io.varve.table.protocol.ExpiryLimits;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.OrphanCleanUp;
import io.varve.table.protocol.Removal;
import io.varve.table.protocol.RetainedLog;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.StateApplier;
import io.varve.table.protocol.TailRewriteOperation;
import io.varve.table.protocol.TailState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Takes rows off the disk, beside the job that writes to the table or in its place: hides them by a
 * delete, writes the files that hold them anew, and lets the commits that show them expire now.
 * Savepoints older than that can't be restored afterwards. Says what it could not reach. Confined
 * to one thread.
 */
public final class TableErasure {

  private static final int MAX_ROUNDS = 10;
  private static final ExpiryLimits EVERYTHING = new ExpiryLimits(Long.MAX_VALUE, 1);

  private final TableDirectory table;
  private final FileCommitLog log;
  private final String who;
  private final LongSupplier clockMillis;
  private final WriterFiles files;

  /**
   * Prepares an erasure.
   *
   * @param who does it, in words, for the commits
   * @param clockMillis dates the commits
   */
  public TableErasure(TableDirectory table, String who, LongSupplier clockMillis)
      throws IOException {
    this.table = TableSnapshot.latest(table).table();
    this.log = new FileCommitLog(table.store());
    this.who = who;
    this.clockMillis = clockMillis;
    this.files = new WriterFiles(this.table, ThreadLocalRandom.current().nextLong());
  }

  /**
   * A segment or tail that was written anew.
   *
   * @param file the old one
   * @param rowsRemoved how many rows the new one has less
   */
  public record Rewritten(String file, long rowsRemoved) {}

  /**
   * Where rows, or what tells of them, may still be.
   *
   * @param what a file or a commit
   * @param why it was not reached, and what to do
   */
  public record NotReached(String what, String why) {}

  /**
   * What an erasure did.
   *
   * @param commit the number of the delete
   * @param rewritten the segments that were written anew
   * @param expired the commits and files that went with them
   * @param notReached empty if no byte of the rows is left in the table's directory
   */
  public record Report(
      long commit, List<Rewritten> rewritten, Removal expired, List<NotReached> notReached) {

    /** Copies the lists. */
    public Report {
      rewritten = List.copyOf(rewritten);
      notReached = List.copyOf(notReached);
    }
  }

  /**
   * Erases the rows that are visible now and for which a filter is true. Done again it goes on with
   * what was not reached.
   *
   * @param why in words, for the commits
   */
  public Report erase(Filter filter, String why) throws IOException {
    files.barrierPassed();
    long commit = new TableMaintenance(table, who, clockMillis).delete(filter, why);
    List<Rewritten> rewritten = new ArrayList<>();
    rewriteAllSegments(why, rewritten);
    return report(commit, rewritten, why);
  }

  /**
   * Erases as {@link #erase} does, from tails and files that nobody has committed as well, for
   * which it takes the table over: a job that writes to it is fenced. Stop the job with a savepoint
   * first, and go on from that savepoint; one whose last rows were never committed can't be
   * restored afterwards.
   *
   * @param why in words, for the commits
   */
  public Report eraseTakingOver(Filter filter, String why) throws IOException {
    files.barrierPassed();
    long millis = clockMillis.getAsLong();
    RunId run = new RunId(millis, ThreadLocalRandom.current().nextLong());
    new RewindOperation(new RewindRequest(RewindRequest.HEAD, run, author(why)), new LogView())
        .run(log, clockMillis, BackOff::await);
    long commit = new TableMaintenance(table, who, clockMillis).delete(filter, why);
    List<Rewritten> rewritten = new ArrayList<>();
    try (LeasedSnapshot leased = LeasedSnapshot.latest(table, who, clockMillis)) {
      TableSnapshot taken = leased.snapshot().withTruncated();
      files.use(taken.table());
      CommitRecord head = taken.record().orElse(CommitRecord.GENESIS);
      if (head.reign().run().equals(run)) {
        rewriteTails(taken, head.reign().epoch(), why, rewritten);
      }
    }
    rewriteAllSegments(why, rewritten);
    Report first = report(commit, rewritten, why);
    CommitRecord after = TableSnapshot.latest(table).record().orElse(CommitRecord.GENESIS);
    if (!after.reign().run().equals(run)) {
      return first; // somebody has started a job, whose files are not orphans
    }
    new OrphanCleanUp(Long.MAX_VALUE, author(why), new LogView(), new RetainedLog())
        .run(log, clockMillis, BackOff::await);
    Report second = report(commit, rewritten, why);
    return new Report(
        commit, rewritten, both(first.expired(), second.expired()), second.notReached());
  }

  private static Removal both(Removal one, Removal other) {
    List<String> all = new ArrayList<>(one.files());
    all.addAll(other.files());
    return new Removal(
        Math.max(one.expiredThrough(), other.expiredThrough()),
        one.records() + other.records(),
        all,
        one.bytes() + other.bytes(),
        other.waits());
  }

  private Author author(String why) {
    return new Author(UUID.randomUUID().toString(), who, why);
  }

  /** Lets everything expire, and looks what is left once nobody takes that away. */
  private Report report(long commit, List<Rewritten> rewritten, String why) throws IOException {
    long clean = TableSnapshot.latest(table).number();
    Removal expired =
        new Expiry(EVERYTHING, author(why), new LogView(), new RetainedLog())
            .run(log, clockMillis, BackOff::await);
    try (LeasedSnapshot after = LeasedSnapshot.latest(table, who, clockMillis)) {
      List<NotReached> left = new ErasureReach(log, clean, after.snapshot(), expired).notReached();
      return new Report(commit, rewritten, expired, left);
    }
  }

  /** Writes the rows that are left of all tails as segments. */
  private void rewriteTails(TableSnapshot taken, long epoch, String why, List<Rewritten> rewritten)
      throws IOException {
    List<Change.Replace> replaces = new ArrayList<>();
    Map<String, Long> removed = new TreeMap<>();
    var partitions = taken.state().partitions().toSortedMap();
    for (var entry : partitions.entrySet()) {
      List<TailState> tails = List.copyOf(entry.getValue().tails().toSortedMap().values());
      if (tails.isEmpty()) {
        continue;
      }
      Adoption adoption = new Adoption(files, WriterOptions.DEFAULTS, entry.getKey(), tails);
      adoption.run(() -> false);
      replaces.add(Objects.requireNonNull(adoption.change()));
      for (TailState tail : tails) {
        if (tail.rowCount() == 0) {
          continue;
        }
        long rows = ErasureReach.deletedRows(taken, entry.getKey(), tail.visible());
        removed.merge(tail.file(), rows, Long::sum);
      }
    }
    long number =
        new TailRewriteOperation(epoch, replaces, author(why), new LogView())
            .run(log, clockMillis, BackOff::await);
    if (number > 0) {
      removed.forEach((file, rows) -> rewritten.add(new Rewritten(file, rows)));
    }
  }

  private void rewriteAllSegments(String why, List<Rewritten> rewritten) throws IOException {
    for (int round = 0; rewriteSegments(why, rewritten); round++) {
      if (round == MAX_ROUNDS) {
        throw new IOException(
            table.store().describe("")
                + ": the segments changed "
                + MAX_ROUNDS
                + " times while they were rewritten; erase again");
      }
    }
  }

  /** Rewrites the segments that hold deleted rows; returns whether there may be more. */
  private boolean rewriteSegments(String why, List<Rewritten> rewritten) throws IOException {
    List<Change.Replace> replaces = new ArrayList<>();
    List<Rewritten> done = new ArrayList<>();
    try (LeasedSnapshot leased = LeasedSnapshot.latest(table, who, clockMillis)) {
      TableSnapshot snapshot = leased.snapshot().withTruncated();
      for (ScanUnit unit : snapshot.units()) {
        if (unit instanceof ScanUnit.OfSegment segment && unit.asOf() > 0) {
          long removed = ErasureReach.deletedRows(snapshot, unit);
          if (removed > 0) {
            replaces.add(rewrite(snapshot, segment));
            done.add(new Rewritten(unit.file(), removed));
          }
        }
      }
    }
    if (replaces.isEmpty()) {
      return false;
    }
    Set<Change> missed = new HashSet<>();
    new MaintenanceOperation(
            head -> {
              missed.clear();
              List<Change> changes = new ArrayList<>();
              for (Change.Replace replace : replaces) {
                if (StateApplier.hasInputs(head.state(), replace)) {
                  changes.add(replace);
                } else {
                  missed.add(replace);
                }
              }
              return changes;
            },
            author(why),
            new LogView())
        .run(log, clockMillis, BackOff::await);
    for (int i = 0; i < replaces.size(); i++) {
      if (!missed.contains(replaces.get(i))) {
        rewritten.add(done.get(i));
      }
    }
    return true;
  }

  /** Writes the rows of a segment that are left as another. */
  private Change.Replace rewrite(TableSnapshot snapshot, ScanUnit.OfSegment unit)
      throws IOException {
    RowBatch rows = new RowBatch(snapshot.table().rewrittenSchema());
    try (BlockSource source = snapshot.openToRewrite(unit.partition(), unit.segment())) {
      for (int block = 0; block < source.blockCount(); block++) {
        rows.appendFrom(source, block);
      }
    }
    List<SegmentRef> outputs = new ArrayList<>();
    if (rows.rowCount() > 0) {
      List<Replaced> replaced = List.of(new Replaced.Segment(unit.file()));
      WriterFiles.Form form = WriterFiles.Form.of(snapshot.table());
      SegmentRef output = files.writeSegment(form, unit.partition(), rows, replaced, () -> false);
      outputs.add(output.withDeletesThrough(snapshot.number()));
    }
    return new Change.Replace(unit.partition(), List.of(unit.file()), List.of(), outputs, false);
  }
}
