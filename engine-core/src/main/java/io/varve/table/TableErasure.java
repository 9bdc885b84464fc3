package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.RowBatch;
import io.varve.query.Filter;
import io.varve.segment.Replaced;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.MaintenanceOperation;
import io.varve.table.protocol.Removal;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.StateApplier;
import io.varve.table.protocol.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Takes rows off the disk, beside the job that writes to the table: hides them by a delete, writes
 * the segments that hold them anew, and lets the commits that show them expire now. Savepoints
 * older than that can't be restored afterwards. Says what it could not reach. Confined to one
 * thread.
 */
public final class TableErasure {

  private static final int MAX_ROUNDS = 10;
  private static final HistoryOptions NONE = new HistoryOptions(1, 1);

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
   * A segment that was written anew.
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
   * @param notReached empty if no byte of the rows is left in segments and tails
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
    long commit = new TableMaintenance(table, who, clockMillis).delete(filter, why);
    List<Rewritten> rewritten = new ArrayList<>();
    for (int round = 0; rewriteSegments(why, rewritten); round++) {
      if (round == MAX_ROUNDS) {
        throw new IOException(
            table.store().describe("")
                + ": the segments changed "
                + MAX_ROUNDS
                + " times while they were rewritten; erase again");
      }
    }
    TableSnapshot after = TableSnapshot.latest(table);
    Removal expired = new TableUpkeep(table, who, clockMillis).expire(NONE, false);
    return new Report(commit, rewritten, expired, notReached(after, expired));
  }

  /** Rewrites the segments that hold deleted rows; returns whether there may be more. */
  private boolean rewriteSegments(String why, List<Rewritten> rewritten) throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(table);
    List<Change.Replace> replaces = new ArrayList<>();
    List<Rewritten> done = new ArrayList<>();
    for (ScanUnit unit : snapshot.units()) {
      if (unit instanceof ScanUnit.OfSegment segment && unit.asOf() > 0) {
        long removed = deletedRows(snapshot, unit);
        if (removed > 0) {
          replaces.add(rewrite(snapshot, segment));
          done.add(new Rewritten(unit.file(), removed));
        }
      }
    }
    if (replaces.isEmpty()) {
      return false;
    }
    Author author = new Author(UUID.randomUUID().toString(), who, why);
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
            author,
            new LogView())
        .run(log, clockMillis, BackOff::await);
    for (int i = 0; i < replaces.size(); i++) {
      if (!missed.contains(replaces.get(i))) {
        rewritten.add(done.get(i));
      }
    }
    return true;
  }

  private static long deletedRows(TableSnapshot snapshot, ScanUnit unit) throws IOException {
    long deleted = 0;
    try (BlockSource source = unit.open(snapshot.table())) {
      for (int block = 0; block < source.blockCount(); block++) {
        long[] bits = source.deletedRows(block);
        if (bits != null) {
          for (long word : bits) {
            deleted += Long.bitCount(word);
          }
        }
      }
    }
    return deleted;
  }

  /** Writes the rows of a segment that are left as another. */
  private Change.Replace rewrite(TableSnapshot snapshot, ScanUnit.OfSegment unit)
      throws IOException {
    RowBatch rows = new RowBatch(snapshot.table().schema());
    try (BlockSource source = unit.open(snapshot.table())) {
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

  private List<NotReached> notReached(TableSnapshot after, Removal expired) throws IOException {
    List<NotReached> notReached = new ArrayList<>();
    for (ScanUnit unit : after.units()) {
      if (unit instanceof ScanUnit.OfTail && unit.asOf() > 0) {
        long rows = deletedRows(after, unit);
        if (rows > 0) {
          notReached.add(
              new NotReached(
                  unit.file(),
                  rows
                      + " of its rows are deleted; only the job that writes it can seal it: erase"
                      + " again then"));
        }
      }
    }
    if (expired.expiredThrough() < after.number() - 1) {
      after
          .state()
          .facts()
          .tags()
          .forEach((tag, number) -> notReached.add(kept("tag '" + tag + "'", number)));
      if (after.state().facts().tags().isEmpty()) {
        notReached.add(kept("a reader's lease", expired.expiredThrough() + 1));
      }
    }
    addUnnamed(after, expired, notReached);
    return notReached;
  }

  private static NotReached kept(String by, long number) {
    return new NotReached(
        "commit " + number,
        "it and later ones are kept by " + by + "; take that away, and erase again");
  }

  /** Files that failures left behind: no commit shows them, but they may hold rows. */
  private void addUnnamed(TableSnapshot after, Removal expired, List<NotReached> notReached)
      throws IOException {
    if (expired.expiredThrough() < after.number() - 1) {
      return; // what older commits show has been told
    }
    Set<String> shown = new TreeSet<>();
    after
        .state()
        .partitions()
        .forEach(
            (path, partition) -> {
              partition.segments().forEach((file, segment) -> shown.add(file));
              partition.tails().forEach((file, tail) -> shown.add(file));
            });
    for (StoredFile stored : log.files()) {
      if (!shown.contains(stored.file())) {
        notReached.add(
            new NotReached(
                stored.file(),
                "no commit shows it: a job is writing it, or a failure left it; see varve"
                    + " orphans, and erase again"));
      }
    }
  }
}
