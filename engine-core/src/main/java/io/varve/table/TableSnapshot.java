package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.io.SnapshotExpiredException;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a table shows at one commit: all partitions at once, never a mixture. Immutable and
 * thread-safe.
 */
public final class TableSnapshot {

  private static final int MAX_TRIES = 10;

  private final TableDirectory table;
  private final long number;
  private final TableState state;

  private TableSnapshot(TableDirectory table, long number, TableState state) throws IOException {
    this.table = table.asOf(number, state);
    this.number = number;
    this.state = state;
  }

  private TableSnapshot(TableSnapshot of, TableDirectory table) {
    this.table = table;
    this.number = of.number;
    this.state = of.state;
  }

  /**
   * Returns the same with the rows that only a truncation hides: whoever writes a file anew keeps
   * them, since it may be shown by a branch that does not have the truncation.
   */
  TableSnapshot withTruncated() {
    return new TableSnapshot(this, table.withTruncated());
  }

  /** Returns what a commit shows that has been read already. */
  static TableSnapshot of(TableDirectory table, Head head) throws IOException {
    return new TableSnapshot(table, head.number(), head.state());
  }

  /** Returns what the table shows at its newest commit; nothing if it has none. */
  public static TableSnapshot latest(TableDirectory table) throws IOException {
    FileCommitLog log = new FileCommitLog(table.store());
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      long newest = log.newest();
      while (log.read(newest + 1).isPresent()) {
        newest++;
      }
      Optional<TableState> state = log.state(newest);
      if (state.isPresent()) {
        return new TableSnapshot(table, newest, state.get());
      }
    }
    throw new SnapshotExpiredException(
        table.store().describe("")
            + ": the newest commit expired "
            + MAX_TRIES
            + " times while it was read; make the table's history longer");
  }

  /**
   * Returns what the table shows at a commit.
   *
   * @param number of the commit record; 0 for the empty table
   * @throws SnapshotExpiredException if there is no such commit, or no longer
   */
  public static TableSnapshot at(TableDirectory table, long number) throws IOException {
    FileCommitLog log = new FileCommitLog(table.store());
    boolean known = number == 0 || log.read(number).isPresent();
    Optional<TableState> state = known ? log.state(number) : Optional.empty();
    if (state.isEmpty()) {
      throw new SnapshotExpiredException(
          table.store().describe("")
              + ": there is no commit "
              + number
              + "; the newest is "
              + log.newest()
              + ", those up to "
              + log.base()
              + " have expired");
    }
    return new TableSnapshot(table, number, state.get());
  }

  /** Returns the table as this commit shows it. */
  public TableDirectory table() {
    return table;
  }

  /** Returns the number of the commit record, 0 if the table has none. */
  public long number() {
    return number;
  }

  /** Returns what the protocol knows of this commit. */
  public TableState state() {
    return state;
  }

  /** Returns the commit record, empty for the empty table. */
  public Optional<CommitRecord> record() throws IOException {
    return new FileCommitLog(table.store()).read(number);
  }

  /** Returns everything to read, by partition and file; units without rows are left out. */
  public List<ScanUnit> units() {
    List<ScanUnit> units = new ArrayList<>();
    state
        .partitions()
        .forEach(
            (path, partition) -> {
              partition.segments().forEach((file, segment) -> units.add(unit(path, segment)));
              partition.tails().forEach((file, tail) -> addTail(path, tail, units));
            });
    return List.copyOf(units);
  }

  private ScanUnit.OfSegment unit(String partition, SegmentRef segment) {
    boolean deleted = table.deletes().concern(partition, segment);
    return new ScanUnit.OfSegment(partition, segment, asOf(deleted));
  }

  /** Returns the rows of a segment that some writers wrote after some of their layers. */
  ScanUnit unitOf(String partition, SegmentRef segment, SortedMap<Long, Long> newerThan) {
    return new ScanUnit.OfNewRows(unit(partition, segment), newerThan);
  }

  /** Returns some of the frames of a tail. */
  ScanUnit unitOf(String partition, TailRange frames) {
    return new ScanUnit.OfTail(partition, frames, asOf(table.deletes().concern(partition, 0)));
  }

  /** Opens a segment that this commit shows; deleted rows are known to the source. */
  BlockSource open(String partition, SegmentRef segment) throws IOException {
    return unit(partition, segment).open(table);
  }

  /** Opens a segment to be written anew, as of {@link TableDirectory#rewrittenSchema}. */
  BlockSource openToRewrite(String partition, SegmentRef segment) throws IOException {
    return table.openLive(partition, segment, table.rewrittenSchema());
  }

  private void addTail(String partition, TailState tail, List<ScanUnit> units) {
    if (tail.rowCount() > 0) {
      units.add(unitOf(partition, tail.visible()));
    }
  }

  private long asOf(boolean deleted) {
    String changed = state.facts().properties().get(TableDirectory.DESCRIPTION_PROPERTY);
    return deleted || changed != null ? number : 0;
  }

  /** Returns the number of stored rows, with those that are deleted. */
  public long rowCount() {
    return units().stream().mapToLong(ScanUnit::rows).sum();
  }

  /** Returns the number of bytes that these rows take in files. */
  public long bytes() {
    return units().stream().mapToLong(ScanUnit::bytes).sum();
  }
}
